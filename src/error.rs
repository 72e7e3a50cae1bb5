//! What can go wrong with an upload, when, and whether to try again.
//!
//! Messages, hints and `Debug` output never hold a policy, a signature or a token: whoever builds an
//! [`Error`] puts in only what OSS or the backend said about the failure, and facts about the file.

use std::fmt;
use std::ops::{Deref, DerefMut};
#[cfg(feature = "terse")]
use std::rc::Rc as Shared;
#[cfg(not(feature = "terse"))]
use std::sync::Arc as Shared;

use crate::sentence;

/// The step of an upload in which an error arose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Asking the backend for upload parameters, or reading them.
    Params,
    /// Checking the file against the signed policy, before anything is sent.
    Check,
    /// Posting the form to OSS, or reading its answer.
    Post,
    /// Comparing the checksum that OSS computed with our own.
    Verify,
}

impl Phase {
    /// Every phase, in the order of an upload.
    pub const ALL: [Self; 4] = [Self::Params, Self::Check, Self::Post, Self::Verify];

    /// The name that JavaScript sees as `UploadError.phase`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Params => "params",
            Self::Check => "check",
            Self::Post => "post",
            Self::Verify => "verify",
        }
    }
}

/// What kind of failure it was. Stable: programs branch on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// The backend's answer is not upload parameters: a field is missing or makes no sense.
    InvalidParams,
    /// The backend (or Alibaba Cloud behind it) answered, but refused to hand out parameters.
    ParamsRefused,
    /// The parameters point to a host that is not https or not in `allowedHosts`.
    ForbiddenHost,
    /// The signed policy is past its expiry, and fresh parameters did not help.
    PolicyExpired,
    /// The signed policy does not allow this file.
    PolicyViolation,
    /// OSS refused the upload; its own code is in [`Failure::oss`].
    OssRefused,
    /// The object is stored, but OSS could not call the application server back. Do not upload again.
    CallbackFailed,
    /// The answer is none that OSS gives: a proxy's page, an unknown status.
    InvalidResponse,
    /// No answer from the backend or from OSS ([`Failure::phase`] tells): offline, connection reset, DNS, or CORS.
    /// The browser does not say which.
    Network,
    /// No byte moved for longer than the stall timeout.
    Stalled,
    /// OSS stored other bytes than the file's: the checksums differ.
    Integrity,
    /// The file cannot be read (any more): moved, changed or its permission withdrawn.
    FileUnreadable,
}

impl Code {
    /// Every code, in the order of the catalogue in the documentation.
    pub const ALL: [Self; 12] = [
        Self::InvalidParams,
        Self::ParamsRefused,
        Self::ForbiddenHost,
        Self::PolicyExpired,
        Self::PolicyViolation,
        Self::OssRefused,
        Self::CallbackFailed,
        Self::InvalidResponse,
        Self::Network,
        Self::Stalled,
        Self::Integrity,
        Self::FileUnreadable,
    ];

    /// The name that JavaScript sees as `UploadError.code`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidParams => "INVALID_PARAMS",
            Self::ParamsRefused => "PARAMS_REFUSED",
            Self::ForbiddenHost => "FORBIDDEN_HOST",
            Self::PolicyExpired => "POLICY_EXPIRED",
            Self::PolicyViolation => "POLICY_VIOLATION",
            Self::OssRefused => "OSS_REFUSED",
            Self::CallbackFailed => "CALLBACK_FAILED",
            Self::InvalidResponse => "INVALID_RESPONSE",
            Self::Network => "NETWORK",
            Self::Stalled => "STALLED",
            Self::Integrity => "INTEGRITY",
            Self::FileUnreadable => "FILE_UNREADABLE",
        }
    }
}

/// What OSS (or Alibaba Cloud's gateway) said of a failure, in its own words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusal {
    /// `Code`, such as `AccessDenied`.
    pub code: String,
    /// `Message`, verbatim but for secrets.
    pub message: String,
    /// `EC`, the fine-grained error number, such as `0006-00000227`. It may change: do not branch on it.
    pub ec: Option<String>,
    /// `HostId`: the host that answered.
    pub host_id: Option<String>,
    /// `RecommendDoc` (OSS) or `Recommend` (gateway): a page that explains the error.
    pub recommend_doc: Option<String>,
}

/// Why an upload (or one attempt at it) failed. What is known of it are the fields of [`Failure`], to which this
/// dereferences: `error.code`, `error.message` and so on.
///
/// One pointer wide, because nearly every function here may return one. Copies share what is known until one is changed.
/// (Among threads, too, but for what npm publishes: there are none, and to count for them takes code.)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Shared<Failure>);

