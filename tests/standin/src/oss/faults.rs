//! Faults that a test asks for in the object key, the file name or the address; never server state, so that tests run in
//! parallel and curl can replay each. `tests/standin/README.md` lists them.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use percent_encoding::percent_decode_str;

use super::{
    body::Pace,
    error::{OssError, internal_error, policy_expired, request_timeout},
};

/// The ways in which OSS says that it has too much to do (documentation of HTTP 503).
const THROTTLED: [(&str, &str, &str); 3] = [
    (
        "throttle",
        "UploadTrafficRateLimitExceeded",
        "Please reduce your upload request traffic.",
    ),
    (
        "throttle-qps",
        "TotalQpsLimitExceeded",
        "Max total qps limit is exceeded.",
    ),
    (
        "throttle-active",
        "ActiveRequestLimitExceeded",
        "Max active request limit is exceeded.",
    ),
];

/// How account, bucket or domain may stand, which no form can bring about (documentation of HTTP 403).
const REFUSED: [(&str, &str); 6] = [
    (
        "AbnormalBucketOwnerStatus",
        "The status of the bucket owner is abnormal",
    ),
    (
        "BucketNotBelongTo",
        "The bucket you access does not belong to you",
    ),
    ("CnameDenied", "The cname belongs to another user"),
    ("InDebt", "Current user is indebted"),
    ("InDebtOverdue", "Current user is indebted Overdue"),
    ("UbsmsInvalidBid", "Your account is not valid."),
];

