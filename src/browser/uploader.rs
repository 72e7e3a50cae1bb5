//! The drive loop: brings events to the machines of all uploads and does the steps that they decide.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Blob;

use super::abort;
use super::backend::{self, Refusal};
use super::checksum;
use super::job::{Activity, Job, Report};
use super::options::{Key, UploadOptions, Validate};
use super::post::{Happened, Post};
use super::task::Task;
use super::time::{self, Timer};
use crate::error::{Code, Error, Phase};
use crate::params::{self, UploadParams};
use crate::queue::{Id, Queue};
use crate::shared_params::{Issued, SharedParams, Want, Why};
use crate::upload::{Event, Loss, State, Step};

/// Bytes that nobody can see move are given the time that they take at this speed, which is below that of any
/// connection worth waiting for, and the stall timeout on top.
const SLOWEST_BYTES_PER_MS: u64 = 16;

/// When the browser has sent the last byte, the system may still hold so many in its buffers.
const MOST_BUFFERED_BYTES: u64 = 4 * 1024 * 1024;

/// What comes to an upload.
enum Input {
    /// Its turn has come.
    Turn,
    /// Something that is for the machine alone.
    Event(Event),
    /// The backend (or the function in its place) answered.
    Asked(Result<Box<Issued>, Refusal>),
    /// Whoever else asked is done: want again.
    WantAgain,
    /// The caller's own check of the file, or choice of a key, threw.
    Refused(JsValue),
    /// The caller's own check let the file pass.
    Valid,
    Happened(Happened),
    /// The file can be read, so it was the connection.
    ReadableAfterAll,
    StallTimer,
    Pause,
    Resume,
    Abort(JsValue),
    /// Somebody wants to know the progress.
    Watch,
    Checksum(Result<u64, JsValue>),
}

/// A queue of uploads. Clones are handles to the same queue.
#[derive(Clone)]
pub struct Uploader(Rc<Shared>);

