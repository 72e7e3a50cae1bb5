//! One upload under way: the machine that decides, and the guards of what it has started.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::JsValue;
use web_sys::Blob;

use super::chore::Chore;
use super::environment::{now_ms, unique};
use super::file;
use super::options::UploadOptions;
use crate::crc64::Crc64;
use crate::error::Error;
use crate::form::PostForm;
use crate::progress::Progress;
use crate::queue::Id;
use crate::shared_params::{SharedParams, Why};
use crate::upload::{Event, Moment, Outcome, Settings, State, Step, Upload};

/// What an upload tells of itself.
#[derive(Debug)]
pub enum Report {
    /// It is in another state.
    State(State),
    /// Bytes were sent.
    Progress(Snapshot),
    /// An attempt at posting the file has ended.
    Attempt(Attempt),
    /// What should be in the console once.
    #[cfg(feature = "terse")]
    Notice(String),
    /// It has ended. Nothing is reported after this.
    Ended(Ending),
}

/// Progress at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Snapshot {
    /// Bytes of the file that were sent in this attempt.
    pub loaded: u64,
    /// Size of the file in bytes.
    pub total: u64,
    /// Bytes per second, smoothed; 0 while unknown.
    pub speed: f64,
    /// Milliseconds left, where known.
    pub eta_ms: Option<f64>,
    /// State of the upload.
    pub state: State,
    /// 1 for the first.
    pub attempt: u32,
}

/// One attempt at posting the file.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// 1 for the first.
    pub number: u32,
    /// Milliseconds from its start to its end.
    pub elapsed_ms: i64,
    /// Bytes of the file that were sent.
    pub sent: u64,
    /// Why it failed, if it did.
    pub error: Option<Error>,
    /// Milliseconds until the next one, where there is one and it is known.
    pub retry_delay_ms: Option<u64>,
}

/// How an upload ended.
#[derive(Debug)]
pub enum Ending {
    /// The file is stored.
    Done {
        /// What was stored, and where.
        outcome: Outcome,
        /// Milliseconds that the whole upload took.
        elapsed_ms: i64,
    },
    /// It failed for good.
    Failed {
        /// Why.
        error: Error,
        /// What a JavaScript function of the caller's, or the browser's `fetch`, threw.
        cause: Option<JsValue>,
    },
    /// A function of the caller's that checks the file or names the object threw this.
    Refused(JsValue),
    /// It was given up, for this reason.
    Aborted(JsValue),
}

pub(crate) struct Job {
    pub(crate) id: Id,
    pub(crate) file: Blob,
    pub(crate) options: Rc<UploadOptions>,
    pub(crate) params: Rc<RefCell<SharedParams>>,
    pub(crate) machine: Upload,
    pub(crate) progress: Progress,
    /// What was begun for the machine's last step.
    pub(crate) activity: Option<Chore>,
    pub(crate) stall: Option<Chore>,
    /// The file is read once, while it is being posted.
    pub(crate) reading: Option<Chore>,
    pub(crate) crc64: Option<Crc64>,
    pub(crate) start: Option<Chore>,
    pub(crate) signal: Option<Chore>,
    /// Why it asks for parameters, while it does.
    pub(crate) wants: Option<Why>,
    pub(crate) asked: u32,
    pub(crate) validated: bool,
    /// Paused before, it waits for its turn again.
    pub(crate) resumed: bool,
    pub(crate) watched: bool,
    /// Bytes of the request's body that were sent, and when the last of them were.
    pub(crate) sent: u64,
    pub(crate) moved_ms: i64,
    pub(crate) cause: Option<JsValue>,
    pub(crate) refused: Option<JsValue>,
    pub(crate) reason: JsValue,
    report: Box<dyn Fn(Report)>,
    state: State,
    began_ms: i64,
    /// When the attempt that is under way began.
    attempt_began_ms: Option<i64>,
}

impl Job {
    pub(crate) fn new(
        id: Id,
        file: Blob,
        mut options: UploadOptions,
        params: Rc<RefCell<SharedParams>>,
        report: Box<dyn Fn(Report)>,
    ) -> Self {
        let facts = file::facts(&file);
        let now_ms = now_ms();
        let settings = Settings {
            extras: std::mem::take(&mut options.extras),
            retry: options.retry,
            verify: options.verify,
            unique: unique(),
        };
        Self {
            id,
            file,
            params,
            progress: Progress::new(facts.size, now_ms),
            machine: Upload::new(facts, settings),
            watched: options.watched,
            options: Rc::new(options),
            activity: None,
            stall: None,
            reading: None,
            crc64: None,
            start: None,
            signal: None,
            wants: None,
            asked: 0,
            validated: false,
            resumed: false,
            sent: 0,
            moved_ms: now_ms,
            cause: None,
            refused: None,
            reason: JsValue::UNDEFINED,
            report,
            state: State::Queued,
            began_ms: now_ms,
            attempt_began_ms: None,
        }
    }

