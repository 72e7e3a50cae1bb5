//! Every way in which an upload can fail, with the facts of it.

use super::{Code, Phase};
use crate::file::Excess;
use crate::json::Kind;

/// What OSS (or Alibaba Cloud's gateway, or the page's backend) said of a failure, in its own words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusal {
    /// `Code`, such as `AccessDenied`. Empty where a backend gives none.
    pub code: String,
    /// `Message`, verbatim but for secrets. May be empty.
    pub message: String,
    /// `EC`, the fine-grained error number, such as `0006-00000227`. It may change: do not branch on it.
    pub ec: Option<String>,
    /// `HostId`: the host that answered.
    pub host_id: Option<String>,
    /// `RecommendDoc` (OSS) or `Recommend` (gateway): a page that explains the error.
    pub recommend_doc: Option<String>,
}

/// What a field that is missing in the backend's answer would say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// The host to upload to.
    Host,
    /// The endpoint of the bucket that the answer names.
    Endpoint,
    /// The bucket of the endpoint that the answer names.
    Bucket,
    /// The object key, or the prefix under which it is made.
    Key,
    /// The id of the AccessKey that signed.
    AccessKeyId,
    /// The Base64 text that was signed.
    Policy,
    /// The signature of the policy.
    Signature,
    /// The scope of a V4 signature.
    Credential,
    /// The time of a V4 signature.
    SignatureDate,
}

/// What an address holds beside a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressFlaw {
    /// A path.
    Path,
    /// A query or a fragment.
    Query,
    /// Characters or parts that no host has.
    NoHost,
}

/// What came in place of OSS's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Foreign {
    /// An HTML page.
    Html,
    /// Nothing, where OSS sends something or answers with another status.
    Nothing,
    /// Anything else.
    Other,
}

/// What a condition of the policy looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The bucket.
    Bucket,
    /// The object key.
    Key,
    /// The content type, whichever of its fields the condition names.
    ContentType,
    /// A form field, as the policy spells it.
    Field(String),
}

/// What a condition of the policy demands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Demand {
    /// Exactly this value.
    Equal(String),
    /// A value that begins so.
    StartWith(String),
    /// One of these values.
    OneOf(Vec<String>),
    /// None of these values.
    NoneOf(Vec<String>),
}

/// Why an upload failed, with the facts that its words need. [`crate::text`] turns each into a message and a hint.
///
/// Values of secret fields are never among the facts.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the fields of a variant say what they are by their names"
)]
pub enum Reason {
    // ── the backend's answer ──
    /// It is parsed JSON, but no object.
    AnswerNotAnObject { found: Kind },
    /// The backend answered with HTTP 2xx, but not with JSON.
    AnswerNotJson { is_html: bool },
    /// The page's `params` function gave something that is not JSON.
    AnswerNotPlain,
    /// It holds more fields than anybody needs.
    TooManyFields { max: usize },
    /// It holds nothing that looks like upload parameters.
    NoParams,
    /// A field is missing.
    MissingField {
        name: &'static str,
        expected: Expected,
    },
    /// A field is of the wrong kind.
    WrongKind {
        name: String,
        found: Kind,
        expected: Kind,
    },
    /// A field that should hold an object key holds one that is too long for OSS.
    AnswerKeyTooLong { name: String },
    /// A field that should hold an object key holds one with a slash in front.
    AnswerKeyBeginsWithSlash { name: String },
    /// It sets `success_action_redirect`.
    AnswerRedirects,
    /// It says where to upload, but nothing in it is signed.
    Unsigned,
    /// A field that should name a bucket cannot.
    NotABucket { name: String },
    /// A field that should hold a host holds something else.
    NotAHost { name: String, flaw: AddressFlaw },
    /// A host that only Alibaba Cloud's own network reaches, and its public twin.
    InternalHost {
        name: String,
        host: String,
        public: String,
    },
    /// The id of a region where a host is due.
    RegionInPlaceOfHost { name: String, host: String },
    /// What should be a policy is not one.
    NotAPolicy,

