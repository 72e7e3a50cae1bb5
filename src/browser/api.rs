//! What `src/js` calls. Private: pages see the classes and functions of `index.d.ts`.

use js_sys::{Array, Date, Function, JSON, Promise};
use talc::wasm::{WasmDynamicTalc, new_wasm_dynamic_allocator};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;
use web_sys::{AbortSignal, Blob};

use super::abort;
use super::backend::{float, to_json};
use super::checksum;
use super::job::{Attempt, Ending, Report, Snapshot};
use super::locale;
use super::object::{Fields, strings};
use super::options::{UploadOptions, read_rules};
use super::throw;
use super::uploader::{UploadHandle, Uploader};
use crate::error::{Code, Error, Phase};
use crate::hints::Locale;
use crate::params::{Key, UploadParams};
use crate::policy::{Condition, Policy};
use crate::upload::Outcome;

/// Smaller than the standard library's allocator by 4 kB (1.5 kB compressed), and faster.
#[global_allocator]
static ALLOCATOR: WasmDynamicTalc = new_wasm_dynamic_allocator();

/// The queue behind an `Uploader`.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Engine(Uploader);

/// The upload behind an `UploadTask`.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Handle(UploadHandle);

#[wasm_bindgen]
impl Engine {
    /// A queue that lets `concurrency` uploads run at once.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(concurrency: u32) -> Self {
        Self(Uploader::new(concurrency as usize))
    }

    /// Adds a file. `report(event, detail)` is called with the events of an `UploadTask`.
    #[must_use]
    pub fn add(
        &self,
        file: Blob,
        options: &JsValue,
        priority: i32,
        shares_params: bool,
        watched: bool,
        report: Function,
    ) -> Handle {
        let mut options = UploadOptions::read(options);
        options.watched = watched;
        Handle(
            self.0
                .add(file, options, priority, shares_params, move |reported| {
                    let (event, detail) = event(reported);
                    // It is ours and never throws.
                    let _ = report.call2(&JsValue::UNDEFINED, &JsValue::from_str(event), &detail);
                }),
        )
    }

    /// Starts no upload until it is called with `false`.
    #[wasm_bindgen(js_name = setHalted)]
    pub fn set_halted(&self, halted: bool) {
        self.0.set_halted(halted);
    }
}

#[wasm_bindgen]
impl Handle {
    /// Lets it rest.
    pub fn pause(&self) {
        self.0.pause();
    }

    /// Lets it go on when its turn comes.
    pub fn resume(&self) {
        self.0.resume();
    }

    /// Gives it up.
    pub fn abort(&self, reason: JsValue) {
        self.0.abort(reason);
    }

    /// Counts the bytes of attempts that are still to begin.
    pub fn watch(&self) {
        self.0.watch();
    }
}

/// Brings the Chinese texts of hints, which are a file of their own.
#[wasm_bindgen(js_name = learnChinese)]
pub fn learn_chinese(texts: String) {
    locale::learn_chinese(texts);
}

/// `parsePolicy` of index.d.ts.
#[wasm_bindgen(js_name = parsePolicy)]
#[expect(clippy::missing_errors_doc, reason = "documented in index.d.ts")]
pub fn parse_policy(base64: &str) -> Result<JsValue, JsValue> {
    let policy = Policy::decode(base64).ok_or_else(|| {
        let message =
            "This is not a policy: it does not decode, or lacks its expiration or conditions.";
        throw::to_js(
            &Error::new(Code::InvalidParams, Phase::Params, message),
            None,
        )
    })?;
    let conditions: Array = policy.conditions().iter().map(condition).collect();
    Ok(Fields::new()
        .set("expiration", iso(policy.expiration_ms()))
        .set("conditions", conditions)
        .done())
}

/// `normalizeParams` of index.d.ts.
#[wasm_bindgen(js_name = normalizeParams)]
#[expect(clippy::missing_errors_doc, reason = "documented in index.d.ts")]
pub fn normalize_params(answer: &JsValue, options: &JsValue) -> Result<JsValue, JsValue> {
    let read = match to_json(answer) {
        Some(answer) => UploadParams::read(&answer, &read_rules(options)),
        None => Err(Error::new(
            Code::InvalidParams,
            Phase::Params,
            "This is not a backend's answer as parsed JSON.",
        )),
    };
    let params =
        read.map_err(|error| throw::to_js(&throw::with_hint(error, Locale::En, ""), None))?;
    let (key, dir) = match params.key() {
        Key::Fixed(key) => (Some(key.as_str()), None),
        Key::Prefix(dir) => (None, Some(dir.as_str())),
    };
    let names = params.fields().iter().map(|(name, _)| name.as_str());
    let names: Vec<&str> = names.collect();
    Ok(Fields::new()
        .set("url", params.url())
        .set_some("bucket", params.bucket())
        .set_some("key", key)
        .set_some("dir", dir)
        .set("signatureVersion", params.signature_version().as_str())
        .set("fields", strings(&names))
        .set_some("expiration", params.expires_at_ms().map(iso))
        .done())
}

