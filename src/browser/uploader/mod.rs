//! The drive loop: brings events to the machines of all uploads and does the steps that they decide.

mod asking;
mod sending;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;
use web_sys::Blob;

use super::backend::{self, Refusal};
use super::chore::{self, Callback, Chore};
use super::file;
use super::job::{Job, Report};
use super::options::UploadOptions;
use super::post;
use crate::error::{Code, Error, Phase};
use crate::queue::{Id, Queue};
use crate::shared_params::SharedParams;
use crate::upload::{Event, Loss, State, Step};
use asking::params_failed;
use sending::lost;

/// What comes to an upload. Most of it comes from JavaScript, with a value.
enum Input {
    /// It was added, and its caller has the handle.
    Added,
    /// Its turn has come.
    Turn,
    /// Something that is for the machine alone.
    Event(Event),
    /// The caller's own check of the file, or choice of a key, threw.
    Refused(JsValue),
    /// The caller's own check let the file pass.
    Valid,
    /// The backend answered.
    Asked(JsValue),
    /// The function in the backend's place did.
    Called(JsValue),
    /// There was no answer.
    Unreachable(JsValue),
    CallFailed(JsValue),
    /// Whoever else asked is done: want again.
    WantAgain,
    /// So many bytes of the request's body have been handed to the network.
    Sent(JsValue),
    Answered(JsValue),
    /// The post ended without an answer.
    Lost,
    /// The file can be read, so it was the connection.
    Readable,
    Unreadable,
    /// Bytes of the file.
    Piece(JsValue),
    ReadAll,
    WaitOver,
    MaybeStalled,
    Pause,
    Resume,
    Abort(JsValue),
    /// Somebody wants to know the progress.
    Watch,
}

/// A queue of uploads. Clones are handles to the same queue.
#[derive(Clone)]
pub struct Uploader(Rc<Shared>);

struct Shared {
    queue: RefCell<Queue>,
    /// Without the one that is being handled: the code of the caller's that runs meanwhile finds nothing borrowed.
    #[expect(
        clippy::vec_box,
        reason = "jobs are wide, and are moved with every input"
    )]
    jobs: RefCell<Vec<Box<Job>>>,
    params: Rc<RefCell<SharedParams>>,
    inbox: RefCell<Vec<(Id, Input)>>,
    is_handling: Cell<bool>,
}

impl std::fmt::Debug for Uploader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Uploader").finish_non_exhaustive()
    }
}

impl Uploader {
    /// A queue that lets `concurrency` uploads (at least one) run at once.
    #[must_use]
    pub fn new(concurrency: usize) -> Self {
        Self(Rc::new(Shared {
            queue: RefCell::new(Queue::new(concurrency)),
            jobs: RefCell::default(),
            params: Rc::default(),
            inbox: RefCell::default(),
            is_handling: Cell::new(false),
        }))
    }

    /// Adds a file; higher priorities go first. `report` is called until the upload has ended, which it does once.
    ///
    /// Uploads share their parameters, where these allow it, with all others that were added with `shares_params`;
    /// it is for the caller to see that their [`UploadOptions::params`] and [`UploadOptions::rules`] are the same.
    pub fn add(
        &self,
        file: Blob,
        options: UploadOptions,
        priority: i32,
        shares_params: bool,
        report: impl Fn(Report) + 'static,
    ) -> UploadHandle {
        let shared = &self.0;
        let id = shared.queue.borrow_mut().add(priority);
        let params = if shares_params {
            Rc::clone(&shared.params)
        } else {
            Rc::default()
        };
        let mut job = Box::new(Job::new(id, file, options, params, Box::new(report)));
        // For pages `src/js` listens.
        #[cfg(not(feature = "terse"))]
        if let Some(signal) = &job.options.signal {
            let abort = self.callback(id, Input::Abort);
            job.signal = Some(Chore(chore::aborted(signal, &abort)));
        }
        // Not at once: the caller has the handle before anything is reported.
        let added = self.callback(id, |_| Input::Added);
        job.start = Some(Chore(chore::soon(&added)));
        shared.jobs.borrow_mut().push(job);
        UploadHandle {
            uploader: self.clone(),
            id,
        }
    }