    // ── hosts ──
    /// An address of another scheme than http and https.
    NotHttps { name: String },
    /// An address with a user name.
    AddressHasUser { name: String },
    /// An address that says http.
    PlainHttp { name: String, host: String },
    /// A host that is not in `allowedHosts`.
    HostNotAllowed { host: String },

    // ── the backend ──
    /// It refused, perhaps without a word.
    BackendRefused { refusal: Option<Refusal> },
    /// The request to the backend cannot be made.
    RequestImpossible { why: String },
    /// The page's `params` function threw.
    ParamsFunctionFailed { why: String, is_online: bool },
    /// The backend did not answer.
    BackendUnreachable { why: String, is_online: bool },
    /// The page's Content-Security-Policy forbids the backend's host.
    BackendBlockedByPage { host: String },
    /// The backend did not answer in time.
    BackendStalled { after_s: u32 },
    /// The backend's answer is longer than any that holds parameters.
    AnswerTooLong { max: u64 },

    // ── the form ──
    /// The object key is empty.
    KeyEmpty,
    /// The object key holds a control character.
    KeyHasControl { key: String },
    /// The object key begins with a slash.
    KeyBeginsWithSlash { key: String },
    /// The object key is too long.
    KeyTooLong { bytes: usize, max: usize },
    /// The page sets a field that only the backend may set.
    FieldIsSigned { name: String },
    /// The page sets `success_action_redirect`.
    PageRedirects,
    /// A metadata name that no header could have.
    MetadataName { name: String },
    /// A name that no callback variable could have.
    CallbackVarName { name: String },
    /// The page gives a content type that is none.
    NotAContentType { given: String },
    /// A text that no form field could have for its name.
    FieldName { name: String },
    /// The name of a form field is too long.
    FieldNameTooLong { max: u64 },
    /// A value that becomes a header holds a control character.
    FieldHasControl { name: String },
    /// The value of a form field is too long.
    FieldTooLong { name: String, max: u64 },
    /// All metadata together is too long.
    MetadataTooLong { max: u64 },
    /// All form fields together are too long.
    FieldsTooLong { max: u64 },
    /// File and form are larger than any form may be.
    FormTooLarge { max: u64 },

    // ── the policy, and the page's own rules ──
    /// The parameters allow one key, the page wants another.
    OtherKey { allowed: String, wanted: String },
    /// The file is larger than the policy allows.
    FileTooLarge { size: u64, max: u64 },
    /// The file is smaller than the policy allows.
    FileTooSmall { size: u64, min: u64 },
    /// The policy demands a field that is not set.
    PolicyFieldMissing { name: String },
    /// A condition of the policy is not met.
    PolicyCondition {
        subject: Subject,
        demand: Demand,
        actual: String,
    },
    /// A condition on a secret field is not met.
    PolicyOtherValue { subject: Subject },
    /// The page's own limits exclude the file.
    LimitExceeded { excess: Excess },
    /// A function of the page's refused the file.
    RefusedByPage,
    /// The backend handed out parameters that are past their expiry.
    ExpiredOnArrival,

    // ── posting ──
    /// OSS says that the policy is past its expiry.
    PolicyExpired { refusal: Refusal },
    /// OSS refused the upload.
    OssRefused { refusal: Refusal },
    /// Stored, but the callback failed.
    CallbackFailed { refusal: Option<Refusal> },
    /// Something other than OSS answered.
    NotOss { status: u16, found: Foreign },
    /// The form was redirected.
    Redirected { to: Option<String> },
    /// No answer came.
    NoAnswer { host: String, is_online: bool },
    /// The page's Content-Security-Policy forbids the host.
    BlockedByPage { host: String },
    /// No byte moved.
    Stalled { host: String, after_s: u32 },
    /// The file cannot be read.
    FileUnreadable { name: String },

    // ── verifying ──
    /// OSS stored other bytes.
    ChecksumsDiffer { stored: u64, file: u64 },
}

impl Reason {
    /// The code that programs see.
    #[must_use]
    pub const fn code(&self) -> Code {
        self.kind().0
    }