/// How often each fault was asked for by each key: the only memory.
#[derive(Debug, Default)]
pub(crate) struct Counts(Mutex<HashMap<(String, &'static str), u64>>);

impl Counts {
    /// How many times before, not counting this one.
    fn next(&self, key: &str, fault: &'static str) -> u64 {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry((key.to_owned(), fault)).or_default();
        *count += 1;
        *count - 1
    }
}

/// What the answer is to be instead of OSS's own.
#[derive(Debug)]
pub(crate) enum Instead {
    Error(OssError),
    /// A page of something between client and OSS.
    Html {
        status: u16,
    },
    /// An error's XML that ends in the middle.
    TruncatedXml(OssError),
    /// An error whose XML is this long.
    HugeBody {
        bytes: usize,
    },
    /// An error's XML, with the status of a success.
    ErrorAsSuccess(OssError),
    /// A success that is not OSS's: a captive portal, a fallback of some server, a proxy.
    Stranger(Stranger),
    /// The form is sent elsewhere, where anything is taken.
    Redirect {
        status: u16,
    },
}

/// What somebody else says with a status of success.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stranger {
    Text,
    Json,
    /// Text that goes on and on.
    Long,
    /// 201, which OSS sends with `PostResponse`, without anything.
    Created,
}

impl Stranger {
    fn named(name: &str) -> Self {
        match name {
            "json" => Self::Json,
            "long" => Self::Long,
            "201" => Self::Created,
            _ => Self::Text,
        }
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Faults(Vec<(String, Option<String>)>);

impl Faults {
    /// From texts that hold `fault=NAME` or `fault=NAME@ARG`, ended by `.`, `,`, `;`, `/` or the text's end.
    pub(crate) fn in_text(&mut self, text: &str) {
        for (at, marker) in text.match_indices("fault=") {
            let rest = text.get(at + marker.len()..).unwrap_or_default();
            self.add(rest.split(['.', ',', ';', '/']).next().unwrap_or_default());
        }
    }

    /// From a query: `?fault=NAME@ARG`, repeated for several.
    pub(crate) fn in_query(&mut self, query: &str) {
        for fault in query
            .split('&')
            .filter_map(|pair| pair.strip_prefix("fault="))
        {
            self.add(&percent_decode_str(fault).decode_utf8_lossy());
        }
    }

    fn add(&mut self, fault: &str) {
        let (name, argument) = fault
            .split_once('@')
            .map_or((fault, None), |(name, text)| (name, Some(text.to_owned())));
        if !self.has(name) {
            self.0.push((name.to_owned(), argument));
        }
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(fault, _)| fault == name)
    }

    fn text(&self, name: &str) -> Option<&str> {
        let (_, argument) = self.0.iter().find(|(fault, _)| fault == name)?;
        argument.as_deref()
    }

    fn argument(&self, name: &str) -> Option<u64> {
        self.text(name)?.parse().ok()
    }

    /// Whether it is asked for and this is one of the first N posts of the key; without N, always.
    pub(crate) fn is_due(&self, name: &'static str, counts: &Counts, key: &str) -> bool {
        self.has(name)
            && self
                .argument(name)
                .is_none_or(|first| counts.next(key, name) < first)
    }

    /// Changes of `pace`: where to break off, and how fast to read.
    pub(crate) fn set_pace(&self, pace: &mut Pace) {
        let at = |name| self.has(name).then(|| self.argument(name).unwrap_or(0));
        pace.reset_at = at("reset");
        pace.stall_at = at("stall");
        if let Some(speed) = self.argument("slow") {
            pace.bytes_per_second = Some(speed);
        }
    }

    /// An answer instead of OSS's own, before anything is judged or stored.
    pub(crate) fn instead(&self, counts: &Counts, key: &str) -> Option<Instead> {
        let due = |name| self.is_due(name, counts, key);
        let error =
            |status, code, message| Some(Instead::Error(OssError::new(status, code, message)));
        if due("http500") {
            return Some(Instead::Error(internal_error()));
        }
        if due("http503") {
            return error(
                503,
                "ServiceUnavailable",
                "Thread pool is almost full, please retry later.",
            );
        }
        for (name, code, message) in THROTTLED {
            if due(name) {
                return error(503, code, message);
            }
        }
        if let Some(wanted) = self.text("refused")
            && let Some((code, message)) = REFUSED.iter().find(|(code, _)| *code == wanted)
        {
            return error(403, code, message);
        }
        // Counted by the file's name: fresh parameters may well bring a fresh key.
        let name = key.rsplit('/').next().unwrap_or_default();
        if self.is_due("expired", counts, name) {
            return Some(Instead::Error(policy_expired()));
        }
        if due("request-timeout") {
            return Some(Instead::Error(request_timeout()));
        }
        if self.has("html") {
            let status = self
                .argument("html")
                .and_then(|status| u16::try_from(status).ok())
                .unwrap_or(502);
            return Some(Instead::Html { status });
        }
        if self.has("redirect") {
            let status = self
                .argument("redirect")
                .and_then(|status| u16::try_from(status).ok())
                .filter(|status| (300..400).contains(status))
                .unwrap_or(307);
            return Some(Instead::Redirect { status });
        }
        if self.has("stranger") {
            let name = self.text("stranger").unwrap_or_default();
            return Some(Instead::Stranger(Stranger::named(name)));
        }
        if self.has("error-200") {
            return Some(Instead::ErrorAsSuccess(internal_error()));
        }
        if self.has("truncated-xml") {
            return Some(Instead::TruncatedXml(internal_error()));
        }
        if self.has("huge-body") {
            let bytes = self
                .argument("huge-body")
                .and_then(|bytes| usize::try_from(bytes).ok());
            return Some(Instead::HugeBody {
                bytes: bytes.unwrap_or(8 << 20).min(64 << 20),
            });
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_read_from_keys_and_queries() {
        let mut faults = Faults::default();
        faults.in_text("temp/fault=http500@2.bin/fault=slow@100,fault=no-crc;x/a fault=html");
        faults.in_query("a=1&fault=reset%4065536");
        for name in ["http500", "slow", "no-crc", "html", "reset"] {
            assert!(faults.has(name), "{name}");
        }
        let mut pace = Pace::default();
        faults.set_pace(&mut pace);
        assert_eq!(
            (pace.reset_at, pace.stall_at, pace.bytes_per_second),
            (Some(65536), None, Some(100))
        );
    }

    #[test]
    fn a_counted_fault_ends_after_the_first_n_posts_of_the_key() {
        let mut faults = Faults::default();
        faults.in_text("fault=http500@2.bin");
        let counts = Counts::default();
        let due: Vec<bool> = (0..4)
            .map(|_| faults.is_due("http500", &counts, "a"))
            .collect();
        assert_eq!(due, [true, true, false, false]);
        assert!(faults.is_due("http500", &counts, "b"));
    }
}
