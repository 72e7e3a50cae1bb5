//! What has to hold in every state.

use super::world::{One, Sum, Uploads, Work};

impl Uploads {
    pub(super) fn check(&self) -> Result<(), String> {
        let active = self.all.iter().filter(|one| one.is_active()).count();
        let (running, limit) = (self.queue.running(), self.bounds.concurrency);
        if active > running || running > limit {
            return Err(format!(
                "{active} uploads at once, {running} by the queue; {limit} are allowed"
            ));
        }
        let left = self.all.iter().filter(|one| !one.is_over()).count();
        if self.queue.len() != left {
            return Err(format!(
                "{left} uploads are left, {} by the queue",
                self.queue.len()
            ));
        }
        let asking = self
            .all
            .iter()
            .filter(|one| matches!(one.work, Work::Ask))
            .count();
        if asking > 1 && !self.is_kind_known {
            return Err(format!("{asking} ask at once, before the first answer"));
        }
        for (at, one) in self.all.iter().enumerate() {
            let (posts, asks) = (one.machine.posts(), one.asks);
            if posts > self.bounds.most_posts || asks > self.bounds.most_asks {
                return Err(format!(
                    "upload {at} posted {posts} times and asked {asks} times"
                ));
            }
            if one.is_active() && !self.queue.is_running(one.id) {
                return Err(format!("upload {at} is under way, but it is not its turn"));
            }
            if self.waits_for_nobody(one) {
                return Err(format!("upload {at} waits for nobody"));
            }
        }
        Ok(())
    }

    fn waits_for_nobody(&self, one: &One) -> bool {
        let is_asking = |other: &One| matches!(other.work, Work::Ask);
        match one.work {
            _ if !one.commands.is_empty() => false,
            Work::Nothing if one.rests => !one.is_told_to_rest,
            Work::Nothing => {
                let is_full = self.queue.running() == self.bounds.concurrency;
                self.queue.is_running(one.id) || !(self.is_halted || is_full)
            }
            Work::WaitForAnother(_, None) => !self.all.iter().any(is_asking),
            Work::AwaitChecksum => one.sum != Sum::Reading,
            _ => false,
        }
    }
}
