//! What the caller of an upload wants.
//!
//! Options that come from JavaScript were checked by `src/js/options.js`, which can refuse them before this module is
//! loaded. Whatever is of the wrong type all the same counts as not given.

use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use super::backend::parse;
use super::file::whole;
use crate::form::Extras;
use crate::hints::Locale;
use crate::json::Json;
use crate::params::ParamsRules;
use crate::retry::RetryPolicy;
use crate::validate::Limits;

#[wasm_bindgen(module = "/src/browser/objects.js")]
extern "C" {
    fn data(options: &JsValue) -> JsValue;
    #[wasm_bindgen(js_name = rulesOf)]
    fn rules_of(options: &JsValue) -> JsValue;
    #[wasm_bindgen(js_name = functionOf)]
    fn function_of(options: &JsValue, name: &str) -> Option<Function>;
}

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
        let data = parse(&data(from)).unwrap_or(Json::Null);
        let part = |name| data.get(name).unwrap_or(&Json::Null);
        let mut options = Self::new(match function_of(from, "params") {
            Some(function) => ParamsSource::Function(function),
            None => ParamsSource::Request(request(part("params"))),
        });
        options.rules = rules(&data);
        options.key = match function_of(from, "key") {
            Some(function) => Key::Function(function),
            None => text(&data, "key").map_or(Key::Default, Key::Fixed),
        };
        options.extras = Extras {
            key: None,
            content_type: text(&data, "contentType"),
            fields: record(&data, "fields"),
            metadata: record(&data, "metadata"),
            callback_vars: record(&data, "callbackVars"),
        };
        options.retry = match part("retry") {
            Json::Bool(false) => RetryPolicy::NEVER,
            retry => {
                let default = options.retry;
                RetryPolicy {
                    attempts: count(retry, "attempts").unwrap_or(default.attempts),
                    min_delay_ms: count(retry, "minDelay").unwrap_or(default.min_delay_ms),
                    max_delay_ms: count(retry, "maxDelay").unwrap_or(default.max_delay_ms),
                }
            }
        };
        if let Some(ms) = count(&data, "stallTimeout") {
            options.stall_timeout_ms = ms;
        }
        options.verify = !is(&data, "verify", false);
        options.validate = match (function_of(from, "validate"), part("validate")) {
            (Some(function), _) => Some(Validate::Function(function)),
            (None, limits @ Json::Object(_)) => Some(Validate::Limits(Limits {
                min_size: number(limits, "minSize").map(whole),
                max_size: number(limits, "maxSize").map(whole),
                accept: texts(limits, "accept").unwrap_or_default(),
            })),
            _ => None,
        };
        if data.get("locale").and_then(Json::as_str) == Some("zh-CN") {
            options.locale = Locale::ZhCn;
        }
        options
    }
}

/// The rules for parameters that `normalizeParams` takes.
pub(crate) fn read_rules(from: &JsValue) -> ParamsRules {
    rules(&parse(&rules_of(from)).unwrap_or(Json::Null))
}

fn rules(data: &Json) -> ParamsRules {
    ParamsRules {
        allowed_hosts: texts(data, "allowedHosts"),
        anonymous: is(data, "anonymous", true),
    }
}

fn request(data: &Json) -> ParamsRequest {
    ParamsRequest {
        url: text(data, "url").unwrap_or_default(),
        method: text(data, "method"),
        headers: record(data, "headers"),
        credentials: text(data, "credentials"),
        query: record(data, "query"),
        body: text(data, "body"),
    }
}

fn text(of: &Json, name: &str) -> Option<String> {
    of.get(name)?.as_str().map(String::from)
}

fn texts(of: &Json, name: &str) -> Option<Vec<String>> {
    let Json::Array(items) = of.get(name)? else {
        return None;
    };
    let mut texts = Vec::new();
    for item in items {
        if let Some(text) = item.as_str() {
            texts.push(String::from(text));
        }
    }
    Some(texts)
}

fn record(of: &Json, name: &str) -> Vec<(String, String)> {
    let mut record = Vec::new();
    if let Some(Json::Object(entries)) = of.get(name) {
        for (name, value) in entries {
            if let Some(value) = value.as_str() {
                record.push((name.clone(), String::from(value)));
            }
        }
    }
    record
}

fn number(of: &Json, name: &str) -> Option<f64> {
    match of.get(name)? {
        Json::Number(number) => Some(*number),
        _ => None,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, which is what is wanted of huge numbers"
)]
fn count(of: &Json, name: &str) -> Option<u32> {
    number(of, name).map(|number| number as u32)
}

fn is(of: &Json, name: &str, value: bool) -> bool {
    matches!(of.get(name), Some(Json::Bool(own)) if *own == value)
}
