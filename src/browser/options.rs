//! What the caller of an upload wants.
//!
//! Options that come from JavaScript were checked by `src/js/options.js`, which can refuse them before this module is
//! loaded. Whatever is of the wrong type all the same counts as not given.

use js_sys::{Function, JSON};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortSignal, Blob, File};

use super::object::{get, get_record, get_string, get_strings};
use crate::file::FileFacts;
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

    /// Reads the options of the JavaScript interface, `signal` and callbacks excepted.
    pub(crate) fn read(from: &JsValue) -> Self {
        let mut options = Self::new(read_source(&get(from, "params")));
        options.rules = read_rules(from);
        options.key = match get(from, "key").dyn_into::<Function>() {
            Ok(function) => Key::Function(function),
            Err(key) => key.as_string().map_or(Key::Default, Key::Fixed),
        };
        options.extras = Extras {
            key: None,
            content_type: get_string(from, "contentType"),
            fields: get_record(from, "fields"),
            metadata: get_record(from, "metadata"),
            callback_vars: get_record(from, "callbackVars"),
        };
        options.retry = read_retry(&get(from, "retry"));
        if let Some(ms) = get_count(from, "stallTimeout") {
            options.stall_timeout_ms = ms;
        }
        options.verify = get(from, "verify").as_bool().unwrap_or(true);
        options.validate = read_validate(get(from, "validate"));
        options.locale = match get_string(from, "locale").as_deref() {
            Some("zh-CN") => Locale::ZhCn,
            _ => Locale::En,
        };
        options
    }
}

/// The rules for parameters, also those of `normalizeParams`.
pub(crate) fn read_rules(from: &JsValue) -> ParamsRules {
    ParamsRules {
        allowed_hosts: get_strings(from, "allowedHosts"),
        anonymous: get(from, "anonymous").as_bool().unwrap_or(false),
    }
}

/// The facts that the core knows of a file.
pub(crate) fn facts_of(file: &Blob) -> FileFacts {
    FileFacts {
        // A blob has no name; this is the one that FormData gives it.
        name: file
            .dyn_ref::<File>()
            .map_or_else(|| "blob".to_owned(), File::name),
        size: whole(file.size()),
        content_type: file.type_(),
    }
}

fn read_source(params: &JsValue) -> ParamsSource {
    if let Some(function) = params.dyn_ref::<Function>() {
        return ParamsSource::Function(function.clone());
    }
    if let Some(url) = params.as_string() {
        return ParamsSource::url(url);
    }
    if let Some(url) = get_string(params, "href") {
        return ParamsSource::url(url);
    }
    let mut headers = get_record(params, "headers");
    let body = get(params, "body");
    let body = if body.is_object() {
        if !headers
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case("content-type"))
        {
            headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
        }
        JSON::stringify(&body).ok().map(String::from)
    } else {
        body.as_string()
    };
    ParamsSource::Request(ParamsRequest {
        url: get_string(params, "url").unwrap_or_default(),
        method: get_string(params, "method"),
        headers,
        credentials: get_string(params, "credentials"),
        query: get_record(params, "query"),
        body,
    })
}

fn read_retry(retry: &JsValue) -> RetryPolicy {
    if retry.as_bool() == Some(false) {
        return RetryPolicy::NEVER;
    }
    let default = RetryPolicy::default();
    RetryPolicy {
        attempts: get_count(retry, "attempts").unwrap_or(default.attempts),
        min_delay_ms: get_count(retry, "minDelay").unwrap_or(default.min_delay_ms),
        max_delay_ms: get_count(retry, "maxDelay").unwrap_or(default.max_delay_ms),
    }
}

fn read_validate(validate: JsValue) -> Option<Validate> {
    if !validate.is_object() && !validate.is_function() {
        return None;
    }
    Some(match validate.dyn_into::<Function>() {
        Ok(function) => Validate::Function(function),
        Err(limits) => Validate::Limits(Limits {
            min_size: get(&limits, "minSize").as_f64().map(whole),
            max_size: get(&limits, "maxSize").as_f64().map(whole),
            accept: get_strings(&limits, "accept").unwrap_or_default(),
        }),
    })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, which is what is wanted of Infinity"
)]
fn get_count(of: &JsValue, name: &str) -> Option<u32> {
    get(of, name).as_f64().map(|number| number as u32)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sizes are whole numbers below 2^53, and the cast saturates"
)]
fn whole(number: f64) -> u64 {
    number as u64
}
