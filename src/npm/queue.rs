//! The queue behind an `Uploader`, and what steers one upload.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::events::{AttemptEvent, Failure, ProgressEvent, UploadResult, to_js};
use super::options::NormalOptions;
use crate::browser::{Ending, Locale, Report, UploadHandle, Uploader};

#[wasm_bindgen]
extern "C" {
    /// What `src/js/task.js` gets to know of its upload. It never throws; if it did, the upload would go on all the same.
    #[derive(Debug)]
    pub type Listener;
    #[wasm_bindgen(catch, method)]
    fn state(this: &Listener, state: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, method)]
    fn progress(this: &Listener, progress: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, method)]
    fn attempt(this: &Listener, attempt: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, method)]
    fn done(this: &Listener, result: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, method)]
    fn failed(this: &Listener, failure: &JsValue) -> Result<(), JsValue>;
    /// What the page's own check of the file, or its choice of a key, threw.
    #[wasm_bindgen(catch, method)]
    fn refused(this: &Listener, thrown: &JsValue) -> Result<(), JsValue>;
}

/// A queue of uploads.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Queue(Uploader);

/// One upload of a queue.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Upload {
    handle: UploadHandle,
    /// The page knows of its end: nothing more is reported.
    is_silent: Rc<Cell<bool>>,
}

#[wasm_bindgen]
impl Queue {
    /// Lets so many uploads run at once: a whole number, at least 1, or Infinity.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(concurrency: f64) -> Self {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the cast saturates, which is what is wanted of Infinity"
        )]
        let concurrency = concurrency as usize;
        Self(Uploader::new(concurrency))
    }

    /// Adds a file. The listener is called from the next microtask on, until the upload has ended.
    #[must_use]
    pub fn add(&self, options: &NormalOptions, listener: Listener) -> Upload {
        let entry = options.read();
        let locale = entry.options.locale;
        let is_silent = Rc::new(Cell::new(false));
        let silent = Rc::clone(&is_silent);
        let report = move |report| {
            if !silent.get() {
                listener.report(report, locale);
            }
        };
        let handle = self.0.add_entry(entry, report);
        Upload { handle, is_silent }
    }

    /// Starts no upload any more. Those under way are not touched.
    pub fn pause(&self) {
        self.0.set_halted(true);
    }

    /// Starts uploads again.
    pub fn resume(&self) {
        self.0.set_halted(false);
    }
}

#[wasm_bindgen]
impl Upload {
    /// Waiting: it keeps its place. Under way: the request is ended, and begins anew when it goes on.
    pub fn pause(&self) {
        self.handle.pause();
    }

    /// Lets it go on when its turn comes.
    pub fn resume(&self) {
        self.handle.resume();
    }

    /// Somebody wants to know the progress: attempts that are still to begin count the bytes.
    pub fn watch(&self) {
        self.handle.watch();
    }

    /// Gives it up. The page knows already, so nothing is reported any more.
    pub fn abort(&self) {
        self.is_silent.set(true);
        self.handle.abort(JsValue::UNDEFINED);
    }
}

impl Listener {
    fn report(&self, report: Report, locale: Locale) {
        let reported = match report {
            Report::State(state) => self.state(state.as_str()),
            Report::Progress(snapshot) => self.progress(&to_js(&ProgressEvent::from(snapshot))),
            Report::Attempt(attempt) => self.attempt(&to_js(&AttemptEvent::new(&attempt, locale))),
            Report::Ended(ending) => self.report_end(ending, locale),
        };
        // What it throws is no matter of the upload.
        let _ = reported;
    }

    fn report_end(&self, ending: Ending, locale: Locale) -> Result<(), JsValue> {
        match ending {
            Ending::Done {
                outcome,
                elapsed_ms,
            } => self.done(&to_js(&UploadResult::new(&outcome, elapsed_ms))),
            Ending::Failed { error, cause } => {
                self.failed(&to_js(&Failure::new(&error, cause, locale)))
            }
            Ending::Refused(thrown) => self.refused(&thrown),
            // Nobody is told: see `Upload::abort`.
            Ending::Aborted(_) => Ok(()),
        }
    }
}