struct Shared {
    queue: RefCell<Queue>,
    /// Without the one that is being handled: the code of the caller's that runs meanwhile finds nothing borrowed.
    jobs: RefCell<Vec<Job>>,
    params: Rc<RefCell<SharedParams>>,
    inbox: RefCell<VecDeque<(Id, Input)>>,
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
        let signal = options.signal.clone();
        let mut job = Job::new(id, file, Rc::new(options), params, Rc::new(report));
        job.signal = signal.as_ref().map(|signal| {
            let uploader = self.clone();
            abort::on_abort(signal, move |reason| uploader.put(id, Input::Abort(reason)))
        });
        shared.jobs.borrow_mut().push(job);
        // Not at once: the caller has the handle before anything is reported.
        let uploader = self.clone();
        spawn_local(async move {
            if let Some(reason) = signal.as_ref().and_then(abort::reason) {
                uploader.put(id, Input::Abort(reason));
            }
            uploader.start_next();
        });
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
        self.0.inbox.borrow_mut().push_back((id, input));
        self.work();
    }

    fn start_next(&self) {
        loop {
            let next = self.0.queue.borrow_mut().take_next();
            let Some(id) = next else { break };
            self.0.inbox.borrow_mut().push_back((id, Input::Turn));
        }
        self.work();
    }

    /// Handles what is in the inbox, one after the other, also what comes in meanwhile.
    fn work(&self) {
        if self.0.is_handling.replace(true) {
            return;
        }
        loop {
            let next = self.0.inbox.borrow_mut().pop_front();
            let Some((id, input)) = next else { break };
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
        self.0.is_handling.set(false);
    }

    fn handle(&self, mut job: Job, input: Input) {
        let id = job.id;
        let step = self.take_in(&mut job, input);
        if !matches!(step, Step::Continue) {
            job.activity = Activity::Nothing;
        }
        job.tell(&step);
        if !matches!(step, Step::Continue | Step::AskParams(_)) {
            job.wants = None;
            let waiting = job.params.borrow_mut().leave(id);
            self.wake(waiting);
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
            Step::AwaitChecksum => self.compute_checksum(&mut job),
            Step::Wait(ms) => {
                let again = self.later(id, || Input::Event(Event::WaitOver));
                job.activity = Activity::Wait(Timer::new(ms, again));
            }
            Step::WaitOnline => {
                let again = self.later(id, || Input::Event(Event::WaitOver));
                job.activity = Activity::WaitOnline(time::on_online(again));
            }
        }
        self.0.jobs.borrow_mut().push(job);
    }

    /// Brings what came in to the machine.
    fn take_in(&self, job: &mut Job, input: Input) -> Step {
        match input {
            // It was paused in the meantime.
            Input::Turn if !self.0.queue.borrow().is_running(job.id) => Step::Continue,
            Input::Turn if job.machine.state() == State::Queued => job.decide(Event::Start),
            Input::Turn => job.decide(Event::Resume),
            Input::Event(event) => job.decide(event),
            Input::Asked(answer) => self.asked(job, answer),
            Input::WantAgain | Input::Valid => {
                job.validated |= matches!(input, Input::Valid);
                if let Some(why) = job.wants {
                    self.want(job, why);
                }
                Step::Continue
            }
            Input::Refused(thrown) => {
                job.refused = Some(thrown);
                let message = "A function of the page's refused the file.";
                job.decide(Event::ParamsFailed {
                    error: Box::new(Error::new(Code::PolicyViolation, Phase::Check, message)),
                    online: true,
                })
            }
            Input::Happened(Happened::Sent(body)) => {
                job.sent(body);
                Step::Continue
            }
            Input::Happened(Happened::Answered(answer)) => {
                job.decide(Event::Answered(Box::new(answer)))
            }
            Input::Happened(Happened::Lost) => {
                self.probe(job);
                Step::Continue
            }
            Input::ReadableAfterAll => lost(job, Loss::Network),
            Input::StallTimer => self.stalled(job),
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
            Input::Checksum(Ok(crc64)) => job.decide(Event::Checksum(crc64)),
            Input::Checksum(Err(_)) => {
                job.checksum = None;
                job.decide(Event::FileUnreadable)
            }
        }
    }

    /// A callback that puts something into the inbox.
    fn later(&self, id: Id, input: impl Fn() -> Input + 'static) -> impl Fn() + 'static {
        let uploader = self.clone();
        move || uploader.put(id, input())
    }

    /// Work in the background that puts its outcome into the inbox.
    fn task(&self, id: Id, work: impl Future<Output = Input> + 'static) -> Task {
        let uploader = self.clone();
        Task::start(async move {
            let input = work.await;
            uploader.put(id, input);
        })
    }

    fn wake(&self, waiting: Vec<Id>) {
        let mut inbox = self.0.inbox.borrow_mut();
        inbox.extend(waiting.into_iter().map(|id| (id, Input::WantAgain)));
    }

    /// Gets parameters: from the cache, from the backend, or when another upload has got some.
    fn want(&self, job: &mut Job, why: Why) {
        let id = job.id;
        let options = Rc::clone(&job.options);
        let facts = job.machine.file().clone();
        if !job.validated
            && let Some(validate) = &options.validate
        {
            let validate = validate.clone();
            job.activity = Activity::Task(self.task(id, async move {
                match check(validate, &facts).await {
                    Ok(()) => Input::Valid,
                    Err(input) => input,
                }
            }));
            return;
        }
        let held = job.machine.issued().map(|issued| issued.params.clone());
        let want = job
            .params
            .borrow_mut()
            .want(id, why, held.as_ref(), time::now_ms());
        job.activity = match want {
            Want::Wait => Activity::Nothing,
            Want::Ready(issued) => {
                Activity::Task(self.task(id, async move { choose_key(&options, &facts, issued) }))
            }
            Want::Ask => {
                job.asked += 1;
                let attempt = job.asked;
                Activity::Task(self.task(id, async move {
                    let answer =
                        backend::ask(&options.params, &options.rules, &facts, attempt, why).await;
                    Input::Asked(answer.map(Box::new))
                }))
            }
        };
    }

    fn asked(&self, job: &mut Job, answer: Result<Box<Issued>, Refusal>) -> Step {
        let outcome = answer.as_deref().map_err(|refusal| &refusal.error);
        let woken = job.params.borrow_mut().answered(job.id, outcome);
        self.wake(woken.want_again);
        match answer {
            Ok(issued) => {
                let options = Rc::clone(&job.options);
                let facts = job.machine.file().clone();
                let work = async move { choose_key(&options, &facts, issued) };
                job.activity = Activity::Task(self.task(job.id, work));
                Step::Continue
            }
            Err(refusal) => {
                {
                    let mut inbox = self.0.inbox.borrow_mut();
                    inbox.extend(woken.failed.into_iter().map(|id| {
                        let event = Event::ParamsFailed {
                            error: Box::new(refusal.error.clone()),
                            online: time::is_online(),
                        };
                        (id, Input::Event(event))
                    }));
                }
                let error = Box::new(job.remember(refusal));
                job.decide(Event::ParamsFailed {
                    error,
                    online: time::is_online(),
                })
            }
        }
    }

    fn post(&self, job: &mut Job) {
        job.attempt_begins();
        self.compute_checksum(job);
        let (Some(form), Some(url)) = (job.machine.form(), job.machine.url()) else {
            return self.wake_with(job.id, Input::Happened(Happened::Lost));
        };
        let (uploader, id) = (self.clone(), job.id);
        let started = Post::start(
            url,
            &form.request_content_type(),
            (&form.head(), &job.file, &form.tail()),
            job.watched,
            move |happened| uploader.put(id, Input::Happened(happened)),
        );
        match started {
            Ok(post) => {
                let stall = self.stall_timer(job, stall_after_ms(job));
                job.activity = Activity::Post { post, stall };
            }
            // The browser will not even try: a page's policy forbids the host, or extensions do.
            Err(_) => self.wake_with(id, Input::Happened(Happened::Lost)),
        }
    }

    /// Puts into the inbox what is handled after the present input.
    fn wake_with(&self, id: Id, input: Input) {
        self.0.inbox.borrow_mut().push_back((id, input));
    }

    fn stall_timer(&self, job: &Job, after_ms: u64) -> Option<Timer> {
        let callback = self.later(job.id, || Input::StallTimer);
        (job.options.stall_timeout_ms > 0).then(|| Timer::new(after_ms, callback))
    }

    /// The timer is not set anew with each byte: when it goes off, it looks how long ago the last one was.
    fn stalled(&self, job: &mut Job) -> Step {
        if job.machine.state() != State::Uploading {
            return Step::Continue;
        }
        let idle_ms = u64::try_from(time::now_ms() - job.moved_ms).unwrap_or(0);
        let left_ms = stall_after_ms(job).saturating_sub(idle_ms);
        if left_ms == 0 {
            return lost(job, Loss::Stalled(job.options.stall_timeout_ms));
        }
        let timer = self.stall_timer(job, left_ms);
        if let Activity::Post { stall, .. } = &mut job.activity {
            *stall = timer;
        }
        Step::Continue
    }

    /// A post ended without an answer: was it the file?
    fn probe(&self, job: &mut Job) {
        let file = job.file.clone();
        job.activity = Activity::Task(self.task(job.id, async move {
            if checksum::is_readable(&file).await {
                Input::ReadableAfterAll
            } else {
                Input::Event(Event::FileUnreadable)
            }
        }));
    }

    /// Once for an upload, while it is being posted.
    fn compute_checksum(&self, job: &mut Job) {
        if !job.machine.wants_checksum() || job.checksum.is_some() {
            return;
        }
        let file = job.file.clone();
        job.checksum = Some(self.task(job.id, async move {
            Input::Checksum(checksum::crc64(&file).await)
        }));
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
}

fn lost(job: &mut Job, loss: Loss) -> Step {
    let all_sent = job.all_sent();
    job.decide(Event::Lost {
        loss,
        all_sent,
        online: time::is_online(),
    })
}

fn stall_after_ms(job: &Job) -> u64 {
    let size = job.machine.file().size;
    let unseen = match (job.watched, job.all_sent()) {
        (true, false) => 0,
        (true, true) => size.min(MOST_BUFFERED_BYTES),
        (false, _) => size,
    };
    u64::from(job.options.stall_timeout_ms) + unseen / SLOWEST_BYTES_PER_MS
}

async fn check(validate: Validate, facts: &crate::file::FileFacts) -> Result<(), Input> {
    let function = match validate {
        Validate::Limits(limits) => {
            return limits.check(facts).map_err(|error| {
                Input::Event(Event::ParamsFailed {
                    error: Box::new(error),
                    online: true,
                })
            });
        }
        Validate::Function(function) => function,
    };
    let checked = function.call1(&JsValue::UNDEFINED, &backend::file_info(facts));
    let checked = checked.map_err(Input::Refused)?;
    JsFuture::from(js_sys::Promise::resolve(&checked))
        .await
        .map(drop)
        .map_err(Input::Refused)
}

fn choose_key(
    options: &UploadOptions,
    facts: &crate::file::FileFacts,
    issued: Box<Issued>,
) -> Input {
    let key = match &options.key {
        Key::Default => None,
        Key::Fixed(key) => Some(key.clone()),
        Key::Function(function) => {
            let dir = JsValue::from_str(dir_of(&issued.params));
            match function.call2(&JsValue::UNDEFINED, &backend::file_info(facts), &dir) {
                Ok(key) => key.as_string(),
                Err(thrown) => return Input::Refused(thrown),
            }
        }
    };
    Input::Event(Event::Params { issued, key })
}

fn dir_of(params: &UploadParams) -> &str {
    match params.key() {
        params::Key::Prefix(dir) => dir,
        params::Key::Fixed(_) => "",
    }
}
