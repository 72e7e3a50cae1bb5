//! One upload from its start to its one end, without I/O: events go in, the next step comes out.
//!
//! The shell does what a [`Step`] says and brings back what came of it as the next [`Event`]. Everything that
//! decides over an upload (when to ask for parameters, when to refuse the file, whether to try again) is here.

mod event;
mod step;
#[cfg(test)]
mod tests;

pub use event::{Event, Loss, Moment};
pub use step::{Outcome, State, Step};

use crate::error::{Code, Error, Phase};
use crate::file::FileFacts;
use crate::form::{Extras, PostForm};
use crate::notice::Notice;
use crate::params::{Key, UploadParams};
use crate::response::{self, Answer, Uploaded};
use crate::retry::{Remedy, RetryPolicy, remedy, retry_after_ms};
use crate::shared_params::{Issued, Why};
use crate::text::decimal;

/// What the caller wants of an upload.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// What goes into the form beside the parameters' own fields.
    pub extras: Extras,
    /// How failures are repeated.
    pub retry: RetryPolicy,
    /// Whether the file's checksum is compared with the one OSS computed.
    pub verify: bool,
    /// 128 random bits: they make the object key unique and stay the same in every attempt, so that an attempt
    /// whose answer was lost leaves no second object behind.
    pub unique: [u8; 16],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Ask(Why),
    Post,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Queued,
    Asking(Why),
    Posting,
    Checking,
    Waiting(Next),
    Paused(Next),
    Ended(State),
}

