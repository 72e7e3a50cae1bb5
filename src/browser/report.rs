//! What an upload reports of itself, and when.

use std::rc::Rc;

use wasm_bindgen::JsValue;

use super::clock::now_ms;
use super::console;
use super::page;
use crate::error::Error;
use crate::text::{self, Locale, Words};
use crate::upload::progress::Progress;
use crate::upload::{Outcome, State, Step, Upload as Machine};

/// What an upload reports of itself.
#[derive(Debug)]
pub enum Report {
    /// It is in another state.
    State(State),
    /// Bytes were sent.
    Progress(Snapshot),
    /// An attempt at posting the file has ended.
    Attempt(Attempt),
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

/// Reports what has changed. The end is not reported here: it is what the upload's task comes to.
pub(super) struct Reporter {
    report: Rc<dyn Fn(Report)>,
    locale: Locale,
    /// The upload was paused, and waits for its turn again.
    pub(super) is_resumed: bool,
    /// As last reported.
    state: State,
    progress: Progress,
    began_ms: i64,
    /// When the attempt that is under way began.
    attempt_began_ms: Option<i64>,
}

impl Reporter {
    pub(super) fn new(
        report: Rc<dyn Fn(Report)>,
        size: u64,
        locale: Locale,
        began_ms: i64,
    ) -> Self {
        Self {
            report,
            locale,
            is_resumed: false,
            state: State::Queued,
            progress: Progress::new(size, began_ms),
            began_ms,
            attempt_began_ms: None,
        }
    }

    /// Milliseconds since the upload was added. Clocks may be set back.
    pub(super) fn elapsed_ms(&self) -> i64 {
        (now_ms() - self.began_ms).max(0)
    }

    pub(super) fn attempt_begins(&mut self) {
        let now_ms = now_ms();
        self.attempt_began_ms = Some(now_ms);
        self.progress.restart(now_ms);
    }

    /// So many bytes of the request's body were sent.
    pub(super) fn sent(&mut self, machine: &mut Machine, body: u64) {
        let now_ms = now_ms();
        let head = machine.form().map_or(0, |form| form.head().len() as u64);
        if self.progress.sent(body, head, now_ms) {
            if let Some(eta_ms) = self.progress.eta_ms() {
                machine.expect_to_take(eta_ms, now_ms);
                self.warn(machine);
            }
            self.report_progress(machine);
        }
    }

    /// Reports what the machine's last decision has changed.
    pub(super) fn decided(&mut self, machine: &mut Machine, step: &Step) {
        self.warn(machine);
        let state = match machine.state() {
            State::Paused if self.is_resumed => State::Queued,
            state => state,
        };
        if !matches!(state, State::Uploading | State::Verifying) {
            self.attempt_ends(machine, state, step);
        }
        if state != self.state {
            self.state = state;
            // Of an empty file nothing else tells that all of it is there.
            let (loaded, total) = (self.progress.loaded(), self.progress.total());
            if state == State::Done && (loaded < total || total == 0) {
                self.progress.complete();
                self.report_progress(machine);
            }
            (self.report)(Report::State(state));
        }
    }

    fn attempt_ends(&mut self, machine: &Machine, state: State, step: &Step) {
        let Some(began_ms) = self.attempt_began_ms.take() else {
            return;
        };
        let (error, sent) = match state {
            // Ended by the caller: neither a success nor a failure.
            State::Queued | State::Paused | State::Aborted => return,
            State::Done => (None, self.progress.total()),
            _ => (machine.last_failure().cloned(), self.progress.loaded()),
        };
        let retry_delay_ms = match step {
            Step::Wait(ms) => Some(*ms),
            Step::AskParams(_) => Some(0),
            _ => None,
        };
        (self.report)(Report::Attempt(Attempt {
            number: machine.posts(),
            elapsed_ms: (now_ms() - began_ms).max(0),
            sent,
            error,
            retry_delay_ms,
        }));
    }

    fn report_progress(&self, machine: &Machine) {
        (self.report)(Report::Progress(Snapshot {
            loaded: self.progress.loaded(),
            total: self.progress.total(),
            speed: self.progress.speed(),
            eta_ms: self.progress.eta_ms(),
            state: machine.state(),
            attempt: machine.posts(),
        }));
    }

    /// Shows in the console what the developer should know.
    fn warn(&self, machine: &mut Machine) {
        for notice in machine.take_notices() {
            console::warn_once(&text::notice(notice, self.locale));
        }
    }
}

/// An error in words, with the page's origin in the hint where the bucket's CORS rule has to name it.
#[must_use]
pub fn words(error: &Error, locale: Locale) -> Words {
    text::words(error, locale, &page::origin())
}
