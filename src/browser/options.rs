//! What the caller of an upload wants.

use js_sys::Function;
use web_sys::AbortSignal;

use crate::form::Extras;
use crate::hints::Locale;
use crate::params::ParamsRules;
use crate::retry::RetryPolicy;
use crate::validate::Limits;

/// Where upload parameters come from.
#[derive(Clone, Debug)]
pub enum ParamsSource {
    /// A request to the backend.
    Request(ParamsRequest),
    /// A JavaScript function, called with `{ file, attempt, reason, signal }`, that returns the backend's answer as
    /// parsed JSON, or a promise of it.
    Function(Function),
}

impl ParamsSource {
    /// `GET url?fileName=…&size=…&type=…`, with credentials for the same origin only.
    #[must_use]
    pub fn url(url: impl Into<String>) -> Self {
        Self::Request(ParamsRequest {
            url: url.into(),
            ..ParamsRequest::default()
        })
    }
}

/// A request to the backend; `fileName`, `size` and `type` are added to its query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParamsRequest {
    /// Relative to the page, or absolute.
    pub url: String,
    /// `GET`, or `POST` when there is a body, unless it is given.
    pub method: Option<String>,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// `omit`, `same-origin` (when not given) or `include`.
    pub credentials: Option<String>,
    /// Further names and values of the query.
    pub query: Vec<(String, String)>,
    /// The body as it is sent.
    pub body: Option<String>,
}

/// The object key that the caller wants.
#[derive(Clone, Debug, Default)]
pub enum Key {
    /// The parameters' own; under a prefix, one that never collides.
    #[default]
    Default,
    /// This one; under a prefix, the prefix is put in front where it is missing.
    Fixed(String),
    /// What a JavaScript function makes of `({ name, size, type }, dir)`.
    Function(Function),
}

/// What the caller refuses, beside what the signed policy does.
#[derive(Clone, Debug)]
pub enum Validate {
    /// By size and type.
    Limits(Limits),
    /// By a JavaScript function that throws, or returns a promise that rejects.
    Function(Function),
}

/// Everything about an upload but the file.
#[derive(Clone, Debug)]
pub struct UploadOptions {
    /// Where upload parameters come from.
    pub params: ParamsSource,
    /// Which parameters are accepted.
    pub rules: ParamsRules,
    /// The object key.
    pub key: Key,
    /// Further parts of the form. Its `key` is set from [`UploadOptions::key`].
    pub extras: Extras,
    /// Ends the upload with its reason.
    pub signal: Option<AbortSignal>,
    /// Count the bytes that are sent. The browser then asks OSS for permission first (CORS preflight).
    pub watched: bool,
    /// How failures are repeated.
    pub retry: RetryPolicy,
    /// Milliseconds without a byte after which an attempt has failed; 0: never.
    pub stall_timeout_ms: u32,
    /// Compare the file's checksum with the one OSS computed.
    pub verify: bool,
    /// What is refused before anything is asked or sent.
    pub validate: Option<Validate>,
    /// Language of hints.
    pub locale: Locale,
}

impl UploadOptions {
    /// The defaults, with these parameters.
    #[must_use]
    pub fn new(params: ParamsSource) -> Self {
        Self {
            params,
            rules: ParamsRules::default(),
            key: Key::Default,
            extras: Extras::default(),
            signal: None,
            watched: false,
            retry: RetryPolicy::default(),
            stall_timeout_ms: 30_000,
            verify: true,
            validate: None,
            locale: Locale::En,
        }
    }
}
