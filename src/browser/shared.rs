//! Parameters that several uploads share, and the uploads that wait until another one has asked for them.

use std::cell::RefCell;
use std::rc::Rc;

use futures_channel::oneshot::{self, Receiver, Sender};

use super::clock::now_ms;
use crate::error::Error;
use crate::params::UploadParams;
use crate::upload::queue::Id;
use crate::upload::shared_params::{AskReason, Issued, SharedParams, Want};

/// What the uploads share whose parameters come from the same source.
#[derive(Default)]
pub(super) struct ParamsPool {
    params: RefCell<SharedParams>,
    waiting: RefCell<Vec<(Id, Sender<Woken>)>>,
}

/// What an upload is told that waited for another one's answer: to look again, or that the backend has failed for all.
pub(super) type Woken = Result<(), Error>;

/// What an upload that wants parameters has to do.
pub(super) enum Next {
    Take(Box<Issued>),
    Ask,
    Wait(Receiver<Woken>),
}

/// An upload that wants parameters. When it is dropped, the others no longer wait for it.
pub(super) struct Seat {
    pool: Rc<ParamsPool>,
    id: Id,
}

impl Seat {
    pub(super) fn new(pool: &Rc<ParamsPool>, id: Id) -> Self {
        Self {
            pool: Rc::clone(pool),
            id,
        }
    }

    /// `held` are the parameters that the upload has and cannot use, if any.
    pub(super) fn want(&self, why: AskReason, held: Option<&Rc<UploadParams>>) -> Next {
        let want = self
            .pool
            .params
            .borrow_mut()
            .want(self.id, why, held, now_ms());
        match want {
            Want::Ready(issued) => Next::Take(issued),
            Want::Ask => Next::Ask,
            Want::Wait => {
                let (sender, receiver) = oneshot::channel();
                self.pool.waiting.borrow_mut().push((self.id, sender));
                Next::Wait(receiver)
            }
        }
    }

    /// The backend has answered this upload: those that waited for it are woken.
    pub(super) fn answered(&self, answer: Result<&Issued, &Error>) {
        let woken = self.pool.params.borrow_mut().answered(self.id, answer);
        self.pool.wake(&woken.want_again, &Ok(()));
        if let Err(error) = answer {
            self.pool.wake(&woken.failed, &Err(error.clone()));
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let waiting = self.pool.params.borrow_mut().leave(self.id);
        self.pool.wake(&waiting, &Ok(()));
        let is_other = |(id, _): &(Id, _)| *id != self.id;
        self.pool.waiting.borrow_mut().retain(is_other);
    }
}

impl ParamsPool {
    fn wake(&self, ids: &[Id], woken: &Woken) {
        let all = self.waiting.take();
        let (chosen, others): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|(id, _)| ids.contains(id));
        self.waiting.replace(others);
        for (_, sender) in chosen {
            // It fails when the upload does not wait any more.
            let _ = sender.send(woken.clone());
        }
    }
}
