//! A future that runs in the background for as long as its guard lives.

use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;

use wasm_bindgen_futures::spawn_local;

type Work = Pin<Box<dyn Future<Output = ()>>>;

#[derive(Default)]
struct Slot {
    work: RefCell<Option<Work>>,
    cancelled: Cell<bool>,
}

/// Drops its future, and with that all the future holds, when it is dropped itself.
pub(crate) struct Task(Rc<Slot>);

impl Task {
    pub(crate) fn start(work: impl Future<Output = ()> + 'static) -> Self {
        let slot = Rc::new(Slot::default());
        slot.work.replace(Some(Box::pin(work)));
        let running = Rc::clone(&slot);
        spawn_local(poll_fn(move |context| {
            // Taken out while it runs: whoever drops the guard from inside must find the slot free.
            let Some(mut work) = running.work.take() else {
                return Poll::Ready(());
            };
            if work.as_mut().poll(context).is_ready() || running.cancelled.get() {
                return Poll::Ready(());
            }
            running.work.replace(Some(work));
            Poll::Pending
        }));
        Self(slot)
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.cancelled.set(true);
        // Bound to a name, so that it is dropped after the slot is no longer borrowed.
        let work = self.0.work.take();
        drop(work);
    }
}