/// `crc64` of index.d.ts.
#[wasm_bindgen]
pub fn crc64(blob: Blob, signal: Option<AbortSignal>) -> Promise {
    future_to_promise(async move {
        let crc64 = abort::until(signal.as_ref(), checksum::crc64(&blob)).await?;
        Ok(crc64.to_string().into())
    })
}

/// The event of an `UploadTask`, and its detail.
fn event(report: Report) -> (&'static str, JsValue) {
    match report {
        Report::State(state) => ("statechange", state.as_str().into()),
        Report::Progress(snapshot) => ("progress", progress(&snapshot)),
        Report::Attempt(attempt) => ("attempt", ended_attempt(&attempt)),
        Report::Ended(Ending::Done {
            outcome,
            elapsed_ms,
        }) => ("done", result(&outcome, elapsed_ms)),
        Report::Ended(Ending::Failed { error, cause }) => {
            ("error", throw::to_js(&error, cause.as_ref()))
        }
        Report::Ended(Ending::Refused(thrown)) => ("error", thrown),
        Report::Ended(Ending::Aborted(reason)) => ("abort", reason),
    }
}

fn progress(snapshot: &Snapshot) -> JsValue {
    let (loaded, total) = (float(snapshot.loaded), float(snapshot.total));
    Fields::new()
        .set("loaded", loaded)
        .set("total", total)
        .set(
            "ratio",
            if snapshot.total == 0 {
                1.0
            } else {
                loaded / total
            },
        )
        .set("speed", snapshot.speed)
        .set("eta", snapshot.eta_ms.map_or(JsValue::NULL, JsValue::from))
        .set("state", snapshot.state.as_str())
        .set("attempt", snapshot.attempt)
        .done()
}

fn ended_attempt(attempt: &Attempt) -> JsValue {
    let error = attempt.error.as_ref();
    Fields::new()
        .set("attempt", attempt.number)
        .set("elapsed", milliseconds(attempt.elapsed_ms))
        .set("sent", float(attempt.sent))
        .set_some("error", error.map(|error| throw::to_js(error, None)))
        .set_some("retryDelay", attempt.retry_delay_ms.map(float))
        .done()
}

fn result(outcome: &Outcome, elapsed_ms: i64) -> JsValue {
    let uploaded = &outcome.uploaded;
    let callback = uploaded.callback.as_deref();
    let callback = callback.map(|body| JSON::parse(body).unwrap_or_else(|_| body.into()));
    Fields::new()
        .set("key", outcome.key.as_str())
        .set("bucket", outcome.bucket.as_deref().unwrap_or_default())
        .set("url", outcome.url.as_str())
        .set_some("etag", uploaded.etag.as_deref())
        .set_some("crc64", outcome.crc64.map(|crc64| crc64.to_string()))
        .set("verified", outcome.verified)
        .set_some("requestId", uploaded.request_id.as_deref())
        .set_some("versionId", uploaded.version_id.as_deref())
        .set("status", uploaded.status)
        .set_some("callback", callback)
        .set("attempts", outcome.posts)
        .set("elapsed", milliseconds(elapsed_ms))
        .done()
}

fn condition(condition: &Condition) -> JsValue {
    let fields = Fields::new();
    match condition {
        Condition::Eq(field, value) => fields
            .set("operator", "eq")
            .set("field", field.as_str())
            .set("value", value.as_str()),
        Condition::StartsWith(field, value) => fields
            .set("operator", "starts-with")
            .set("field", field.as_str())
            .set("value", value.as_str()),
        Condition::In(field, values) => fields
            .set("operator", "in")
            .set("field", field.as_str())
            .set("values", strings(values)),
        Condition::NotIn(field, values) => fields
            .set("operator", "not-in")
            .set("field", field.as_str())
            .set("values", strings(values)),
        Condition::ContentLengthRange(min, max) => fields
            .set("operator", "content-length-range")
            .set("min", float(*min))
            .set("max", float(*max)),
    }
    .done()
}

/// Clocks may be set back.
fn milliseconds(elapsed: i64) -> f64 {
    float(u64::try_from(elapsed).unwrap_or(0))
}

#[expect(clippy::cast_precision_loss, reason = "times are below 2^53 ms")]
fn iso(unix_ms: i64) -> JsValue {
    let date = Date::new(&JsValue::from_f64(unix_ms as f64));
    // Throws for years that no calendar has.
    if date.get_time().is_finite() {
        date.to_iso_string().into()
    } else {
        JsValue::NULL
    }
}