/// One upload.
#[derive(Debug)]
pub struct Upload {
    file: FileFacts,
    settings: Settings,
    stage: Stage,
    issued: Option<Box<Issued>>,
    form: Option<PostForm>,
    /// What OSS answered when it stored the file, until that is verified.
    uploaded: Option<Uploaded>,
    checksum: Option<u64>,
    posts: u32,
    failed_posts: u32,
    failed_asks: u32,
    /// How often shared parameters turned out to be of no use for this upload.
    stale_params: u32,
    /// An attempt whose answer is unknown may have stored the object under the present key.
    maybe_stored: bool,
    /// OSS once could not read our form: it does so when a connection is cut inside the fields.
    malformed_once: bool,
    last_failure: Option<Error>,
    /// What is to be told, and what was told already.
    notices: Vec<Notice>,
    told: usize,
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
            checksum: None,
            posts: 0,
            failed_posts: 0,
            failed_asks: 0,
            stale_params: 0,
            maybe_stored: false,
            malformed_once: false,
            last_failure: None,
            notices: Vec::new(),
            told: 0,
        }
    }

    /// Takes in what happened and says what to do next. After a terminal step, every event is ignored.
    pub fn handle(&mut self, event: Event, at: Moment) -> Step {
        match (event, self.stage) {
            (_, Stage::Ended(_)) => Step::Continue,
            (Event::Abort, _) => {
                self.stage = Stage::Ended(State::Aborted);
                Step::Aborted
            }
            (Event::Start, Stage::Queued) => self.ask(Why::First),
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
                self.fail(unreadable(&self.file))
            }
            (Event::FileUnreadable, Stage::Checking) => {
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
        let told = std::mem::replace(&mut self.told, self.notices.len());
        self.notices.get(told..).unwrap_or_default()
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

    fn notice(&mut self, notice: Notice) {
        if !self.notices.contains(&notice) {
            self.notices.push(notice);
        }
    }

    fn ask(&mut self, why: Why) -> Step {
        self.stage = Stage::Asking(why);
        Step::AskParams(why)
    }

    fn post(&mut self) -> Step {
        self.posts += 1;
        self.last_failure = None;
        self.stage = Stage::Posting;
        Step::Post
    }

    fn go_on(&mut self, next: Next, at: Moment) -> Step {
        match (next, &self.issued) {
            (Next::Post, Some(issued)) if issued.is_expired(at.now_ms, 0) => self.ask(Why::Expired),
            (Next::Post, Some(_)) => self.post(),
            (Next::Post, None) => self.ask(Why::First),
            (Next::Ask(why), _) => self.ask(why),
        }
    }

    fn pause(&mut self, stage: Stage) -> Step {
        let next = match stage {
            Stage::Queued => Next::Ask(Why::First),
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

    /// New parameters: check them and the file, build the form, post it.
    fn accept(&mut self, issued: Box<Issued>, key: Option<String>, at: Moment) -> Step {
        let replaceable = !issued.fresh && self.stale_params < self.settings.retry.attempts;
        if issued.is_expired(at.now_ms, 0) {
            if replaceable {
                self.stale_params += 1;
                self.issued = Some(issued);
                return self.ask(Why::Expired);
            }
            // Without the backend's clock the page's may be what is wrong: then OSS decides.
            if issued.clock_offset_ms.is_some() {
                return self.failed(expired_on_arrival(), true, None, at);
            }
        }
        let is_key_unique = key.is_none() && matches!(issued.params.key(), Key::Prefix(_));
        self.settings.extras.key = key;
        let built = self.build(&issued.params);
        match built {
            Ok(form) => {
                let another_key = self
                    .form
                    .as_ref()
                    .is_some_and(|old| old.key() != form.key());
                if another_key {
                    self.maybe_stored = false;
                }
                // A browser by itself sends a request again when a connection that was kept open turns out to be
                // closed. Under a key with a uuid of ours, what is there already can only be this file.
                self.maybe_stored |= is_key_unique;
                for warning in form.warnings() {
                    self.notice(Notice::Form(warning.clone()));
                }
                self.form = Some(form);
                self.issued = Some(issued);
                self.failed_asks = 0;
                self.post()
            }
            // Shared parameters were signed with another file in mind: ask for this one.
            Err(_) if replaceable => {
                self.stale_params += 1;
                self.issued = Some(issued);
                self.ask(Why::Refused)
            }
            Err(error) => self.fail(error),
        }
    }

    /// A form that the policy allows.
    fn build(&self, params: &UploadParams) -> Result<PostForm, Error> {
        let settings = &self.settings;
        let form = PostForm::new(params, &self.file, &settings.extras, settings.unique)?;
        if let Some(policy) = params.policy() {
            policy.check(&form, params.bucket(), &self.file)?;
        }
        Ok(form)
    }

    fn answered(&mut self, answer: &Answer, at: Moment) -> Step {
        let has_callback = self.form.as_ref().is_some_and(PostForm::has_callback);
        match response::read(answer, has_callback) {
            Ok(uploaded) => self.stored(uploaded, at),
            Err(error) if self.maybe_stored && is_already_there(&error) => {
                self.stored(response::already_stored(answer), at)
            }
            Err(error) => {
                let unclear = error.code == Code::InvalidResponse || answer.status >= 500;
                self.maybe_stored |= unclear;
                let wait_ms = answer.retry_after.as_deref().and_then(retry_after_ms);
                self.failed(error, true, wait_ms, at)
            }
        }
    }

    fn lost(&mut self, loss: Loss, all_sent: bool, online: bool, at: Moment) -> Step {
        self.maybe_stored |= all_sent;
        let host = self
            .issued
            .as_ref()
            .map_or("OSS", |issued| issued.params.host());
        // Both at hand: when the network is down, nothing more can be loaded.
        let error = match loss {
            Loss::Network => Error::sentence(
                Code::Network,
                Phase::Post,
                "No answer from {}: the connection failed, or the browser may not read the answer (CORS).",
                &[host],
            ),
            Loss::Stalled(after_ms) => Error::sentence(
                Code::Stalled,
                Phase::Post,
                "No byte moved to or from {} for {} s.",
                &[host, &decimal(u64::from(after_ms / 1000))],
            ),
        };
        self.failed(error.retryable_if(true), online, None, at)
    }

    fn stored(&mut self, uploaded: Uploaded, at: Moment) -> Step {
        let is_summed = uploaded.crc64.is_some();
        self.uploaded = Some(uploaded);
        if !self.settings.verify {
            return self.done(false);
        }
        if !is_summed {
            self.notice(Notice::ChecksumHidden);
            return self.done(false);
        }
        if let Some(crc64) = self.checksum {
            return self.compare(crc64, at);
        }
        self.stage = Stage::Checking;
        Step::AwaitChecksum
    }

    fn compare(&mut self, crc64: u64, at: Moment) -> Step {
        let theirs = self.uploaded.as_ref().and_then(|uploaded| uploaded.crc64);
        let theirs = match theirs {
            Some(theirs) if theirs != crc64 => theirs,
            _ => return self.done(true),
        };
        let uploaded = self.uploaded.take().unwrap_or_default();
        let error = Error::sentence(
            Code::Integrity,
            Phase::Verify,
            say!("OSS stored other bytes than the file's: its CRC-64 is {}, the file's is {}."),
            &[&decimal(theirs), &decimal(crc64)],
        );
        // The same key again would be refused, so the damaged object cannot be replaced.
        let is_final = self.form.as_ref().is_some_and(PostForm::forbids_overwrite);
        let error = error.retryable_if(!is_final).answered(
            Some(uploaded.status),
            uploaded.request_id,
            None,
        );
        self.maybe_stored = false;
        self.failed(error, true, None, at)
    }

    fn done(&mut self, verified: bool) -> Step {
        self.stage = Stage::Ended(State::Done);
        let (key, bucket, url) = match (&self.form, &self.issued) {
            (Some(form), Some(issued)) => (
                String::from(form.key()),
                issued.params.bucket().map(String::from),
                issued.params.object_url(form.key()),
            ),
            _ => Default::default(),
        };
        Step::Done(Box::new(Outcome {
            key,
            bucket,
            url,
            uploaded: self.uploaded.take().unwrap_or_default(),
            crc64: self.checksum,
            verified,
            posts: self.posts,
        }))
    }

    fn fail(&mut self, error: Error) -> Step {
        self.last_failure = Some(error.clone());
        self.stage = Stage::Ended(State::Failed);
        Step::Fail(error)
    }

    /// An ask or a post failed: find out whether, how and when there is another chance.
    fn failed(&mut self, error: Error, online: bool, wait_ms: Option<u64>, at: Moment) -> Step {
        let posting = !matches!(self.stage, Stage::Asking(_));
        let next = match (remedy(&error), &self.stage) {
            (Remedy::Nothing, _) => return self.fail(error),
            (_, Stage::Asking(why)) => Next::Ask(*why),
            (Remedy::SameForm, _) => Next::Post,
            (Remedy::FreshParams, _) if error.code == Code::PolicyExpired => {
                Next::Ask(Why::Expired)
            }
            (Remedy::FreshParams, _) => Next::Ask(Why::Refused),
        };
        if is_malformed(&error) && std::mem::replace(&mut self.malformed_once, true) {
            return self.fail(error);
        }
        let retry = self.settings.retry;
        if !online && retry.attempts > 1 {
            // Not a failure of the upload: it goes on by itself when the browser is online again.
            self.last_failure = Some(error);
            self.stage = Stage::Waiting(next);
            return Step::WaitOnline;
        }
        let replace = posting && matches!(next, Next::Ask(_));
        let cached = self.issued.as_ref().is_some_and(|issued| !issued.fresh);
        // Parameters from the cache that OSS no longer takes are replaced at the cache's expense, not the upload's.
        let counter = if replace && cached && self.stale_params < retry.attempts {
            &mut self.stale_params
        } else if posting {
            &mut self.failed_posts
        } else {
            &mut self.failed_asks
        };
        *counter += 1;
        let failures = *counter;
        if self.failed_posts.max(self.failed_asks) >= retry.attempts {
            return self.fail(error);
        }
        self.last_failure = Some(error);
        if replace {
            return self.go_on(next, at);
        }
        let delay_ms = retry
            .delay_ms(failures, at.random)
            .max(wait_ms.unwrap_or(0));
        self.stage = Stage::Waiting(next);
        Step::Wait(delay_ms)
    }
}

fn unreadable(file: &FileFacts) -> Error {
    Error::sentence(
        Code::FileUnreadable,
        Phase::Post,
        say!(
            "The file “{}” cannot be read any more: it was moved, changed or deleted since it was chosen."
        ),
        &[&file.name],
    )
}

fn expired_on_arrival() -> Error {
    Error::sentence(
        Code::PolicyExpired,
        Phase::Check,
        say!("The backend handed out upload parameters that are past their expiry already."),
        &[],
    )
    .retryable_if(true)
}

fn oss_code(error: &Error) -> &str {
    error.oss.as_ref().map_or("", |oss| oss.code.as_str())
}

fn is_already_there(error: &Error) -> bool {
    oss_code(error) == "FileAlreadyExists"
}

fn is_malformed(error: &Error) -> bool {
    oss_code(error) == "MalformedPOSTRequest"
}
