//! Drives one upload: does the machine's steps, and takes commands meanwhile.

use std::pin::pin;
use std::rc::Rc;

use futures_channel::mpsc::UnboundedReceiver;
use futures_util::future::{Fuse, LocalBoxFuture, pending};
use futures_util::{FutureExt, StreamExt, select_biased};
use wasm_bindgen::JsValue;
use web_sys::Blob;

use super::backend::Failed;
use super::clock::{is_online, now_ms, online, sleep, unique, within};
use super::file;
use super::guard::Listener;
use super::options::UploadOptions;
use super::report::{Ending, Reporter};
use super::shared::ParamsPool;
use super::uploader::Place;
use crate::error::Reason;
use crate::file::FileFacts;
use crate::upload::{Event, Settings, State, Step, Surroundings, Upload as Machine};

/// No disk is slower: 1 MB a second.
const SLOWEST_BYTES_PER_MS: u64 = 1000;

/// What others want of an upload.
#[derive(Debug)]
pub(super) enum Command {
    /// Its turn has come.
    Turn,
    Pause,
    Resume,
    /// Somebody wants to know the progress.
    Watch,
    /// For this reason.
    Abort(JsValue),
}

/// One upload, from its place in the queue to its end. Dropping it ends whatever it has started.
pub(super) struct Upload {
    pub(super) machine: Machine,
    pub(super) file: Blob,
    pub(super) options: Rc<UploadOptions>,
    pub(super) pool: Rc<ParamsPool>,
    pub(super) place: Place,
    pub(super) reporter: Reporter,
    commands: UnboundedReceiver<Command>,
    _signal: Option<Listener>,
    /// The file's checksum, while it is being computed. That begins with the first post.
    checksum: Fuse<LocalBoxFuture<'static, Result<u64, JsValue>>>,
    pub(super) is_read: bool,
    /// Whether the caller's own check has let the file pass.
    pub(super) is_valid: bool,
    /// How often the backend was asked.
    pub(super) asked: u32,
    /// Whether attempts that are still to begin count the bytes.
    pub(super) is_watched: bool,
    /// What the page's function, or `fetch`, threw when asking for parameters failed.
    pub(super) cause: Option<JsValue>,
    /// What the page's own check, or choice of a key, threw.
    thrown: Option<JsValue>,
    /// Why it was given up.
    reason: JsValue,
}

/// What an upload is made of, once there is something to do.
pub(super) struct Parts {
    pub(super) file: Blob,
    pub(super) facts: FileFacts,
    pub(super) options: UploadOptions,
    pub(super) pool: Rc<ParamsPool>,
    pub(super) place: Place,
    pub(super) commands: UnboundedReceiver<Command>,
    pub(super) signal: Option<Listener>,
    pub(super) report: Rc<dyn Fn(super::Report)>,
    pub(super) began_ms: i64,
}

impl Parts {
    /// Everything that was started has ended when this gives the end. Until it is told something an upload is only its
    /// parts: ten thousands may wait.
    pub(super) async fn run(mut self: Box<Self>) -> Ending {
        self.place.start_next();
        let first = self.commands.select_next_some().await;
        Box::new(Upload::new(*self)).run(first).boxed_local().await
    }
}

impl Upload {
    fn new(parts: Parts) -> Self {
        let mut options = parts.options;
        let settings = Settings {
            extras: std::mem::take(&mut options.extras),
            retry: options.retry,
            verify: options.verify,
            offline_timeout_ms: options.offline_timeout_ms,
            unique: unique(),
        };
        Self {
            reporter: Reporter::new(
                parts.report,
                parts.facts.size,
                options.locale,
                parts.began_ms,
            ),
            machine: Machine::new(parts.facts, settings),
            file: parts.file,
            pool: parts.pool,
            place: parts.place,
            commands: parts.commands,
            _signal: parts.signal,
            checksum: Fuse::terminated(),
            is_read: false,
            is_valid: false,
            asked: 0,
            is_watched: options.watched,
            cause: None,
            thrown: None,
            reason: JsValue::UNDEFINED,
            options: Rc::new(options),
        }
    }

    async fn run(mut self: Box<Self>, first: Command) -> Ending {
        let mut step = self.obey(first);
        self.report(&step);
        loop {
            step = match step {
                Step::Continue | Step::Rest => self.wait(pending()).await,
                Step::AskParams(why) => self.ask(why).await,
                Step::Post => self.post().await,
                Step::AwaitChecksum => self.await_checksum().await,
                Step::Wait(ms) => self.wait(sleep(ms)).await,
                Step::WaitOnline(ms) => self.wait(online_or(ms)).await,
                Step::Done(outcome) => {
                    return Ending::Done {
                        outcome: *outcome,
                        elapsed_ms: self.reporter.elapsed_ms(),
                    };
                }
                Step::Fail(error) => {
                    return match self.thrown {
                        Some(thrown) => Ending::Refused(thrown),
                        None => Ending::Failed {
                            error,
                            cause: self.cause,
                        },
                    };
                }
                Step::Aborted => return Ending::Aborted(self.reason),
            };
            self.report(&step);
        }
    }

