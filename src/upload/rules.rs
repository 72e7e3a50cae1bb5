//! What an upload does when parameters, an answer or a failure come: the rules of checking, retrying and verifying.

use super::event::{Loss, Surroundings};
use super::machine::{Next, Offline, Stage, Upload};
use super::notice::Notice;
use super::retry::{Remedy, remedy, retry_after_ms};
use super::shared_params::{AskReason, Issued};
use super::step::{Outcome, State, Step};
use crate::error::{Code, Error, Reason, StoredObject};
use crate::form::PostForm;
use crate::oss::Secrets;
use crate::params::{Key, UploadParams};
use crate::policy::Policy;
use crate::response::{self, Answer, Uploaded};

impl Upload {
    /// New parameters: check them and the file, build the form, post it.
    pub(super) fn accept(
        &mut self,
        issued: Box<Issued>,
        key: Option<String>,
        at: Surroundings,
    ) -> Step {
        let replaceable = !issued.fresh && self.stale_params < self.settings.retry.attempts;
        if issued.is_expired(at.now_ms, 0) {
            if replaceable {
                self.stale_params += 1;
                self.issued = Some(issued);
                return self.ask(AskReason::Expired);
            }
            // Without the backend's clock the page's may be what is wrong, and a time that nobody signed is a hint: then
            // OSS decides.
            if issued.clock_offset_ms.is_some() && !issued.params.policy_unreadable() {
                let error = Error::from(Reason::ExpiredOnArrival).retryable_if(true);
                return self.failed(error, true, None, at);
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
                if issued.params.policy_unreadable() {
                    self.notice(Notice::PolicyUnreadable);
                }
                for flaw in issued.params.policy().map_or(&[][..], Policy::flaws) {
                    self.notice(Notice::PolicyFlaw(flaw.clone()));
                }
                for name in form.uncovered() {
                    self.notice(Notice::FieldNotCovered { name: name.clone() });
                }
                self.form = Some(form);
                self.issued = Some(issued);
                self.failed_asks = 0;
                self.is_online_for(false);
                self.post()
            }
            // Shared parameters were signed with another file in mind: ask for this one.
            Err(_) if replaceable => {
                self.stale_params += 1;
                self.issued = Some(issued);
                self.ask(AskReason::Refused)
            }
            Err(error) => self.fail(error),
        }
    }

    /// A form that the policy allows.
    fn build(&self, params: &UploadParams) -> Result<PostForm, Error> {
        let settings = &self.settings;
        let form = PostForm::new(params, &self.file, &settings.extras, settings.unique)?;
        if let Some(policy) = params.policy() {
            policy.check(form.checked(&self.file, params.bucket()))?;
        }
        Ok(form)
    }

    pub(super) fn answered(&mut self, answer: &Answer, at: Surroundings) -> Step {
        let has_callback = self.form.as_ref().is_some_and(PostForm::has_callback);
        let secrets = self
            .issued
            .as_ref()
            .map_or_else(Secrets::default, |issued| issued.params.secrets());
        match response::read(answer, has_callback, &secrets) {
            Ok(uploaded) => self.stored(uploaded, at),
            Err(error) if self.maybe_stored && is_already_there(&error) => {
                self.stored(response::already_stored(answer), at)
            }
            Err(mut error) => {
                if let Some(uploaded) = response::claimed(answer).filter(|_| self.settings.verify) {
                    self.unproven = Some(error);
                    return self.stored(uploaded, at);
                }
                if error.code() == Code::CallbackFailed {
                    error.object = Some(Box::new(self.object()));
                }
                let unclear = error.code() == Code::InvalidResponse || answer.status >= 500;
                self.maybe_stored |= unclear;
                let wait_ms = answer.retry_after.as_deref().and_then(retry_after_ms);
                self.failed(error, true, wait_ms, at)
            }
        }
    }

    pub(super) fn lost(
        &mut self,
        loss: Loss,
        all_sent: bool,
        online: bool,
        at: Surroundings,
    ) -> Step {
        self.maybe_stored |= all_sent;
        let host = self.issued.as_ref().map_or_else(
            || String::from("OSS"),
            |issued| String::from(issued.params.host()),
        );
        let reason = match loss {
            Loss::Network => Reason::NoAnswer {
                host,
                is_online: online,
            },
            Loss::Stalled(after_ms) => Reason::Stalled {
                host,
                after_s: after_ms.div_ceil(1000),
            },
            Loss::Blocked => Reason::BlockedByPage { host },
        };
        let error = Error::from(reason).retryable_if(loss != Loss::Blocked);
        self.failed(error, online, None, at)
    }

