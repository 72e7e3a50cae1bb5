//! The steps before anything is sent: the caller's own check, the parameters, the object key.

use super::{Input, Uploader};
use crate::browser::backend::{self, Refusal};
use crate::browser::chore::Chore;
use crate::browser::environment::{is_online, now_ms};
use crate::browser::job::Job;
use crate::browser::options::{Key, ParamsSource, Validate};
use crate::error::Error;
use crate::params::{self, UploadParams};
use crate::shared_params::{Issued, Want, Why};
use crate::upload::{Event, Step};

impl Uploader {
    /// Gets parameters: from the cache, from the backend, or when another upload has got some.
    pub(super) fn want(&self, job: &mut Job, why: Why) {
        let id = job.id;
        if !job.validated && !self.validate(job) {
            return;
        }
        let held = job.machine.issued().map(|issued| &issued.params);
        let want = job.params.borrow_mut().want(id, why, held, now_ms());
        match want {
            Want::Wait => {}
            Want::Ready(issued) => self.choose_key(job, issued),
            Want::Ask => self.ask(job, why),
        }
    }

    /// Whether the caller's own check has let the file pass. If not, it has refused it, or will say.
    fn validate(&self, job: &mut Job) -> bool {
        match &job.options.validate {
            None => job.validated = true,
            #[cfg(not(feature = "terse"))]
            Some(Validate::Limits(limits)) => match limits.check(job.machine.file()) {
                Ok(()) => job.validated = true,
                Err(error) => self.put_for_later(job.id, Input::Event(params_failed(error, true))),
            },
            Some(Validate::Function(function)) => {
                let valid = self.callback(job.id, |_| Input::Valid);
                let refused = self.callback(job.id, Input::Refused);
                let checking = backend::check(function, &job.file, &valid, &refused);
                job.activity = Some(Chore(checking));
            }
        }
        job.validated
    }

    fn ask(&self, job: &mut Job, why: Why) {
        job.asked += 1;
        let asking = match &job.options.params {
            ParamsSource::Request(request) => {
                let done = self.callback(job.id, Input::Asked);
                let failed = self.callback(job.id, Input::Unreachable);
                backend::ask(request, job.machine.file(), &done, &failed)
            }
            ParamsSource::Function(function) => {
                let done = self.callback(job.id, Input::Called);
                let failed = self.callback(job.id, Input::CallFailed);
                let (file, why) = (&job.file, why.as_str());
                backend::call(function, file, job.asked, why, &done, &failed)
            }
        };
        job.activity = Some(Chore(asking));
    }

    pub(super) fn asked(&self, job: &mut Job, answer: Result<Issued, Refusal>) -> Step {
        let outcome = answer.as_ref().map_err(|refusal| &refusal.error);
        let woken = job.params.borrow_mut().answered(job.id, outcome);
        self.put_for_all(woken.want_again, || Input::WantAgain);
        match answer {
            Ok(issued) => {
                self.choose_key(job, Box::new(issued));
                Step::Continue
            }
            Err(refusal) => {
                let online = is_online();
                self.put_for_all(woken.failed, || {
                    Input::Event(params_failed(refusal.error.clone(), online))
                });
                job.cause = refusal.cause;
                job.decide(params_failed(refusal.error, online))
            }
        }
    }

    fn choose_key(&self, job: &Job, issued: Box<Issued>) {
        let key = match &job.options.key {
            Key::Default => None,
            Key::Fixed(key) => Some(key.clone()),
            Key::Function(function) => {
                let refused = self.callback(job.id, Input::Refused);
                backend::name_of(function, &job.file, dir_of(&issued.params), &refused).as_string()
            }
        };
        // Comes to nothing when the upload was refused.
        self.put_for_later(job.id, Input::Event(Event::Params { issued, key }));
    }
}

pub(super) fn params_failed(error: Error, online: bool) -> Event {
    Event::ParamsFailed { error, online }
}

fn dir_of(params: &UploadParams) -> &str {
    match params.key() {
        params::Key::Prefix(dir) => dir,
        params::Key::Fixed(_) => "",
    }
}
