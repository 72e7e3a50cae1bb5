//! Progress of one upload: bytes of the file, monotonic within an attempt, with a smoothed speed.

/// Events closer together than this, in milliseconds, are left out: WebKit fires one for every 8 KiB sent.
const INTERVAL_MS: i64 = 50;

/// How far back the smoothed speed looks, in milliseconds.
const MEMORY_MS: f64 = 3000.0;

/// The progress of one attempt at posting one file.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    total: u64,
    loaded: u64,
    speed: Speed,
    reported_at_ms: Option<i64>,
}

impl Progress {
    /// Nothing sent yet of a file of `total` bytes.
    #[must_use]
    pub fn new(total: u64, now_ms: i64) -> Self {
        Self {
            total,
            loaded: 0,
            speed: Speed::new(now_ms),
            reported_at_ms: None,
        }
    }

    /// A new attempt starts with the first byte again; what was learnt about the speed stays.
    pub fn restart(&mut self, now_ms: i64) {
        self.loaded = 0;
        self.reported_at_ms = None;
        self.speed.restart(now_ms);
    }

    /// The browser says that `body` bytes of the request are sent, of which the first `head` are the form's fields.
    ///
    /// Returns whether this is worth an event: not more often than every 50 ms, but always for the last byte.
    pub fn sent(&mut self, body: u64, head: u64, now_ms: i64) -> bool {
        let loaded = body.saturating_sub(head).min(self.total);
        if loaded <= self.loaded {
            return false;
        }
        self.loaded = loaded;
        let complete = loaded == self.total;
        let due = self
            .reported_at_ms
            .is_none_or(|at| now_ms.saturating_sub(at) >= INTERVAL_MS);
        if due || complete {
            self.speed.measure(loaded, now_ms);
            self.reported_at_ms = Some(now_ms);
        }
        due || complete
    }

    /// OSS has it all: the answer says so even when nobody listened to the bytes.
    pub fn complete(&mut self) {
        self.loaded = self.total;
    }

    /// Bytes of the file that are sent.
    #[must_use]
    pub fn loaded(&self) -> u64 {
        self.loaded
    }

    /// Size of the file in bytes.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Bytes per second, smoothed; 0 while unknown.
    #[must_use]
    pub fn speed(&self) -> f64 {
        self.speed.bytes_per_second
    }

    /// Milliseconds until the last byte is sent at the present speed.
    #[must_use]
    pub fn eta_ms(&self) -> Option<f64> {
        let left = float(self.total - self.loaded);
        (self.speed() > 0.0).then(|| left * 1000.0 / self.speed())
    }
}

/// Speed as an exponentially weighted mean, in which a second weighs the same however many events it brought.
#[derive(Clone, Debug, PartialEq)]
struct Speed {
    bytes_per_second: f64,
    loaded: u64,
    at_ms: i64,
}

impl Speed {
    fn new(now_ms: i64) -> Self {
        Self {
            bytes_per_second: 0.0,
            loaded: 0,
            at_ms: now_ms,
        }
    }

    fn restart(&mut self, now_ms: i64) {
        self.loaded = 0;
        self.at_ms = now_ms;
    }

    fn measure(&mut self, loaded: u64, now_ms: i64) {
        let elapsed_ms = now_ms.saturating_sub(self.at_ms);
        // A clock that was set back or stood still says nothing about the speed.
        if elapsed_ms <= 0 {
            self.at_ms = now_ms;
            return;
        }
        let elapsed_ms = float(elapsed_ms.unsigned_abs());
        let now = float(loaded.saturating_sub(self.loaded)) * 1000.0 / elapsed_ms;
        self.bytes_per_second = if self.bytes_per_second > 0.0 {
            // The weight of one first-order low-pass step; close to 1 - exp(-t), without a table of exponentials.
            let weight = elapsed_ms / (elapsed_ms + MEMORY_MS);
            self.bytes_per_second + (now - self.bytes_per_second) * weight
        } else {
            now
        };
        self.loaded = loaded;
        self.at_ms = now_ms;
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "files are below 5 GB and times below 2^53 ms"
)]
fn float(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_bytes_of_the_file_only() {
        let mut progress = Progress::new(1000, 0);
        assert_eq!((progress.loaded(), progress.total()), (0, 1000));
        assert!(!progress.sent(700, 700, 10), "only the head is sent");
        assert!(progress.sent(900, 700, 100));
        assert_eq!(progress.loaded(), 200);
        assert!(progress.sent(1750, 700, 200), "the tail does not count");
        assert_eq!(progress.loaded(), 1000);
    }

    #[test]
    fn never_falls_within_an_attempt_and_starts_anew_with_the_next() {
        let mut progress = Progress::new(1000, 0);
        progress.sent(600, 0, 100);
        assert!(!progress.sent(400, 0, 300));
        assert_eq!(progress.loaded(), 600);
        progress.restart(1000);
        assert_eq!(progress.loaded(), 0);
        assert!(progress.sent(10, 0, 1100));
        assert_eq!(progress.loaded(), 10);
        // 6,000 bytes a second before, 100 for a tenth of a second now: the pause between them does not count.
        assert!(progress.speed() > 5800.0, "{}", progress.speed());
    }

    #[test]
    fn is_complete_though_nobody_listened() {
        let mut progress = Progress::new(1000, 0);
        progress.complete();
        assert_eq!(progress.loaded(), 1000);
    }

    /// WebKitGTK fires 131,074 events for 1 GiB; spread over 10 s that may become at most 200 and the last one.
    #[test]
    fn reports_at_most_twenty_times_a_second() {
        let total = 1 << 30;
        let mut progress = Progress::new(total, 0);
        let events = (1..=131_074_u64)
            .filter(|n| {
                let now_ms = i64::try_from(n * 10_000 / 131_074).unwrap();
                progress.sent(n * 8192, 0, now_ms)
            })
            .count();
        assert!(events <= 202, "{events}");
        assert_eq!(progress.loaded(), total);
    }

    #[test]
    fn speed_is_smoothed_and_gives_the_time_left() {
        let mut progress = Progress::new(10_000_000, 0);
        assert_eq!(progress.eta_ms(), None);
        for second in 1..=4 {
            progress.sent(second * 1_000_000, 0, i64::try_from(second).unwrap() * 1000);
        }
        assert!((progress.speed() - 1_000_000.0).abs() < 1.0);
        assert!((progress.eta_ms().unwrap() - 6000.0).abs() < 1.0);
        // A standstill as long as what is remembered halves the speed.
        progress.sent(4_000_001, 0, 7_000);
        let speed = progress.speed();
        assert!((speed - 500_000.0).abs() < 1.0, "{speed}");
    }

    #[test]
    fn survives_a_clock_that_goes_back() {
        let mut progress = Progress::new(100, 5000);
        progress.sent(50, 0, 1000);
        progress.sent(100, 0, 2000);
        assert!((progress.speed() - 100.0).abs() < 0.001);
        assert_eq!(progress.loaded(), 100);
    }
}
