//! What can go wrong with an upload, when, and whether to try again.
//!
//! An [`Error`] holds facts, no sentences: [`crate::text`] puts them in words. Words, facts and `Debug` output never
//! hold a policy, a signature or a token: whoever makes an [`Error`] puts in only what OSS or the backend said about
//! the failure, and facts about the file.

mod code;
mod reason;

pub use code::{Code, Phase};
pub use reason::{AddressFlaw, Demand, Expected, Foreign, Reason, Refusal, Subject};

/// Why an upload (or one attempt at it) failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// What happened, with the facts of it.
    pub reason: Reason,
    /// Whether the same upload may succeed when tried again later without a change.
    pub retryable: bool,
    /// HTTP status of the answer, where there was one.
    pub status: Option<u16>,
    /// Request id of OSS or of the gateway: what Alibaba's support asks for.
    pub request_id: Option<String>,
    /// The object, where it is stored all the same (`CALLBACK_FAILED`).
    pub object: Option<Box<StoredObject>>,
}

/// Where a file is stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredObject {
    /// Object key.
    pub key: String,
    /// Bucket, where the parameters name it.
    pub bucket: Option<String>,
    /// Address of the object, without a signature.
    pub url: String,
}

impl Error {
    /// The kind of failure.
    #[must_use]
    pub const fn code(&self) -> Code {
        self.reason.code()
    }

    /// When it happened.
    #[must_use]
    pub const fn phase(&self) -> Phase {
        self.reason.phase()
    }

    /// OSS's, the gateway's or the backend's own words, where it had any.
    #[must_use]
    pub const fn refusal(&self) -> Option<&Refusal> {
        self.reason.refusal()
    }

    pub(crate) fn retryable_if(mut self, retryable: bool) -> Self {
        self.retryable = retryable;
        self
    }

    pub(crate) fn answered(mut self, status: Option<u16>, request_id: Option<String>) -> Self {
        self.status = status;
        self.request_id = request_id;
        self
    }
}

/// Not retryable, and without an answer.
impl From<Reason> for Error {
    fn from(reason: Reason) -> Self {
        Self {
            reason,
            retryable: false,
            status: None,
            request_id: None,
            object: None,
        }
    }
}

impl std::error::Error for Error {}
