//! What pages get to know, with the names of `index.d.ts`. What is not known is not there.

use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

use crate::browser::{Attempt, Locale, Snapshot, Words, number::float, words};
use crate::error::Error;
use crate::upload::Outcome;

/// `UploadProgress`.
#[derive(Serialize)]
pub(super) struct ProgressEvent {
    loaded: u64,
    total: u64,
    ratio: f64,
    speed: f64,
    /// Null while it is unknown.
    eta: Option<f64>,
    state: &'static str,
    attempt: u32,
}

impl From<Snapshot> for ProgressEvent {
    fn from(snapshot: Snapshot) -> Self {
        let ratio = match snapshot.total {
            0 => 1.0,
            total => float(snapshot.loaded) / float(total),
        };
        Self {
            loaded: snapshot.loaded,
            total: snapshot.total,
            ratio,
            speed: snapshot.speed,
            eta: snapshot.eta_ms,
            state: snapshot.state.as_str(),
            attempt: snapshot.attempt,
        }
    }
}

/// `UploadAttempt`, with a [`Failure`] for its error.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AttemptEvent<'a> {
    attempt: u32,
    elapsed: i64,
    sent: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Failure<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_delay: Option<u64>,
}

impl<'a> AttemptEvent<'a> {
    pub(super) fn new(attempt: &'a Attempt, locale: Locale) -> Self {
        let failure = |error| Failure::new(error, None, locale);
        Self {
            attempt: attempt.number,
            elapsed: attempt.elapsed_ms,
            sent: attempt.sent,
            error: attempt.error.as_ref().map(failure),
            retry_delay: attempt.retry_delay_ms,
        }
    }
}

/// `UploadResult`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct UploadResult<'a> {
    key: &'a str,
    bucket: &'a str,
    url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    etag: Option<&'a str>,
    /// As text: a number of JavaScript's does not hold 64 bits.
    #[serde(skip_serializing_if = "Option::is_none")]
    crc64: Option<String>,
    verified: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version_id: Option<&'a str>,
    status: u16,
    #[serde(
        skip_serializing_if = "JsValue::is_undefined",
        with = "serde_wasm_bindgen::preserve"
    )]
    callback: JsValue,
    attempts: u32,
    elapsed: i64,
}

impl<'a> UploadResult<'a> {
    pub(super) fn new(outcome: &'a Outcome, elapsed_ms: i64) -> Self {
        let uploaded = &outcome.uploaded;
        Self {
            key: &outcome.object.key,
            bucket: outcome.object.bucket.as_deref().unwrap_or_default(),
            url: &outcome.object.url,
            etag: uploaded.etag.as_deref(),
            crc64: outcome.crc64.map(|crc64| crc64.to_string()),
            verified: outcome.verified,
            request_id: uploaded.request_id.as_deref(),
            version_id: uploaded.version_id.as_deref(),
            status: uploaded.status,
            callback: uploaded
                .callback
                .as_deref()
                .map_or(JsValue::UNDEFINED, parsed),
            attempts: outcome.posts,
            elapsed: elapsed_ms,
        }
    }
}

/// Whatever the application server answered: JSON, or something else.
fn parsed(body: &str) -> JsValue {
    js_sys::JSON::parse(body).unwrap_or_else(|_| body.into())
}

/// `UploadErrorDetails`, and the message: what `src/js` makes an `UploadError` of.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Failure<'a> {
    code: &'static str,
    phase: &'static str,
    message: String,
    hint: String,
    retryable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    oss: Option<Refusal<'a>>,
    /// Where the file is, when it is stored all the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bucket: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(
        skip_serializing_if = "JsValue::is_undefined",
        with = "serde_wasm_bindgen::preserve"
    )]
    cause: JsValue,
}

/// `OssRefusal`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Refusal<'a> {
    code: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ec: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    host_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recommend_doc: Option<&'a str>,
}

impl<'a> Failure<'a> {
    /// `cause` is what the page's own code, or `fetch`, threw.
    pub(super) fn new(error: &'a Error, cause: Option<JsValue>, locale: Locale) -> Self {
        let Words { message, hint } = words(error, locale);
        let refusal = error.refusal().map(|refusal| Refusal {
            code: &refusal.code,
            message: &refusal.message,
            ec: refusal.ec.as_deref(),
            host_id: refusal.host_id.as_deref(),
            recommend_doc: refusal.recommend_doc.as_deref(),
        });
        let object = error.object.as_deref();
        Self {
            code: error.code().as_str(),
            phase: error.phase().as_str(),
            message,
            hint,
            retryable: error.retryable,
            status: error.status,
            request_id: error.request_id.as_deref(),
            oss: refusal,
            key: object.map(|object| object.key.as_str()),
            bucket: object.and_then(|object| object.bucket.as_deref()),
            url: object.map(|object| object.url.as_str()),
            cause: cause.unwrap_or_default(),
        }
    }
}

/// A plain object.
pub(super) fn to_js(value: &impl Serialize) -> JsValue {
    // Whole numbers become numbers, and nothing here fails to serialize.
    let serializer = Serializer::new().serialize_missing_as_null(true);
    value.serialize(&serializer).unwrap_or_default()
}
