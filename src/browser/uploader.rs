//! The queue of uploads, and the handles that steer them.

use std::cell::RefCell;
use std::rc::Rc;

use futures_channel::mpsc::{self, UnboundedSender};
use futures_util::FutureExt;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::{AbortSignal, Blob};

use super::clock::now_ms;
use super::file;
use super::guard::Listener;
use super::options::UploadOptions;
use super::report::{Ending, Report};
use super::shared::ParamsPool;
use super::upload::{Command, Parts};
use crate::file::FileFacts;
use crate::upload::queue::{Id, Queue};

/// A queue of uploads. Clones are handles to the same queue.
#[derive(Clone)]
pub struct Uploader(Rc<Shared>);

struct Shared {
    /// Of each upload: where it is told that its turn has come.
    queue: RefCell<Queue<UnboundedSender<Command>>>,
    pool: Rc<ParamsPool>,
}

/// A file for the queue.
pub(crate) struct Entry {
    pub(crate) file: Blob,
    pub(crate) facts: FileFacts,
    pub(crate) options: UploadOptions,
    pub(crate) priority: i32,
    pub(crate) shares_params: bool,
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
            pool: Rc::default(),
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
        let entry = Entry {
            facts: file::facts(&file),
            file,
            options,
            priority,
            shares_params,
        };
        self.add_entry(entry, report)
    }

    pub(crate) fn add_entry(
        &self,
        entry: Entry,
        report: impl Fn(Report) + 'static,
    ) -> UploadHandle {
        let report: Rc<dyn Fn(Report)> = Rc::new(report);
        let (handle, ending) = self.enter(entry, Rc::clone(&report));
        spawn_local(ending.map(move |ending| report(Report::Ended(ending))));
        handle
    }

    /// Adds a file. The upload goes on when the future is polled, and ends when it is dropped.
    pub(super) fn enter(
        &self,
        entry: Entry,
        report: Rc<dyn Fn(Report)>,
    ) -> (UploadHandle, impl Future<Output = Ending> + use<>) {
        let shared = &self.0;
        let (sender, commands) = mpsc::unbounded();
        let id = shared
            .queue
            .borrow_mut()
            .add(entry.priority, sender.clone());
        let handle = UploadHandle(sender);
        let parts = Parts {
            signal: listen(entry.options.signal.as_ref(), &handle),
            file: entry.file,
            facts: entry.facts,
            options: entry.options,
            pool: if entry.shares_params {
                Rc::clone(&shared.pool)
            } else {
                Rc::default()
            },
            place: Place {
                uploader: self.clone(),
                id,
            },
            commands,
            report,
            began_ms: now_ms(),
        };
        (handle, Box::new(parts).run())
    }

    /// Lets the whole queue rest, or go on: no upload starts. Those under way are not touched.
    pub fn set_halted(&self, halted: bool) {
        self.0.queue.borrow_mut().set_halted(halted);
        self.start_next();
    }

    fn start_next(&self) {
        loop {
            let mut queue = self.0.queue.borrow_mut();
            let Some(id) = queue.take_next() else { break };
            if let Some(upload) = queue.get(id) {
                // It fails only for an upload that has ended.
                let _ = upload.unbounded_send(Command::Turn);
            }
        }
    }
}

/// Gives the upload up with the signal, until what this returns is dropped.
fn listen(signal: Option<&AbortSignal>, handle: &UploadHandle) -> Option<Listener> {
    let signal = signal?;
    if signal.aborted() {
        handle.abort(signal.reason());
        return None;
    }
    let (own, handle) = (signal.clone(), handle.clone());
    let abort = move |_| handle.abort(own.reason());
    Listener::new(signal.clone().into(), "abort", abort).ok()
}

/// An upload's place in the queue. Dropping it leaves the queue.
pub(super) struct Place {
    uploader: Uploader,
    id: Id,
}

impl Place {
    pub(super) fn id(&self) -> Id {
        self.id
    }

    pub(super) fn is_running(&self) -> bool {
        self.uploader.0.queue.borrow().is_running(self.id)
    }

    /// How many uploads of the queue run.
    pub(super) fn running(&self) -> usize {
        self.uploader.0.queue.borrow().running()
    }

    pub(super) fn start_next(&self) {
        self.uploader.start_next();
    }

    pub(super) fn pause(&self) {
        self.uploader.0.queue.borrow_mut().pause(self.id);
        self.start_next();
    }

    pub(super) fn resume(&self) {
        self.uploader.0.queue.borrow_mut().resume(self.id);
        self.start_next();
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.uploader.0.queue.borrow_mut().remove(self.id);
        self.start_next();
    }
}

/// Steers one upload of an [`Uploader`]. What it asks for is done as soon as the code that runs now is through.
#[derive(Clone, Debug)]
pub struct UploadHandle(UnboundedSender<Command>);

impl UploadHandle {
    /// Waiting: it keeps its place. Under way: the request is ended, and begins anew when it goes on.
    pub fn pause(&self) {
        self.send(Command::Pause);
    }

    /// Lets it go on when its turn comes.
    pub fn resume(&self) {
        self.send(Command::Resume);
    }

    /// Counts the bytes of attempts that are still to begin, as [`UploadOptions::watched`] does.
    pub fn watch(&self) {
        self.send(Command::Watch);
    }

    /// Gives it up, for this reason.
    pub fn abort(&self, reason: JsValue) {
        self.send(Command::Abort(reason));
    }

    fn send(&self, command: Command) {
        // Nothing comes to an upload that has ended.
        let _ = self.0.unbounded_send(command);
    }
}