    /// Lets the machine decide. The step is still to be done.
    pub(crate) fn decide(&mut self, event: Event) -> Step {
        let at = Moment {
            now_ms: now_ms(),
            random: js_sys::Math::random(),
        };
        self.machine.handle(event, at)
    }

    pub(crate) fn attempt_begins(&mut self) {
        let now_ms = now_ms();
        self.attempt_began_ms = Some(now_ms);
        self.moved_ms = now_ms;
        self.sent = 0;
        self.progress.restart(now_ms);
    }

    /// The request's body was sent so far.
    pub(crate) fn sent(&mut self, body: u64) {
        let now_ms = now_ms();
        self.sent = body;
        self.moved_ms = now_ms;
        let head = self
            .machine
            .form()
            .map_or(0, |form| form.head().len() as u64);
        if self.progress.sent(body, head, now_ms) {
            if let Some(eta_ms) = self.progress.eta_ms() {
                self.machine.expect_to_take(eta_ms, now_ms);
            }
            self.report_progress();
        }
    }

    /// Whether the server may have got the whole request.
    pub(crate) fn all_sent(&self) -> bool {
        let form = self.machine.form().map_or(0, PostForm::overhead_len);
        !self.watched || self.sent >= form + self.machine.file().size
    }

    /// Tells what changed by the step that was just done.
    pub(crate) fn tell(&mut self, step: &Step) {
        let state = match self.machine.state() {
            State::Paused if self.resumed => State::Queued,
            state => state,
        };
        for notice in self.machine.take_notices() {
            #[cfg(feature = "terse")]
            (self.report)(Report::Notice(notice.text()));
            #[cfg(not(feature = "terse"))]
            super::console::warn_once(&notice.text());
        }
        if !matches!(state, State::Uploading | State::Verifying) {
            self.attempt_ended(state, step);
        }
        if state != self.state {
            self.state = state;
            if state == State::Done && self.progress.loaded() < self.progress.total() {
                self.progress.complete();
                self.report_progress();
            }
            (self.report)(Report::State(state));
        }
    }

    /// Reports the end. The job is done with.
    pub(crate) fn end(mut self, step: Step) {
        // What is still under way ends before anybody hears of the end.
        self.activity = None;
        self.stall = None;
        self.reading = None;
        self.signal = None;
        let ending = match (step, self.refused.take()) {
            (Step::Done(outcome), _) => Ending::Done {
                outcome: *outcome,
                elapsed_ms: now_ms() - self.began_ms,
            },
            (Step::Fail(_), Some(thrown)) => Ending::Refused(thrown),
            (Step::Fail(error), None) => Ending::Failed {
                error: self.with_hint(error),
                cause: self.cause.take(),
            },
            _ => Ending::Aborted(std::mem::take(&mut self.reason)),
        };
        (self.report)(Report::Ended(ending));
    }

    fn attempt_ended(&mut self, state: State, step: &Step) {
        let Some(began_ms) = self.attempt_began_ms.take() else {
            return;
        };
        let error = match state {
            State::Done => None,
            // Ended by the caller: neither a success nor a failure.
            State::Queued | State::Paused | State::Aborted => return,
            _ => self.machine.last_failure().cloned(),
        };
        let retry_delay_ms = match step {
            Step::Wait(ms) => Some(*ms),
            Step::AskParams(_) => Some(0),
            _ => None,
        };
        (self.report)(Report::Attempt(Attempt {
            number: self.machine.posts(),
            elapsed_ms: now_ms() - began_ms,
            sent: if error.is_none() {
                self.progress.total()
            } else {
                self.progress.loaded()
            },
            error: error.map(|error| self.with_hint(error)),
            retry_delay_ms,
        }));
    }

    fn report_progress(&self) {
        (self.report)(Report::Progress(Snapshot {
            loaded: self.progress.loaded(),
            total: self.progress.total(),
            speed: self.progress.speed(),
            eta_ms: self.progress.eta_ms(),
            state: self.machine.state(),
            attempt: self.machine.posts(),
        }));
    }

    #[cfg(not(feature = "terse"))]
    fn with_hint(&self, error: Error) -> Error {
        super::hints::with_hint(error, self.options.locale)
    }

    /// The hint is added in JavaScript.
    #[cfg(feature = "terse")]
    #[expect(clippy::unused_self, reason = "as above")]
    fn with_hint(&self, error: Error) -> Error {
        error
    }
}