    /// Lets the whole queue rest, or go on: no upload starts. Those under way are not touched.
    pub fn set_halted(&self, halted: bool) {
        self.0.queue.borrow_mut().set_halted(halted);
        self.start_next();
    }

    fn put(&self, id: Id, input: Input) {
        self.put_for_later(id, input);
        self.work();
    }

    /// Puts into the inbox what is handled after the present input.
    fn put_for_later(&self, id: Id, input: Input) {
        self.0.inbox.borrow_mut().push((id, input));
    }

    fn put_for_all(&self, ids: Vec<Id>, input: impl Fn() -> Input) {
        for id in ids {
            self.put_for_later(id, input());
        }
    }

    fn start_next(&self) {
        loop {
            let next = self.0.queue.borrow_mut().take_next();
            let Some(id) = next else { break };
            self.put_for_later(id, Input::Turn);
        }
        self.work();
    }

    /// Handles what is in the inbox, one after the other, also what comes in meanwhile.
    fn work(&self) {
        if self.0.is_handling.replace(true) {
            return;
        }
        loop {
            let inputs = self.0.inbox.take();
            if inputs.is_empty() {
                break;
            }
            for (id, input) in inputs {
                let job = {
                    let mut jobs = self.0.jobs.borrow_mut();
                    let found = jobs.iter().position(|job| job.id == id);
                    found.map(|index| jobs.remove(index))
                };
                // Nothing comes to an upload that has ended.
                if let Some(job) = job {
                    self.handle(job, input);
                }
            }
        }
        self.0.is_handling.set(false);
    }

    fn handle(&self, mut job: Box<Job>, input: Input) {
        let id = job.id;
        let step = self.take_in(&mut job, input);
        if !matches!(step, Step::Continue) {
            job.activity = None;
            job.stall = None;
        }
        job.tell(&step);
        if !matches!(step, Step::Continue | Step::AskParams(_)) {
            job.wants = None;
            let waiting = job.params.borrow_mut().leave(id);
            self.put_for_all(waiting, || Input::WantAgain);
        }
        match step {
            Step::Done(_) | Step::Fail(_) | Step::Aborted => {
                self.0.queue.borrow_mut().remove(id);
                job.end(step);
                self.start_next();
                return;
            }
            Step::Continue | Step::Rest => {}
            Step::AskParams(why) => {
                job.wants = Some(why);
                self.want(&mut job, why);
            }
            Step::Post => self.post(&mut job),
            Step::AwaitChecksum => self.read(&mut job),
            Step::Wait(ms) => {
                let over = self.callback(id, |_| Input::WaitOver);
                job.activity = Some(Chore(chore::wait(file::float(ms), &over)));
            }
            Step::WaitOnline => {
                let over = self.callback(id, |_| Input::WaitOver);
                job.activity = Some(Chore(chore::online(&over)));
            }
        }
        self.0.jobs.borrow_mut().push(job);
    }