    fn stored(&mut self, uploaded: Uploaded, at: Surroundings) -> Step {
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

    pub(super) fn compare(&mut self, crc64: u64, at: Surroundings) -> Step {
        let theirs = self.uploaded.as_ref().and_then(|uploaded| uploaded.crc64);
        let theirs = match theirs {
            Some(theirs) if theirs != crc64 => theirs,
            _ => return self.done(true),
        };
        if let Some(error) = self.unproven.take() {
            self.maybe_stored = true;
            return self.failed(error, true, None, at);
        }
        let uploaded = self.uploaded.take().unwrap_or_default();
        // The same key again would be refused, so the damaged object cannot be replaced.
        let is_final = self.form.as_ref().is_some_and(PostForm::forbids_overwrite);
        let reason = Reason::ChecksumsDiffer {
            stored: theirs,
            file: crc64,
        };
        let error = Error::from(reason)
            .retryable_if(!is_final)
            .answered(Some(uploaded.status), uploaded.request_id);
        self.maybe_stored = false;
        self.failed(error, true, None, at)
    }

    pub(super) fn done(&mut self, verified: bool) -> Step {
        self.stage = Stage::Ended(State::Done);
        Step::Done(Box::new(Outcome {
            object: self.object(),
            uploaded: self.uploaded.take().unwrap_or_default(),
            crc64: self.checksum,
            verified,
            posts: self.posts,
        }))
    }

    /// Where the file is, or would be.
    fn object(&self) -> StoredObject {
        match (&self.form, &self.issued) {
            (Some(form), Some(issued)) => StoredObject {
                key: String::from(form.key()),
                bucket: issued.params.bucket().map(String::from),
                url: issued.params.object_url(form.key()),
            },
            _ => StoredObject::default(),
        }
    }

    /// A post or an ask got through. That asks do says nothing of posts: else one could wait for ever, as often as its
    /// parameters expire meanwhile.
    fn is_online_for(&mut self, posting: bool) {
        self.offline = self.offline.filter(|offline| offline.posting && !posting);
    }

    /// Not a failure of the upload: it goes on by itself when the browser is online again. Some browsers say for ever
    /// that they are offline, so it is tried now and then all the same, and not for ever.
    fn wait_online(&mut self, error: Error, next: Next, posting: bool, at: Surroundings) -> Step {
        const DELAYS_MS: std::ops::RangeInclusive<u64> = 1000..=15_000;

        let offline = self.offline.get_or_insert(Offline {
            since_ms: at.now_ms,
            tries: 0,
            posting,
        });
        offline.posting |= posting;
        if at.now_ms - offline.since_ms >= i64::from(self.settings.offline_timeout_ms) {
            return self.fail(as_network_error(error));
        }
        offline.tries += 1;
        let delay_ms = self.settings.retry.delay_ms(offline.tries, at.random);
        self.last_failure = Some(error);
        self.stage = Stage::Waiting(next);
        Step::WaitOnline(delay_ms.clamp(*DELAYS_MS.start(), *DELAYS_MS.end()))
    }

    pub(super) fn fail(&mut self, error: Error) -> Step {
        self.last_failure = Some(error.clone());
        self.stage = Stage::Ended(State::Failed);
        Step::Fail(error)
    }

    /// An ask or a post failed: find out whether, how and when there is another chance.
    pub(super) fn failed(
        &mut self,
        error: Error,
        online: bool,
        wait_ms: Option<u64>,
        at: Surroundings,
    ) -> Step {
        let posting = !matches!(self.stage, Stage::Asking(_));
        let next = match (remedy(&error), &self.stage) {
            (Remedy::Nothing, _) => return self.fail(error),
            (_, Stage::Asking(why)) => Next::Ask(*why),
            (Remedy::SameForm, _) => Next::Post,
            (Remedy::FreshParams, _) if error.code() == Code::PolicyExpired => {
                Next::Ask(AskReason::Expired)
            }
            (Remedy::FreshParams, _) => Next::Ask(AskReason::Refused),
        };
        if is_malformed(&error) && std::mem::replace(&mut self.malformed_once, true) {
            return self.fail(error);
        }
        let retry = self.settings.retry;
        if online || error.status.is_some() {
            self.is_online_for(posting);
        } else if retry.attempts > 1 {
            return self.wait_online(error, next, posting, at);
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

/// What nobody answered for so long is called by one name.
fn as_network_error(error: Error) -> Error {
    let reason = match error.reason {
        Reason::Stalled { host, .. } => Reason::NoAnswer {
            host,
            is_online: false,
        },
        Reason::ParamsFunctionFailed { why, .. } => Reason::BackendUnreachable {
            why,
            is_online: false,
        },
        Reason::BackendStalled { .. } => Reason::BackendUnreachable {
            why: String::new(),
            is_online: false,
        },
        reason => reason,
    };
    Error::from(reason).retryable_if(true)
}

fn refusal_code(error: &Error) -> &str {
    error.refusal().map_or("", |refusal| &refusal.code)
}

fn is_already_there(error: &Error) -> bool {
    refusal_code(error) == "FileAlreadyExists"
}

fn is_malformed(error: &Error) -> bool {
    refusal_code(error) == "MalformedPOSTRequest"
}
