//! What the backend, OSS and the browser may bring to an upload.

use std::rc::Rc;

use crate::error::{Error, Reason};
use crate::json::Json;
use crate::params::{ParamsRules, UploadParams};
use crate::response::Answer;
use crate::upload::shared_params::Issued;
use crate::upload::{Event, Loss};

use super::world::Bounds;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;

/// 2023-11-14T22:00:00Z, when every exploration begins.
pub(super) const START_MS: i64 = 1_699_999_200_000;
/// How long parameters last, and how long it takes until they have expired.
pub(super) const HOUR_MS: i64 = 3_600_000;
/// What files have for a checksum.
pub(super) const CRC64: u64 = 11_051_210_869_376_104_954;

/// What may come of asking the backend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Backend {
    /// Parameters for any number of files.
    Prefix,
    /// For files of at most eight bytes.
    SmallFiles,
    /// For one file.
    OneFile,
    /// For any number of files, until now.
    Over,
    /// No answer, and whether the browser thinks that it is online.
    Down { online: bool },
    /// It gives nothing for this file.
    Refuses,
}

impl Backend {
    pub(super) fn failure(self) -> Option<(Error, bool)> {
        match self {
            Self::Down { online } => {
                let mut error = Error::from(Reason::BackendUnreachable {
                    why: String::new(),
                    is_online: online,
                });
                error.retryable = true;
                Some((error, online))
            }
            Self::Refuses => Some((Reason::BackendRefused { refusal: None }.into(), true)),
            _ => None,
        }
    }
}

impl Backend {
    /// In the documented "server signs" shape.
    pub(super) fn issue(self, now_ms: i64) -> Issued {
        let lasts_ms = if self == Self::Over { 0 } else { HOUR_MS };
        let expires_ms = now_ms + lasts_ms - START_MS;
        let most = if self == Self::SmallFiles { 8 } else { 1000 };
        let (hour, minute, second) = (
            22 + expires_ms / HOUR_MS,
            expires_ms / 60_000 % 60,
            expires_ms / 1000 % 60,
        );
        let day = 14 + hour / 24;
        let policy = json!({
            "expiration": format!("2023-11-{day}T{:02}:{minute:02}:{second:02}Z", hour % 24),
            "conditions": [["starts-with", "$key", "up/"], ["content-length-range", 0, most]],
        });
        let mut answer = json!({
            "accessid": "STANDINACCESSKEYID",
            "host": "https://demo.oss-cn-hangzhou.aliyuncs.com",
            "policy": BASE64_STANDARD.encode(policy.to_string()),
            "signature": "c2lnbmF0dXJl",
        });
        match self {
            Self::OneFile => answer["key"] = json!("up/one"),
            _ => answer["dir"] = json!("up/"),
        }
        let answer = Json::from(answer);
        let params = UploadParams::read(&answer, &ParamsRules::default(), Json::parse).unwrap();
        Issued {
            params: Rc::new(params),
            at_ms: now_ms,
            clock_offset_ms: Some(0),
            fresh: true,
        }
    }
}

/// What may come of a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Oss {
    /// Stored, with the file's checksum.
    Stored,
    /// Stored, with another checksum.
    Damaged,
    /// Stored, and the checksum cannot be read.
    Unsummed,
    /// The word of success with a page beside it, and the file's checksum or another.
    Page {
        is_right: bool,
    },
    Busy,
    PolicyExpired,
    StaleKey,
    Exists,
    Malformed,
    Refuses,
    /// No answer: whether all was sent, and whether the browser thinks that it is online.
    Lost {
        all_sent: bool,
        online: bool,
    },
    Stalled,
    Blocked,
}