    /// The step in which it happened.
    #[must_use]
    pub const fn phase(&self) -> Phase {
        self.kind().1
    }

    const fn kind(&self) -> (Code, Phase) {
        match self {
            // A wrong bucket is no fault of the file: the parameters contradict their own policy.
            Self::PolicyCondition {
                subject: Subject::Bucket,
                ..
            } => (Code::PolicyViolation, Phase::Params),
            Self::AnswerNotAnObject { .. }
            | Self::AnswerNotJson { .. }
            | Self::AnswerNotPlain
            | Self::NoParams
            | Self::MissingField { .. }
            | Self::WrongKind { .. }
            | Self::TooManyFields { .. }
            | Self::AnswerTooLong { .. }
            | Self::InternalHost { .. }
            | Self::RegionInPlaceOfHost { .. }
            | Self::AnswerKeyTooLong { .. }
            | Self::AnswerKeyBeginsWithSlash { .. }
            | Self::AnswerRedirects
            | Self::Unsigned
            | Self::NotABucket { .. }
            | Self::NotAHost { .. }
            | Self::NotAPolicy => (Code::InvalidParams, Phase::Params),
            Self::NotHttps { .. }
            | Self::AddressHasUser { .. }
            | Self::PlainHttp { .. }
            | Self::HostNotAllowed { .. } => (Code::ForbiddenHost, Phase::Params),
            Self::BackendRefused { .. }
            | Self::RequestImpossible { .. }
            | Self::ParamsFunctionFailed { .. } => (Code::ParamsRefused, Phase::Params),
            Self::BackendUnreachable { .. } | Self::BackendBlockedByPage { .. } => {
                (Code::Network, Phase::Params)
            }
            Self::BackendStalled { .. } => (Code::Stalled, Phase::Params),
            Self::KeyEmpty
            | Self::KeyHasControl { .. }
            | Self::KeyBeginsWithSlash { .. }
            | Self::KeyTooLong { .. }
            | Self::FieldIsSigned { .. }
            | Self::PageRedirects
            | Self::MetadataName { .. }
            | Self::CallbackVarName { .. }
            | Self::NotAContentType { .. }
            | Self::FieldName { .. }
            | Self::FieldNameTooLong { .. }
            | Self::FieldHasControl { .. }
            | Self::FieldTooLong { .. }
            | Self::MetadataTooLong { .. }
            | Self::FieldsTooLong { .. } => (Code::InvalidParams, Phase::Check),
            Self::FormTooLarge { .. }
            | Self::OtherKey { .. }
            | Self::FileTooLarge { .. }
            | Self::FileTooSmall { .. }
            | Self::PolicyFieldMissing { .. }
            | Self::PolicyCondition { .. }
            | Self::PolicyOtherValue { .. }
            | Self::LimitExceeded { .. }
            | Self::RefusedByPage => (Code::PolicyViolation, Phase::Check),
            Self::ExpiredOnArrival => (Code::PolicyExpired, Phase::Check),
            Self::PolicyExpired { .. } => (Code::PolicyExpired, Phase::Post),
            Self::OssRefused { .. } => (Code::OssRefused, Phase::Post),
            Self::CallbackFailed { .. } => (Code::CallbackFailed, Phase::Post),
            Self::NotOss { .. } | Self::Redirected { .. } => (Code::InvalidResponse, Phase::Post),
            Self::NoAnswer { .. } | Self::BlockedByPage { .. } => (Code::Network, Phase::Post),
            Self::Stalled { .. } => (Code::Stalled, Phase::Post),
            Self::FileUnreadable { .. } => (Code::FileUnreadable, Phase::Post),
            Self::ChecksumsDiffer { .. } => (Code::Integrity, Phase::Verify),
        }
    }

    /// The server's own words, where it had any.
    #[must_use]
    pub const fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::BackendRefused { refusal } | Self::CallbackFailed { refusal } => refusal.as_ref(),
            Self::PolicyExpired { refusal } | Self::OssRefused { refusal } => Some(refusal),
            _ => None,
        }
    }
}