    /// Brings what came in to the machine.
    fn take_in(&self, job: &mut Job, input: Input) -> Step {
        match input {
            Input::Added => {
                job.start = None;
                self.start_next();
                Step::Continue
            }
            // It was paused in the meantime.
            Input::Turn if !self.0.queue.borrow().is_running(job.id) => Step::Continue,
            Input::Turn if job.machine.state() == State::Queued => job.decide(Event::Start),
            Input::Turn => job.decide(Event::Resume),
            Input::Event(event) => job.decide(event),
            Input::Asked(answer) => {
                let answer = backend::answered(&answer, &job.options.rules);
                self.asked(job, answer.map_err(Refusal::from))
            }
            Input::Called(answer) => {
                let answer = backend::called(&answer, &job.options.rules);
                self.asked(job, answer.map_err(Refusal::from))
            }
            Input::Unreachable(thrown) => self.asked(job, Err(backend::unreachable(thrown))),
            Input::CallFailed(thrown) => self.asked(job, Err(backend::call_failed(thrown))),
            Input::WantAgain | Input::Valid => {
                job.validated |= matches!(input, Input::Valid);
                if let Some(why) = job.wants {
                    self.want(job, why);
                }
                Step::Continue
            }
            Input::Refused(thrown) => {
                let message = say!("A function of the page's refused the file.");
                let error = Error::new(Code::PolicyViolation, Phase::Check, message);
                let step = job.decide(params_failed(error, true));
                job.refused = matches!(step, Step::Fail(_)).then_some(thrown);
                step
            }
            Input::Sent(body) => {
                job.sent(file::whole(body.unchecked_into_f64()));
                Step::Continue
            }
            Input::Answered(answer) => job.decide(Event::Answered(Box::new(post::read(&answer)))),
            Input::Lost => {
                self.probe(job);
                Step::Continue
            }
            Input::Readable => lost(job, Loss::Network),
            Input::Unreadable => {
                job.reading = None;
                job.decide(Event::FileUnreadable)
            }
            Input::Piece(bytes) => {
                if let Some(crc64) = &mut job.crc64 {
                    crc64.update(&bytes.unchecked_ref::<Uint8Array>().to_vec());
                }
                Step::Continue
            }
            Input::ReadAll => match job.crc64.take() {
                Some(crc64) => job.decide(Event::Checksum(crc64.finish())),
                None => Step::Continue,
            },
            Input::WaitOver => job.decide(Event::WaitOver),
            Input::MaybeStalled => self.stalled(job),
            Input::Pause => {
                self.0.queue.borrow_mut().pause(job.id);
                self.start_next();
                job.resumed = false;
                job.decide(Event::Pause)
            }
            Input::Resume => {
                self.0.queue.borrow_mut().resume(job.id);
                job.resumed = true;
                self.start_next();
                Step::Continue
            }
            Input::Abort(reason) => {
                job.reason = reason;
                job.decide(Event::Abort)
            }
            Input::Watch => {
                job.watched = true;
                Step::Continue
            }
        }
    }

    /// A function for JavaScript that puts what it is called with into the inbox.
    fn callback(&self, id: Id, input: fn(JsValue) -> Input) -> JsValue {
        let uploader = self.clone();
        let callback: Callback = Closure::wrap(Box::new(move |value| {
            uploader.put(id, input(value));
            JsValue::UNDEFINED
        }));
        callback.into_js_value()
    }
}

/// One upload of an [`Uploader`].
#[derive(Clone, Debug)]
pub struct UploadHandle {
    uploader: Uploader,
    id: Id,
}

impl UploadHandle {
    /// Waiting: it keeps its place. Under way: the request is ended, and begins anew when it goes on.
    pub fn pause(&self) {
        self.uploader.put(self.id, Input::Pause);
    }

    /// Lets it go on when its turn comes.
    pub fn resume(&self) {
        self.uploader.put(self.id, Input::Resume);
    }

    /// Counts the bytes of attempts that are still to begin, as [`UploadOptions::watched`] does.
    pub fn watch(&self) {
        self.uploader.put(self.id, Input::Watch);
    }

    /// Gives it up, for this reason.
    pub fn abort(&self, reason: JsValue) {
        self.uploader.put(self.id, Input::Abort(reason));
    }

    /// The same, by words, as a function that JavaScript collects. What is no word is the reason for which it is given up.
    #[cfg(feature = "npm")]
    pub(super) fn to_js(&self) -> JsValue {
        let steer = |asked: JsValue| match asked.as_string().as_deref() {
            Some("pause") => Input::Pause,
            Some("resume") => Input::Resume,
            Some("watch") => Input::Watch,
            _ => Input::Abort(asked),
        };
        self.uploader.callback(self.id, steer)
    }
}