impl Oss {
    pub(super) fn event(self) -> Event {
        let lost = |loss, all_sent, online| Event::Lost {
            loss,
            all_sent,
            online,
        };
        match self {
            Self::Stored => answer(204, Some(CRC64), ""),
            Self::Damaged => answer(204, Some(7), ""),
            Self::Unsummed => answer(204, None, ""),
            Self::Page { is_right } => {
                answer(200, Some(if is_right { CRC64 } else { 7 }), "<html>")
            }
            Self::Busy => refusal(503, "ServiceUnavailable", ""),
            Self::PolicyExpired => refusal(
                403,
                "AccessDenied",
                "Invalid according to Policy: Policy expired.",
            ),
            Self::StaleKey => refusal(403, "InvalidAccessKeyId", ""),
            Self::Exists => refusal(409, "FileAlreadyExists", ""),
            Self::Malformed => refusal(400, "MalformedPOSTRequest", ""),
            Self::Refuses => refusal(403, "SignatureDoesNotMatch", ""),
            Self::Lost { all_sent, online } => lost(Loss::Network, all_sent, online),
            Self::Stalled => lost(Loss::Stalled(1000), true, true),
            Self::Blocked => lost(Loss::Blocked, false, true),
        }
    }

    /// Whether an upload may be done after this, as verified or not.
    pub(super) fn is_success(self, is_verified: bool) -> bool {
        match self {
            Self::Stored => true,
            Self::Damaged | Self::Unsummed | Self::Exists => !is_verified,
            Self::Page { is_right } => is_right && is_verified,
            _ => false,
        }
    }
}

fn refusal(status: u16, code: &str, message: &str) -> Event {
    let body = format!("<Error><Code>{code}</Code><Message>{message}</Message></Error>");
    answer(status, None, &body)
}

fn answer(status: u16, crc64: Option<u64>, body: &str) -> Event {
    Event::Answered(Box::new(Answer {
        status,
        crc64: crc64.map(|crc64| crc64.to_string()),
        body: String::from(body),
        ..Answer::default()
    }))
}

/// Made once: what is made again and again takes most of the time.
#[derive(Debug)]
pub(super) struct Prepared {
    /// Parameters of the first hour, and of those that begin later.
    issued: Vec<(Backend, i64, Issued)>,
    answers: Vec<(Oss, Event)>,
    /// What may still come when all is over.
    pub(super) late: Vec<Event>,
}

impl Prepared {
    pub(super) fn new(bounds: &Bounds) -> Self {
        let hours = 0..=i64::from(bounds.hours);
        let successes = bounds
            .backend
            .iter()
            .filter(|backend| backend.failure().is_none());
        let issued: Vec<_> = successes
            .flat_map(|&backend| {
                hours
                    .clone()
                    .map(move |hour| (backend, hour, backend.issue(START_MS + hour * HOUR_MS)))
            })
            .collect();
        let answers: Vec<_> = bounds.oss.iter().map(|&oss| (oss, oss.event())).collect();
        let mut late = vec![
            Event::Start,
            Event::Pause,
            Event::Resume,
            Event::Abort,
            Event::WaitOver,
            Event::FileUnreadable,
            Event::Checksum(CRC64),
        ];
        late.extend(answers.iter().map(|(_, event)| event.clone()));
        late.extend(issued.iter().map(|(_, _, issued)| Event::Params {
            issued: Box::new(issued.clone()),
            key: None,
        }));
        Self {
            issued,
            answers,
            late,
        }
    }

    /// Those of each answer are others, though they say the same.
    pub(super) fn issue(&self, backend: Backend, now_ms: i64) -> Issued {
        let hour = (now_ms - START_MS) / HOUR_MS;
        let (_, _, issued) = self
            .issued
            .iter()
            .find(|(other, begins, _)| (*other, *begins) == (backend, hour))
            .unwrap();
        Issued {
            params: Rc::new(UploadParams::clone(&issued.params)),
            ..issued.clone()
        }
    }

    pub(super) fn answer(&self, oss: Oss) -> Event {
        let (_, event) = self
            .answers
            .iter()
            .find(|(other, _)| *other == oss)
            .unwrap();
        event.clone()
    }
}
