//! One attempt at posting the file, and when it has stalled.

use std::cell::Cell;
use std::pin::pin;
use std::rc::Rc;

use futures_channel::mpsc;
use futures_util::future::{Either, pending, select};
use futures_util::{FutureExt, StreamExt};
use web_sys::Blob;

use super::clock::{is_online, now_ms, sleep};
use super::file;
use super::post::{Posted, post};
use super::upload::Upload;
use crate::form::PostForm;
use crate::response::Answer;
use crate::upload::{Event, Loss, Step};

/// Bytes that nobody can see move are given the time that they take at this speed, which is below that of any
/// connection worth waiting for, and the stall timeout on top.
const SLOWEST_BYTES_PER_MS: u64 = 16;

/// When the browser has sent the last byte, the system may still hold so many in its buffers.
const MOST_BUFFERED_BYTES: u64 = 4 * 1024 * 1024;

/// What is to be sent, and how far that has come.
struct Attempt {
    url: String,
    form: PostForm,
    file: Blob,
    /// Bytes of the file.
    size: u64,
    stall_timeout_ms: u32,
    /// Whether the bytes are counted.
    is_watched: bool,
    /// Bytes of the request's body that were sent.
    sent: Cell<u64>,
    /// When the last of them were.
    moved_ms: Cell<i64>,
}

/// How an attempt ended.
enum End {
    Answered(Answer),
    Lost,
    Blocked,
    Stalled,
    Unreadable,
}

impl Upload {
    /// Posts the form, and computes the file's checksum meanwhile.
    pub(super) async fn post(&mut self) -> Step {
        let (Some(form), Some(url)) = (self.machine.form(), self.machine.url()) else {
            // There always is one when the machine wants to post.
            return self.lost(Loss::Network, false);
        };
        let attempt = Rc::new(Attempt {
            url: url.to_owned(),
            form: form.clone(),
            file: self.file.clone(),
            size: self.machine.file().size,
            stall_timeout_ms: self.options.stall_timeout_ms,
            is_watched: self.is_watched,
            sent: Cell::new(0),
            moved_ms: Cell::new(now_ms()),
        });
        self.reporter.attempt_begins();
        self.read_file();

        let (moved, mut sent) = mpsc::unbounded();
        let count = {
            let (attempt, moved) = (Rc::clone(&attempt), moved.clone());
            move |bytes| {
                attempt.sent.set(bytes);
                attempt.moved_ms.set(now_ms());
                // It fails when the attempt has ended.
                let _ = moved.unbounded_send(bytes);
            }
        };
        let mut ending = pin!(attempt.run(count).fuse());
        let end = loop {
            // What was sent is reported before the answer to it.
            let next = async {
                match select(sent.next(), &mut ending).await {
                    Either::Left((bytes, _)) => Either::Left(bytes.unwrap_or_default()),
                    Either::Right((end, _)) => Either::Right(end),
                }
            };
            match self.attend(next).await {
                Ok(Either::Left(bytes)) => self.reporter.sent(&mut self.machine, bytes),
                Ok(Either::Right(end)) => break end,
                Err(step) => return step,
            }
        };
        self.ended(&attempt, end)
    }

    fn ended(&mut self, attempt: &Attempt, end: End) -> Step {
        let loss = match end {
            End::Answered(answer) => return self.decide(Event::Answered(Box::new(answer))),
            End::Unreadable => return self.unreadable(),
            End::Lost => Loss::Network,
            End::Blocked => Loss::Blocked,
            End::Stalled => Loss::Stalled(attempt.stall_timeout_ms),
        };
        self.lost(loss, attempt.may_be_sent())
    }

    fn lost(&mut self, loss: Loss, all_sent: bool) -> Step {
        self.decide(Event::Lost {
            loss,
            all_sent,
            online: is_online(),
        })
    }
}

impl Attempt {
    async fn run(&self, count: impl Fn(u64) + 'static) -> End {
        let count = self.is_watched.then_some(count);
        let posting = pin!(async {
            match post(&self.url, &self.form, &self.file, count).await {
                Posted::Answered(answer) => End::Answered(answer),
                Posted::Blocked => End::Blocked,
                Posted::Lost if file::is_readable(&self.file).await => End::Lost,
                Posted::Lost => End::Unreadable,
            }
        });
        match select(posting, pin!(self.stalls())).await {
            Either::Left((end, _)) => end,
            Either::Right(((), _)) => End::Stalled,
        }
    }

    /// Until no byte has moved for too long. The timer is not set anew with each byte: when it goes off, it looks how
    /// long ago the last one was.
    async fn stalls(&self) {
        if self.stall_timeout_ms == 0 {
            return pending().await;
        }
        loop {
            let idle_ms = u64::try_from(now_ms() - self.moved_ms.get()).unwrap_or(0);
            let left_ms = self.stalls_after_ms().saturating_sub(idle_ms);
            if left_ms == 0 {
                return;
            }
            sleep(left_ms).await;
        }
    }

    fn stalls_after_ms(&self) -> u64 {
        let unseen = match (self.is_watched, self.may_be_sent()) {
            (true, false) => 0,
            (true, true) => self.size.min(MOST_BUFFERED_BYTES),
            (false, _) => self.size,
        };
        u64::from(self.stall_timeout_ms) + unseen / SLOWEST_BYTES_PER_MS
    }

    /// Whether the server may have got the whole request.
    fn may_be_sent(&self) -> bool {
        !self.is_watched || self.sent.get() >= self.form.overhead_len() + self.size
    }
}
