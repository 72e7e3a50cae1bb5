//! Upload parameters that several uploads share: cached while they last, refreshed once for all who wait.
//!
//! Parameters with a fixed key serve one file, so everyone asks for their own. Which kind a backend hands out is
//! known from its first answer; until then one asks and the others wait.

use std::rc::Rc;

use super::queue::Id;
use crate::error::Error;
use crate::params::UploadParams;

/// Why parameters are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AskReason {
    /// The upload has none yet.
    First,
    /// The ones it has are past their expiry, by the clock or because OSS said so.
    Expired,
    /// OSS no longer takes them, or they do not fit this file.
    Refused,
}

impl AskReason {
    /// The name that a `params` function sees as `reason`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Expired => "expired",
            Self::Refused => "refused",
        }
    }
}

/// Parameters as they came from the backend, with what is known of the time.
#[derive(Clone, Debug, PartialEq)]
pub struct Issued {
    /// What the backend answered. Each answer is another, though it may say the same.
    pub params: Rc<UploadParams>,
    /// When the answer arrived, by the page's clock (Unix milliseconds).
    pub at_ms: i64,
    /// How far the backend's clock (its `Date` header) is ahead of the page's, in milliseconds, where readable.
    pub clock_offset_ms: Option<i64>,
    /// Whether they were asked for this very upload, and not taken from a cache.
    pub fresh: bool,
}

impl Issued {
    /// Whether they are past their expiry, or within `margin_ms` of it.
    ///
    /// Clocks are wrong. Corrected by the backend's own clock where that is readable; where it is not, parameters
    /// that seemed expired on arrival already are never called expired, for then the page's clock is off.
    #[must_use]
    pub fn is_expired(&self, now_ms: i64, margin_ms: i64) -> bool {
        let Some(expires_at_ms) = self.params.expires_at_ms() else {
            return false;
        };
        let offset_ms = self.clock_offset_ms.unwrap_or(0);
        let believable = self.clock_offset_ms.is_some() || self.at_ms < expires_at_ms;
        believable && now_ms + offset_ms + margin_ms >= expires_at_ms
    }

    /// How long before their expiry they are no longer handed to another upload: a fifth of their life, a minute at most.
    fn margin_ms(&self) -> i64 {
        const MOST_MS: i64 = 60_000;
        let Some(expires_at_ms) = self.params.expires_at_ms() else {
            return 0;
        };
        let life_ms = expires_at_ms - self.at_ms - self.clock_offset_ms.unwrap_or(0);
        (life_ms / 5).clamp(0, MOST_MS)
    }
}

/// What an upload that wants parameters has to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Want {
    /// Take these.
    Ready(Box<Issued>),
    /// Ask the backend, and bring the answer to [`SharedParams::answered`].
    Ask,
    /// Somebody else is asking: want again when woken.
    Wait,
}

/// The uploads that waited while another one asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Woken {
    /// To call [`SharedParams::want`] again.
    pub want_again: Vec<Id>,
    /// To take the same failure: the backend is down or busy, whoever asks. (A refusal may be meant for one file.)
    pub failed: Vec<Id>,
}

#[derive(Clone, Debug, Default, PartialEq)]
enum Known {
    /// Nothing was answered yet.
    #[default]
    Nothing,
    /// Each file gets parameters of its own.
    OneFile,
    /// These serve many files.
    Reusable(Box<Issued>),
}

/// The parameters that the uploads of one uploader share.
#[derive(Clone, Debug, Default)]
pub struct SharedParams {
    known: Known,
    asking: Option<Id>,
    waiting: Vec<Id>,
}

impl SharedParams {
    /// An upload wants parameters. `held` are the ones it has and cannot use, if any.
    pub fn want(
        &mut self,
        id: Id,
        why: AskReason,
        held: Option<&Rc<UploadParams>>,
        now_ms: i64,
    ) -> Want {
        self.forget(id);
        match &self.known {
            Known::OneFile => return Want::Ask,
            Known::Reusable(issued) => {
                let another = held.is_none_or(|held| !Rc::ptr_eq(held, &issued.params));
                // What was refused for this file may not be taken from the cache, whoever refreshed it.
                let acceptable = match why {
                    AskReason::First => true,
                    AskReason::Expired | AskReason::Refused => another,
                };
                if acceptable && !issued.is_expired(now_ms, issued.margin_ms()) {
                    return Want::Ready(issued.clone());
                }
            }
            Known::Nothing => {}
        }
        if self.asking.is_some_and(|asking| asking != id) {
            self.waiting.push(id);
            return Want::Wait;
        }
        self.asking = Some(id);
        Want::Ask
    }