/// What is known of an [`Error`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Kind of failure.
    pub code: Code,
    /// When it happened.
    pub phase: Phase,
    /// One sentence, in English: what happened, with the names and limits involved.
    pub message: String,
    /// What to do about it, one or two sentences, in the caller's locale.
    pub hint: Option<String>,
    /// Whether the same upload may succeed when tried again later without a change.
    pub retryable: bool,
    /// HTTP status of the answer, where there was one.
    pub status: Option<u16>,
    /// Request id of OSS or of the gateway: what Alibaba's support asks for.
    pub request_id: Option<String>,
    /// OSS's or the gateway's own words.
    pub oss: Option<Refusal>,
}

impl Error {
    /// An error with nothing but its kind, its phase and a message; not retryable.
    #[must_use]
    pub fn new(code: Code, phase: Phase, message: impl Into<String>) -> Self {
        Self::with(code, phase, message.into())
    }

    fn with(code: Code, phase: Phase, message: String) -> Self {
        Self(Shared::new(Failure {
            code,
            phase,
            message,
            hint: None,
            retryable: false,
            status: None,
            request_id: None,
            oss: None,
        }))
    }

    /// An error with a sentence for its message, which ends with one full stop. Each `{}` of the template is filled
    /// with the next value. (A template takes less code than its parts would, and there are some eighty of them.)
    pub(crate) fn sentence(code: Code, phase: Phase, template: &str, values: &[&str]) -> Self {
        let mut message = sentence::fill(template, values);
        if cfg!(feature = "terse") {
            // What is filled in JavaScript, gets its full stop there.
            return Self::with(code, phase, message);
        }
        while let Some(b'.' | b' ') = message.as_bytes().last() {
            message.truncate(message.len() - 1);
        }
        if !message.ends_with('…') {
            message.push('.');
        }
        Self::with(code, phase, message)
    }

    /// A new error, and whether to try again.
    #[inline(never)]
    pub(crate) fn retryable_if(mut self, retryable: bool) -> Self {
        // To change one by `DerefMut` takes the code that copies one.
        if let Some(failure) = Shared::get_mut(&mut self.0) {
            failure.retryable = retryable;
        }
        self
    }

    /// A new error, and what came with the answer that told of it.
    pub(crate) fn answered(
        mut self,
        status: Option<u16>,
        request_id: Option<String>,
        oss: Option<Refusal>,
    ) -> Self {
        if let Some(failure) = Shared::get_mut(&mut self.0) {
            failure.status = status;
            failure.request_id = request_id;
            failure.oss = oss;
        }
        self
    }

    /// Whether the same upload may succeed when tried again later without a change.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.retryable
    }
}

impl Deref for Error {
    type Target = Failure;

    fn deref(&self) -> &Failure {
        &self.0
    }
}

impl DerefMut for Error {
    fn deref_mut(&mut self) -> &mut Failure {
        Shared::make_mut(&mut self.0)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Shared::unwrap_or_clone(error.0)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    /// The members of a union of strings in the hand-written TypeScript surface.
    fn union(name: &str) -> Vec<&'static str> {
        let surface = include_str!("js/index.d.ts");
        let (_, after) = surface
            .split_once(&format!("export type {name} ="))
            .unwrap();
        let (union, _) = after.split_once("\n\n").unwrap();
        union.split('\'').skip(1).step_by(2).collect()
    }

    #[test]
    fn typescript_knows_every_code_and_phase() {
        assert_eq!(union("UploadErrorCode"), Code::ALL.map(Code::as_str));
        assert_eq!(union("UploadPhase"), Phase::ALL.map(Phase::as_str));
    }

    #[test]
    fn the_catalogue_has_every_code() {
        let (_, after) = include_str!("../README.md")
            .split_once("<!-- error-catalogue -->")
            .unwrap();
        let (table, _) = after.trim_start().split_once("\n\n").unwrap();
        let codes: Vec<_> = table
            .lines()
            .skip(2)
            .map(|row| row.split('`').nth(1).unwrap())
            .collect();
        assert_eq!(codes, Code::ALL.map(Code::as_str));
    }

    /// What `?` wants, where it turns errors into anybody's.
    #[test]
    fn errors_may_go_anywhere() {
        fn boxed(error: Error) -> Box<dyn std::error::Error + Send + Sync> {
            error.into()
        }
        let error = Error::new(Code::Network, Phase::Post, "Lost.");
        assert_eq!(boxed(error).to_string(), "Lost.");
    }

    #[test]
    fn one_full_stop() {
        let message = |template, values: &[&str]| {
            Error::sentence(Code::Network, Phase::Post, template, values)
                .message
                .clone()
        };
        assert_eq!(message("Lost {}", &["it"]), "Lost it.");
        assert_eq!(message("{}", &["Policy expired. "]), "Policy expired.");
        assert_eq!(message("Cut…", &[]), "Cut…");
    }
}
