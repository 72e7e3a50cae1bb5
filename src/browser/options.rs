//! What the caller of an upload wants.

use std::fmt;

use js_sys::Function;
use web_sys::AbortSignal;

use crate::file::Limits;
use crate::form::{Extras, Pair};
use crate::params::ParamsRules;
use crate::text::Locale;
use crate::upload::retry::RetryPolicy;

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
        Self::Request(ParamsRequest::new(&url.into()))
    }
}

/// A request to the backend; `fileName`, `size` and `type` are added to its query.
///
/// ```no_run
/// # use oss_direct_upload::browser::{ParamsRequest, ParamsSource, UploadOptions};
/// let request = ParamsRequest::new("/api/upload-params")
///     .header("Accept-Language", "zh-CN")
///     .query("album", "summer");
/// let options = UploadOptions::new(ParamsSource::Request(request));
/// ```
// Its `Debug` output leaves out what may be secret.
#[derive(Clone, PartialEq, Eq)]
#[must_use]
pub struct ParamsRequest {
    pub(crate) url: String,
    pub(crate) method: Option<String>,
    pub(crate) headers: Vec<Pair>,
    pub(crate) credentials: Option<String>,
    pub(crate) query: Vec<Pair>,
    pub(crate) body: Option<String>,
}

impl ParamsRequest {
    /// `GET url`, where `url` is relative to the page, or absolute.
    pub fn new(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            method: None,
            headers: Vec::new(),
            credentials: None,
            query: Vec::new(),
            body: None,
        }
    }

    /// Another method than `GET`, or `POST` when there is a body.
    pub fn method(mut self, method: &str) -> Self {
        self.method = Some(method.to_owned());
        self
    }

    /// A header. The last one of a name counts.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push(Pair::new(name, value));
        self
    }

    /// `omit`, `same-origin` (when not given) or `include`.
    pub fn credentials(mut self, credentials: &str) -> Self {
        self.credentials = Some(credentials.to_owned());
        self
    }

    /// A further name and value of the query.
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.query.push(Pair::new(name, value));
        self
    }

    /// The body as it is sent.
    pub fn body(mut self, body: &str) -> Self {
        self.body = Some(body.to_owned());
        self
    }
}

impl fmt::Debug for ParamsRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ParamsRequest")
            .field(
                "url",
                &self.url.split(['?', '#']).next().unwrap_or_default(),
            )
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}

/// The object key that the caller wants.
#[derive(Clone, Debug, Default)]
pub enum Key {
    /// The parameters' own; under a prefix, one that never collides.
    #[default]
    Default,
    /// This one; under a prefix, the prefix is put in front where it is missing.
    Fixed(String),
    /// What a JavaScript function makes of `({ name, size, type }, dir)`, or a promise of it.
    Function(Function),
}

/// What the caller refuses, beside what the signed policy does.
#[derive(Clone, Debug)]
pub enum Validate {
    /// By size and type.
    Limits(Limits),
    /// By a JavaScript function that throws or returns `false`, or a promise that rejects or gives `false`.
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
    /// Milliseconds without a byte after which an attempt has failed, and without an answer of the backend; 0: never.
    pub stall_timeout_ms: u32,
    /// Milliseconds that the upload waits while the browser says that it is offline.
    pub offline_timeout_ms: u32,
    /// Compare the file's checksum with the one OSS computed.
    pub verify: bool,
    /// What is refused before anything is asked or sent.
    pub validate: Option<Validate>,
    /// Language of messages and hints.
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
            offline_timeout_ms: 600_000,
            verify: true,
            validate: None,
            locale: Locale::En,
        }
    }

    /// The rules, with what the other options add to them.
    pub(super) fn rules(&self) -> ParamsRules {
        ParamsRules {
            page_has_key: !matches!(self.key, Key::Default),
            ..self.rules.clone()
        }
    }
}