    /// The backend answered the one that asked: those who waited for it are to be woken.
    pub fn answered(&mut self, id: Id, answer: Result<&Issued, &Error>) -> Woken {
        match answer {
            Ok(issued) if issued.params.is_reusable() => {
                let mut shared = issued.clone();
                shared.fresh = false;
                self.known = Known::Reusable(Box::new(shared));
            }
            Ok(_) => self.known = Known::OneFile,
            Err(_) => {}
        }
        let waited = self.leave(id);
        match answer {
            Err(error) if error.retryable => Woken {
                failed: waited,
                want_again: Vec::new(),
            },
            _ => Woken {
                failed: Vec::new(),
                want_again: waited,
            },
        }
    }

    /// It no longer waits, if it did.
    fn forget(&mut self, id: Id) {
        if let Some(at) = self.waiting.iter().position(|waiting| *waiting == id) {
            self.waiting.remove(at);
        }
    }

    /// An upload has ended or rests. If it was the one that asked, those who waited want again.
    pub fn leave(&mut self, id: Id) -> Vec<Id> {
        self.forget(id);
        if self.asking == Some(id) {
            self.asking = None;
            return std::mem::take(&mut self.waiting);
        }
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Reason;
    use crate::json::Json;
    use crate::params::ParamsRules;
    use crate::upload::queue::Queue;
    use serde_json::json;

    const NOW_MS: i64 = 1_700_000_000_000;
    const HOUR_MS: i64 = 3_600_000;

    fn read(answer: serde_json::Value) -> UploadParams {
        let answer = Json::from(answer);
        UploadParams::read(&answer, &ParamsRules::default(), Json::parse).unwrap()
    }

    /// The documented "server signs" shape: a prefix, good for an hour.
    fn prefix(signature: &str) -> Issued {
        issued(read(json!({
            "accessid": "STANDINACCESSKEYID",
            "host": "https://demo.oss-cn-hangzhou.aliyuncs.com",
            "policy": "eyJleH****V19",
            "signature": signature,
            "expire": (NOW_MS + HOUR_MS) / 1000,
            "dir": "up/",
        })))
    }

    /// tests/vectors/create-temp-file-upload-url.json: a key for one file.
    fn one_file() -> Issued {
        let vector = include_str!("../../tests/vectors/create-temp-file-upload-url.json");
        let vector: serde_json::Value = serde_json::from_str(vector).unwrap();
        issued(read(vector["response"].clone()))
    }

    fn issued(params: UploadParams) -> Issued {
        Issued {
            params: Rc::new(params),
            at_ms: NOW_MS,
            clock_offset_ms: None,
            fresh: true,
        }
    }

    fn ids<const N: usize>() -> [Id; N] {
        let mut queue = Queue::new(1);
        std::array::from_fn(|_| queue.add(0, ()))
    }

    fn ready(want: Want) -> Issued {
        match want {
            Want::Ready(issued) => *issued,
            other => panic!("expected parameters, got {other:?}"),
        }
    }

    #[test]
    fn one_asks_and_all_who_wait_share_what_came() {
        let mut shared = SharedParams::default();
        let [a, b, c] = ids();
        assert_eq!(shared.want(a, AskReason::First, None, NOW_MS), Want::Ask);
        assert_eq!(shared.want(b, AskReason::First, None, NOW_MS), Want::Wait);
        assert_eq!(shared.want(c, AskReason::First, None, NOW_MS), Want::Wait);
        let woken = shared.answered(a, Ok(&prefix("one")));
        assert_eq!(woken.want_again, [b, c]);
        for id in [b, c] {
            let issued = ready(shared.want(id, AskReason::First, None, NOW_MS));
            assert!(!issued.fresh && issued.params == prefix("one").params);
        }
    }

    #[test]
    fn one_file_parameters_are_never_shared() {
        let mut shared = SharedParams::default();
        let [a, b] = ids();
        shared.want(a, AskReason::First, None, NOW_MS);
        shared.want(b, AskReason::First, None, NOW_MS);
        assert_eq!(shared.answered(a, Ok(&one_file())).want_again, [b]);
        assert_eq!(shared.want(b, AskReason::First, None, NOW_MS), Want::Ask);
        assert_eq!(
            shared.want(a, AskReason::First, None, NOW_MS),
            Want::Ask,
            "at the same time"
        );
    }

    #[test]
    fn expired_ones_are_refreshed_once_for_all() {
        let mut shared = SharedParams::default();
        let [a, b, c] = ids();
        shared.want(a, AskReason::First, None, NOW_MS);
        let old = prefix("old");
        shared.answered(a, Ok(&old));
        let held = Some(&old.params);
        assert_eq!(shared.want(a, AskReason::Expired, held, NOW_MS), Want::Ask);
        assert_eq!(shared.want(b, AskReason::Expired, held, NOW_MS), Want::Wait);
        assert_eq!(shared.answered(a, Ok(&prefix("new"))).want_again, [b]);
        for id in [b, c] {
            assert_eq!(
                ready(shared.want(id, AskReason::Expired, held, NOW_MS)).params,
                prefix("new").params
            );
        }
    }

    #[test]
    fn an_answer_that_says_the_same_again_is_another() {
        let mut shared = SharedParams::default();
        let [a, b] = ids();
        let old = prefix("same");
        shared.want(a, AskReason::First, None, NOW_MS);
        shared.answered(a, Ok(&old));
        let held = Some(&old.params);
        assert_eq!(shared.want(a, AskReason::Refused, held, NOW_MS), Want::Ask);
        assert_eq!(shared.want(b, AskReason::Refused, held, NOW_MS), Want::Wait);
        shared.answered(a, Ok(&prefix("same")));
        let issued = ready(shared.want(b, AskReason::Refused, held, NOW_MS));
        assert!(!Rc::ptr_eq(&issued.params, &old.params));
    }

    #[test]
    fn the_cache_ends_shortly_before_the_expiry() {
        let mut shared = SharedParams::default();
        let [a, b] = ids();
        shared.want(a, AskReason::First, None, NOW_MS);
        shared.answered(a, Ok(&prefix("one")));
        let almost = NOW_MS + HOUR_MS - 61_000;
        assert!(matches!(
            shared.want(b, AskReason::First, None, almost),
            Want::Ready(_)
        ));
        assert_eq!(
            shared.want(b, AskReason::First, None, almost + 1000),
            Want::Ask
        );
    }

    /// A fifth of their life, by the backend's clock.
    #[test]
    fn the_cache_of_short_lived_ones_ends_in_proportion() {
        for clock_offset_ms in [0, HOUR_MS / 2] {
            let mut shared = SharedParams::default();
            let [a, b] = ids();
            let life_ms = 100_000;
            let at_ms = NOW_MS + HOUR_MS - clock_offset_ms - life_ms;
            let brief = Issued {
                at_ms,
                clock_offset_ms: Some(clock_offset_ms),
                ..prefix("brief")
            };
            shared.want(a, AskReason::First, None, at_ms);
            shared.answered(a, Ok(&brief));
            let mut want = |after_ms| shared.want(b, AskReason::First, None, at_ms + after_ms);
            assert!(matches!(want(79_999), Want::Ready(_)));
            assert_eq!(want(80_000), Want::Ask);
        }
    }

    #[test]
    fn who_asks_and_leaves_makes_room_for_the_next() {
        let mut shared = SharedParams::default();
        let [a, b, c] = ids();
        shared.want(a, AskReason::First, None, NOW_MS);
        shared.want(b, AskReason::First, None, NOW_MS);
        shared.want(c, AskReason::First, None, NOW_MS);
        assert_eq!(shared.leave(c), []);
        assert_eq!(shared.leave(a), [b]);
        assert_eq!(shared.want(b, AskReason::First, None, NOW_MS), Want::Ask);
    }

    #[test]
    fn a_backend_that_is_down_fails_all_but_a_refusal_only_the_one() {
        let mut shared = SharedParams::default();
        let [a, b] = ids();
        let mut error = Error::from(Reason::BackendUnreachable {
            why: String::from("down"),
            is_online: true,
        });
        error.retryable = true;
        for (retryable, failed, want_again) in [(true, vec![b], vec![]), (false, vec![], vec![b])] {
            error.retryable = retryable;
            shared.want(a, AskReason::First, None, NOW_MS);
            shared.want(b, AskReason::First, None, NOW_MS);
            let woken = shared.answered(a, Err(&error));
            assert_eq!((woken.failed, woken.want_again), (failed, want_again));
        }
    }

    #[test]
    fn the_page_s_function_is_told_why() {
        for (why, name) in [
            (AskReason::First, "first"),
            (AskReason::Expired, "expired"),
            (AskReason::Refused, "refused"),
        ] {
            assert_eq!(why.as_str(), name);
        }
    }

    #[test]
    fn a_clock_that_is_off_does_not_expire_fresh_parameters() {
        let issued = Issued {
            at_ms: NOW_MS + 2 * HOUR_MS,
            ..prefix("one")
        };
        assert!(!issued.is_expired(NOW_MS + 2 * HOUR_MS, 0));
        let at_the_last_moment = Issued {
            at_ms: NOW_MS + HOUR_MS,
            ..prefix("one")
        };
        assert!(!at_the_last_moment.is_expired(NOW_MS + HOUR_MS, 0));
        let known_clock = Issued {
            clock_offset_ms: Some(-2 * HOUR_MS),
            ..issued
        };
        assert!(!known_clock.is_expired(NOW_MS + 2 * HOUR_MS, 0));
        assert!(known_clock.is_expired(NOW_MS + 3 * HOUR_MS, 0));
    }
}
