//! What may be tried again, with which form, and after how long.
//!
//! The rules are those of Alibaba's own SDKs (OSS Go SDK v2 and Python SDK v2: at most three retries or so, doubling
//! delays with full jitter, capped at 20 s), adapted to a form post, which can only be sent again as a whole.

use crate::error::{Code, Error};
use crate::oss::codes;

/// How often, and how patiently, a failed post is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// How often the file is posted at most; 1 means no retry.
    pub attempts: u32,
    /// Upper bound of the first delay, in milliseconds. It doubles with every failure.
    pub min_delay_ms: u32,
    /// Upper bound of every delay, in milliseconds.
    pub max_delay_ms: u32,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 4,
            min_delay_ms: 500,
            max_delay_ms: 20_000,
        }
    }
}

impl RetryPolicy {
    /// One attempt only.
    pub const NEVER: Self = Self {
        attempts: 1,
        min_delay_ms: 0,
        max_delay_ms: 0,
    };

    /// How long to wait after the given number of failures (1 for the first), in milliseconds.
    ///
    /// `random` is a number from 0 to 1: with full jitter, clients that failed together do not come back together.
    #[must_use]
    pub fn delay_ms(&self, failures: u32, random: f64) -> u64 {
        let doubled = u64::from(self.min_delay_ms) << failures.saturating_sub(1).min(16);
        let bound = doubled.min(u64::from(self.max_delay_ms));
        scale(bound, random)
    }
}

/// `bound × fraction`, rounded down.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "delays are far below 2^53 and the fraction is clamped to 0..=1"
)]
fn scale(bound: u64, fraction: f64) -> u64 {
    (bound as f64 * fraction.clamp(0.0, 1.0)) as u64
}

/// What gives a failed upload another chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Nothing: the same file with fresh parameters would fail again.
    Nothing,
    /// Posting the same form again.
    SameForm,
    /// Asking the backend for fresh parameters, then posting with those.
    FreshParams,
}

/// What gives the upload that failed with this error another chance.
#[must_use]
pub fn remedy(error: &Error) -> Remedy {
    let is_stale = error.code() == Code::PolicyExpired
        || error
            .refusal()
            .is_some_and(|refusal| codes::is_stale(&refusal.code));
    match (error.retryable, is_stale) {
        (false, _) => Remedy::Nothing,
        (true, true) => Remedy::FreshParams,
        (true, false) => Remedy::SameForm,
    }
}

/// The longest wait that a server may ask for, in seconds.
const LONGEST_WAIT_S: u64 = 5 * 60;

/// The wait that the server asks for in `Retry-After`, given in seconds, in milliseconds; at most five minutes.
///
/// No document of OSS mentions the header, but a proxy in between may send it. (The shell turns the header's
/// other form, a date, into seconds.)
#[must_use]
pub fn retry_after_ms(value: &str) -> Option<u64> {
    let seconds: u64 = value.trim_ascii().parse().ok()?;
    Some(seconds.min(LONGEST_WAIT_S) * 1000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Reason, Refusal};

    #[test]
    fn delays_double_up_to_the_cap() {
        let policy = RetryPolicy::default();
        let bounds: Vec<u64> = (1..=8).map(|n| policy.delay_ms(n, 1.0)).collect();
        assert_eq!(
            bounds,
            [500, 1000, 2000, 4000, 8000, 16_000, 20_000, 20_000]
        );
    }

    #[test]
    fn jitter_takes_any_share_of_the_bound() {
        let policy = RetryPolicy::default();
        assert_eq!(policy.delay_ms(2, 0.0), 0);
        assert_eq!(policy.delay_ms(2, 0.25), 250);
        assert_eq!(policy.delay_ms(u32::MAX, 0.5), 10_000);
    }

    /// Which answers may be retried, and with what.
    #[test]
    fn remedies() {
        let refusal = |code: &str| Refusal {
            code: String::from(code),
            ..Refusal::default()
        };
        let refused = |code| Reason::OssRefused {
            refusal: refusal(code),
        };
        let no_answer = Reason::NoAnswer {
            host: String::from("h"),
            is_online: true,
        };
        let expired = Reason::PolicyExpired {
            refusal: refusal("AccessDenied"),
        };
        let callback = Reason::CallbackFailed { refusal: None };
        for (reason, retryable, expected) in [
            (no_answer, true, Remedy::SameForm),
            (refused("InternalError"), true, Remedy::SameForm),
            (refused("RequestTimeout"), true, Remedy::SameForm),
            (expired, true, Remedy::FreshParams),
            (refused("SecurityTokenExpired"), true, Remedy::FreshParams),
            (refused("InvalidAccessKeyId"), true, Remedy::FreshParams),
            (refused("SignatureDoesNotMatch"), false, Remedy::Nothing),
            (callback, false, Remedy::Nothing),
        ] {
            let error = Error::from(reason).retryable_if(retryable);
            assert_eq!(remedy(&error), expected, "{error}");
        }
    }

    #[test]
    fn retry_after_is_seconds_and_bounded() {
        assert_eq!(retry_after_ms(" 7 "), Some(7000));
        assert_eq!(retry_after_ms("86400"), Some(300_000));
        assert_eq!(retry_after_ms("-1"), None);
        assert_eq!(retry_after_ms("soon"), None);
    }
}
