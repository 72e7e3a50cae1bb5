//! One attempt at posting the file, and when it has stalled.

use std::cell::Cell;
use std::pin::pin;
use std::rc::Rc;

use futures_channel::mpsc;
use futures_util::future::{Either, pending, select};
use futures_util::{FutureExt, StreamExt};
use web_sys::Blob;

use super::clock::{is_online, now_ms, sleep, within};
use super::file;
use super::post::{Content, Posted, post};
use super::reading::read;
use super::upload::Upload;
use crate::form::PostForm;
use crate::response::Answer;
use crate::upload::{Event, Loss, Step};

/// Bytes that nobody can see move are given the time that they take at this speed, which is below that of any
/// connection worth waiting for, and the stall timeout on top.
const SLOWEST_BYTES_PER_MS: u64 = 16;

/// When the browser has sent the last byte, the system may still hold so many in its buffers.
const MOST_BUFFERED_BYTES: u64 = 4 * 1024 * 1024;

/// Up to this size a file is sent as bytes that were read once, for the checksum, too. A blob around it and reading beside
/// that take the browser half as much work again: 1,000 files of 16 KiB take Chromium 2.4 s of CPU time in place of 1.7.
const MAX_AS_BYTES: u64 = 256 * 1024;

/// With more than this under way at once, what they hold in memory would be too much.
const MOST_AS_BYTES: usize = 32;

/// What is to be sent, and how far that has come.
struct Attempt {
    url: String,
    form: PostForm,
    file: Blob,
    content: Content,
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
        let (url, form) = (url.to_owned(), form.clone());
        self.reporter.attempt_begins();
        let content = match self.content().await {
            Ok(content) => content,
            Err(step) => return step,
        };
        let attempt = Rc::new(Attempt {
            url,
            form,
            file: self.file.clone(),
            content,
            size: self.machine.file().size,
            stall_timeout_ms: self.options.stall_timeout_ms,
            is_watched: self.is_watched,
            sent: Cell::new(0),
            moved_ms: Cell::new(now_ms()),
        });

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

    /// The file as it is sent, and its checksum: computed while a blob is under way, or here of the bytes.
    async fn content(&mut self) -> Result<Content, Step> {
        let size = self.machine.file().size;
        if size > MAX_AS_BYTES || self.place.running() > MOST_AS_BYTES {
            self.read_file();
            return Ok(Content::Blob(self.file.clone()));
        }
        let file = self.file.clone();
        let reading = within(self.options.stall_timeout_ms, read(&file));
        let bytes = match self.attend(reading).await? {
            Some(Ok(bytes)) if u64::from(bytes.length()) == size => bytes,
            _ => return Err(self.unreadable()),
        };
        if self.machine.wants_checksum() && !self.is_read {
            self.is_read = true;
            let checksum = Event::Checksum(file::crc64_of(&bytes));
            match self.decide(checksum) {
                Step::Continue => {}
                step => return Err(step),
            }
        }
        Ok(Content::Bytes(bytes))
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
            match post(&self.url, &self.form, &self.content, count).await {
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