    /// Brings an event to the machine, which says what to do next.
    pub(super) fn decide(&mut self, event: Event) -> Step {
        let at = Surroundings {
            now_ms: now_ms(),
            random: js_sys::Math::random(),
        };
        self.machine.handle(event, at)
    }

    /// Waits for `work`, and takes commands and the checksum meanwhile. When these lead to a new step, `work` is
    /// dropped, and what it has started is ended.
    pub(super) async fn attend<T>(&mut self, work: impl Future<Output = T>) -> Result<T, Step> {
        let mut work = pin!(work.fuse());
        loop {
            let step = select_biased! {
                command = self.commands.select_next_some() => self.obey(command),
                sum = &mut self.checksum => self.summed(&sum),
                result = work => return Ok(result),
            };
            if !matches!(step, Step::Continue) {
                return Err(step);
            }
            self.report(&step);
        }
    }

    async fn wait(&mut self, over: impl Future<Output = ()>) -> Step {
        match self.attend(over).await {
            Ok(()) => self.decide(Event::WaitOver),
            Err(step) => step,
        }
    }

    /// Until the file is read to its end. A file on a drive that has gone may never be: then it counts as unreadable.
    async fn await_checksum(&mut self) -> Step {
        self.read_file();
        let stall_ms = u64::from(self.options.stall_timeout_ms);
        if stall_ms == 0 {
            return self.wait(pending()).await;
        }
        let reading_ms = self.machine.file().size / SLOWEST_BYTES_PER_MS;
        match self.attend(sleep(stall_ms + reading_ms)).await {
            Ok(()) => self.unreadable(),
            Err(step) => step,
        }
    }

    fn obey(&mut self, command: Command) -> Step {
        match command {
            // It was paused in the meantime.
            Command::Turn if !self.place.is_running() => Step::Continue,
            Command::Turn if self.machine.state() == State::Queued => self.decide(Event::Start),
            Command::Turn => self.decide(Event::Resume),
            Command::Pause => {
                let step = self.decide(Event::Pause);
                // What is stored already keeps its turn until it is verified.
                if self.machine.state() == State::Paused {
                    self.place.pause();
                    self.reporter.is_resumed = false;
                }
                step
            }
            Command::Resume => {
                self.reporter.is_resumed = true;
                self.place.resume();
                Step::Continue
            }
            Command::Watch => {
                self.is_watched = true;
                Step::Continue
            }
            Command::Abort(reason) => {
                self.reason = reason;
                self.decide(Event::Abort)
            }
        }
    }

    fn summed(&mut self, sum: &Result<u64, JsValue>) -> Step {
        if let Ok(crc64) = sum {
            return self.decide(Event::Checksum(*crc64));
        }
        self.unreadable()
    }

    /// Begins to compute the checksum, unless that was begun already.
    pub(super) fn read_file(&mut self) {
        if self.machine.wants_checksum() && !self.is_read {
            self.is_read = true;
            let sum = file::crc64(self.file.clone(), None);
            self.checksum = sum.boxed_local().fuse();
        }
    }

    /// The file cannot be read: the next attempt, if there is one, tries again.
    pub(super) fn unreadable(&mut self) -> Step {
        self.is_read = false;
        self.checksum = Fuse::terminated();
        self.decide(Event::FileUnreadable)
    }

    fn report(&mut self, step: &Step) {
        self.reporter.decided(&mut self.machine, step);
    }

    /// Asking for parameters failed, or the caller's limits refuse the file.
    pub(super) fn no_params(&mut self, failed: Failed) -> Step {
        self.cause = failed.cause;
        self.decide(Event::ParamsFailed {
            error: failed.error,
            online: is_online(),
        })
    }

    /// A function of the page's refused the file.
    pub(super) fn refused_by_page(&mut self, thrown: JsValue) -> Step {
        self.thrown = Some(thrown);
        self.decide(Event::ParamsFailed {
            error: Reason::RefusedByPage.into(),
            online: true,
        })
    }
}

/// Until the browser says that it is online, but not for ever: some never say so.
async fn online_or(ms: u64) {
    within(u32::try_from(ms).unwrap_or(u32::MAX), online()).await;
}
