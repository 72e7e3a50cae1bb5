//! The state of one upload, and which event does what in which stage.

use uuid::Uuid;

use super::event::{Event, Surroundings};
use super::notice::Notice;
use super::retry::RetryPolicy;
use super::shared_params::{AskReason, Issued};
use super::step::{State, Step};
use crate::error::{Error, Reason};
use crate::file::FileFacts;
use crate::form::{Extras, PostForm};
use crate::response::Uploaded;

/// What the caller wants of an upload.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// What goes into the form beside the parameters' own fields.
    pub extras: Extras,
    /// How failures are repeated.
    pub retry: RetryPolicy,
    /// Whether the file's checksum is compared with the one OSS computed.
    pub verify: bool,
    /// How long the upload waits while the browser says that it is offline, in milliseconds.
    pub offline_timeout_ms: u32,
    /// A random UUID: it makes the object key unique and stays the same in every attempt, so that an attempt
    /// whose answer was lost leaves no second object behind.
    pub unique: Uuid,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            extras: Extras::default(),
            retry: RetryPolicy::default(),
            verify: false,
            offline_timeout_ms: 600_000,
            unique: Uuid::nil(),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Offline {
    pub(super) since_ms: i64,
    pub(super) tries: u32,
    /// Whether a post was lost, and not only an ask.
    pub(super) posting: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Next {
    Ask(AskReason),
    Post,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Stage {
    Queued,
    Asking(AskReason),
    Posting,
    Checking,
    Waiting(Next),
    Paused(Next),
    Ended(State),
}

/// One upload.
#[derive(Clone, Debug)]
pub struct Upload {
    pub(super) file: FileFacts,
    pub(super) settings: Settings,
    pub(super) stage: Stage,
    pub(super) issued: Option<Box<Issued>>,
    pub(super) form: Option<PostForm>,
    /// What OSS answered when it stored the file, until that is verified.
    pub(super) uploaded: Option<Uploaded>,
    /// Why that is only believed if the checksums are equal.
    pub(super) unproven: Option<Error>,
    pub(super) checksum: Option<u64>,
    pub(super) posts: u32,
    pub(super) failed_posts: u32,
    pub(super) failed_asks: u32,
    /// Since when nothing gets through and the browser says that it is offline, and how often it was tried since.
    pub(super) offline: Option<Offline>,
    /// How often shared parameters turned out to be of no use for this upload.
    pub(super) stale_params: u32,
    /// An attempt whose answer is unknown may have stored the object under the present key.
    pub(super) maybe_stored: bool,
    /// OSS once could not read our form: it does so when a connection is cut inside the fields.
    pub(super) malformed_once: bool,
    pub(super) last_failure: Option<Error>,
    /// Each notice once, and how many of them were handed out already.
    pub(super) notices: Vec<Notice>,
    pub(super) notices_taken: usize,
}

impl Upload {
    /// An upload whose turn has not come.
    #[must_use]
    pub fn new(file: FileFacts, settings: Settings) -> Self {
        Self {
            file,
            settings,
            stage: Stage::Queued,
            issued: None,
            form: None,
            uploaded: None,
            unproven: None,
            checksum: None,
            posts: 0,
            failed_posts: 0,
            failed_asks: 0,
            offline: None,
            stale_params: 0,
            maybe_stored: false,
            malformed_once: false,
            last_failure: None,
            notices: Vec::new(),
            notices_taken: 0,
        }
    }

    /// Takes in what happened and says what to do next. After a terminal step, every event is ignored.
    pub fn handle(&mut self, event: Event, at: Surroundings) -> Step {
        match (event, self.stage) {
            (_, Stage::Ended(_)) => Step::Continue,
            (Event::Abort, _) => {
                self.stage = Stage::Ended(State::Aborted);
                Step::Aborted
            }
            (Event::Start, Stage::Queued) => self.ask(AskReason::First),
            (Event::Params { issued, key }, Stage::Asking(_)) => self.accept(issued, key, at),
            (Event::ParamsFailed { error, online }, Stage::Asking(_)) => {
                self.failed(error, online, None, at)
            }
            (Event::Answered(answer), Stage::Posting) => self.answered(&answer, at),
            (
                Event::Lost {
                    loss,
                    all_sent,
                    online,
                },
                Stage::Posting,
            ) => self.lost(loss, all_sent, online, at),
            (Event::FileUnreadable, Stage::Asking(_) | Stage::Posting | Stage::Waiting(_)) => {
                let name = self.file.name.clone();
                self.fail(Reason::FileUnreadable { name }.into())
            }
            (Event::FileUnreadable, Stage::Checking) => {
                if let Some(error) = self.unproven.take() {
                    return self.failed(error, true, None, at);
                }
                // The browser read it to the end, else OSS had refused the form: stored, but not to be verified.
                self.notice(Notice::ChecksumUnreadable);
                self.done(false)
            }
            (Event::Checksum(crc64), stage) => {
                self.checksum = Some(crc64);
                if matches!(stage, Stage::Checking) {
                    self.compare(crc64, at)
                } else {
                    Step::Continue
                }
            }
            (Event::WaitOver, Stage::Waiting(next)) | (Event::Resume, Stage::Paused(next)) => {
                self.go_on(next, at)
            }
            (Event::Pause, stage) => self.pause(stage),
            _ => Step::Continue,
        }
    }

    /// Where the upload stands.
    #[must_use]
    pub fn state(&self) -> State {
        match self.stage {
            Stage::Queued => State::Queued,
            Stage::Asking(_) => State::Preparing,
            Stage::Posting => State::Uploading,
            Stage::Checking => State::Verifying,
            Stage::Waiting(_) => State::Waiting,
            Stage::Paused(_) => State::Paused,
            Stage::Ended(state) => state,
        }
    }

    /// The file.
    #[must_use]
    pub fn file(&self) -> &FileFacts {
        &self.file
    }

    /// Whether the shell has a checksum to compute for it.
    #[must_use]
    pub fn wants_checksum(&self) -> bool {
        self.settings.verify
    }

    /// The parameters that it holds, if any.
    #[must_use]
    pub fn issued(&self) -> Option<&Issued> {
        self.issued.as_deref()
    }

    /// The form to post. There is one whenever the step is [`Step::Post`].
    #[must_use]
    pub fn form(&self) -> Option<&PostForm> {
        self.form.as_ref()
    }

    /// Where to post it.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        Some(self.issued.as_ref()?.params.url())
    }

    /// How often the file was posted so far.
    #[must_use]
    pub fn posts(&self) -> u32 {
        self.posts
    }

    /// Why the last attempt failed, if it did.
    #[must_use]
    pub fn last_failure(&self) -> Option<&Error> {
        self.last_failure.as_ref()
    }

    /// What the developer should know: each notice is handed out a single time.
    pub fn take_notices(&mut self) -> &[Notice] {
        let taken = std::mem::replace(&mut self.notices_taken, self.notices.len());
        self.notices.get(taken..).unwrap_or_default()
    }

    /// Tells how long the present attempt is still expected to take. Warns once if the policy ends before.
    pub fn expect_to_take(&mut self, eta_ms: f64, now_ms: i64) {
        const LONGEST_MS: f64 = 1e12;
        let Some(issued) = &self.issued else { return };
        #[expect(clippy::cast_possible_truncation, reason = "clamped")]
        let eta_ms = eta_ms.clamp(0.0, LONGEST_MS) as i64;
        if issued.is_expired(now_ms, eta_ms) {
            self.notice(Notice::OutlivesPolicy);
        }
    }

    pub(super) fn notice(&mut self, notice: Notice) {
        if !self.notices.contains(&notice) {
            self.notices.push(notice);
        }
    }

    pub(super) fn ask(&mut self, why: AskReason) -> Step {
        self.stage = Stage::Asking(why);
        Step::AskParams(why)
    }

    pub(super) fn post(&mut self) -> Step {
        self.posts += 1;
        self.last_failure = None;
        self.unproven = None;
        self.stage = Stage::Posting;
        Step::Post
    }

    pub(super) fn go_on(&mut self, next: Next, at: Surroundings) -> Step {
        match (next, &self.issued) {
            (Next::Post, Some(issued)) if issued.is_expired(at.now_ms, 0) => {
                self.ask(AskReason::Expired)
            }
            (Next::Post, Some(_)) => self.post(),
            (Next::Post, None) => self.ask(AskReason::First),
            (Next::Ask(why), _) => self.ask(why),
        }
    }

    pub(super) fn pause(&mut self, stage: Stage) -> Step {
        let next = match stage {
            Stage::Queued => Next::Ask(AskReason::First),
            Stage::Asking(why) => Next::Ask(why),
            Stage::Posting => Next::Post,
            Stage::Waiting(next) => next,
            // Stored already: there is nothing left to pause.
            Stage::Checking | Stage::Paused(_) | Stage::Ended(_) => return Step::Continue,
        };
        if matches!(stage, Stage::Posting) {
            self.maybe_stored = true;
        }
        self.stage = Stage::Paused(next);
        Step::Rest
    }
}
