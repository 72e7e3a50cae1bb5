//! The steps that read the file and send it.

use super::{Input, Uploader};
use crate::browser::chore::{self, Chore};
use crate::browser::environment::{is_online, now_ms};
use crate::browser::file;
use crate::browser::job::Job;
use crate::browser::post;
use crate::crc64::Crc64;
use crate::upload::{Event, Loss, State, Step};

/// Bytes that nobody can see move are given the time that they take at this speed, which is below that of any
/// connection worth waiting for, and the stall timeout on top.
const SLOWEST_BYTES_PER_MS: u64 = 16;

/// When the browser has sent the last byte, the system may still hold so many in its buffers.
const MOST_BUFFERED_BYTES: u64 = 4 * 1024 * 1024;

impl Uploader {
    pub(super) fn post(&self, job: &mut Job) {
        job.attempt_begins();
        self.read(job);
        let (Some(form), Some(url)) = (job.machine.form(), job.machine.url()) else {
            return self.put_for_later(job.id, Input::Lost);
        };
        let sent = self.callback(job.id, Input::Sent);
        let answered = self.callback(job.id, Input::Answered);
        let lost = self.callback(job.id, |_| Input::Lost);
        let posting = post::post(
            url,
            &form.request_content_type(),
            form.head(),
            &job.file,
            &form.tail(),
            job.watched.then_some(&sent),
            &answered,
            &lost,
        );
        job.activity = Some(Chore(posting));
        self.watch_for_stall(job, stall_after_ms(job));
    }

    fn watch_for_stall(&self, job: &mut Job, after_ms: u64) {
        if job.options.stall_timeout_ms > 0 {
            let over = self.callback(job.id, |_| Input::MaybeStalled);
            job.stall = Some(Chore(chore::wait(file::float(after_ms), &over)));
        }
    }

    /// The timer is not set anew with each byte: when it goes off, it looks how long ago the last one was.
    pub(super) fn stalled(&self, job: &mut Job) -> Step {
        if job.machine.state() != State::Uploading {
            return Step::Continue;
        }
        let idle_ms = u64::try_from(now_ms() - job.moved_ms).unwrap_or(0);
        let left_ms = stall_after_ms(job).saturating_sub(idle_ms);
        if left_ms == 0 {
            return lost(job, Loss::Stalled(job.options.stall_timeout_ms));
        }
        self.watch_for_stall(job, left_ms);
        Step::Continue
    }

    /// A post ended without an answer: was it the file?
    pub(super) fn probe(&self, job: &mut Job) {
        let readable = self.callback(job.id, |_| Input::Readable);
        let unreadable = self.callback(job.id, |_| Input::Unreadable);
        let probing = file::probe(&job.file, &readable, &unreadable);
        job.activity = Some(Chore(probing));
    }

    /// Computes the checksum: once for an upload, while it is being posted.
    pub(super) fn read(&self, job: &mut Job) {
        if !job.machine.wants_checksum() || job.reading.is_some() {
            return;
        }
        job.crc64 = Some(Crc64::new());
        let piece = self.callback(job.id, Input::Piece);
        let all = self.callback(job.id, |_| Input::ReadAll);
        let unreadable = self.callback(job.id, |_| Input::Unreadable);
        let reading = file::read(&job.file, &piece, &all, &unreadable);
        job.reading = Some(Chore(reading));
    }
}

pub(super) fn lost(job: &mut Job, loss: Loss) -> Step {
    let all_sent = job.all_sent();
    job.decide(Event::Lost {
        loss,
        all_sent,
        online: is_online(),
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
