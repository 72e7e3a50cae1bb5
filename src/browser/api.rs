//! What `src/js` calls. Private: pages see the classes and functions of `index.d.ts`.

use std::cell::RefCell;

use js_sys::{Array, Function, Promise, Uint8Array};
use talc::wasm::{WasmDynamicTalc, new_wasm_dynamic_allocator};
use wasm_bindgen::prelude::*;
use web_sys::{AbortSignal, Blob};

use super::backend::parse;
use super::chore::Callback;
use super::file::float;
use super::locale;
use super::options::UploadOptions;
use super::read_options::read_rules;
use super::report;
use super::throw;
use super::uploader::Uploader;
use crate::crc64::Crc64;
use crate::error::{Code, Error, Phase};
use crate::hints::Locale;
use crate::params::{Key, UploadParams};
use crate::policy::{Condition, Policy};
use crate::text::decimal;

#[wasm_bindgen(module = "/src/browser/shell.js")]
extern "C" {
    /// Calls `take` with all bytes, piece by piece, then with a function that wants to know their sum.
    fn digest(blob: &Blob, take: &JsValue, signal: Option<AbortSignal>) -> Promise;
    /// `undefined` where the value cannot be JSON.
    fn json(value: &JsValue) -> JsValue;
}

/// Smaller than the standard library's allocator by 4 kB (1.5 kB compressed), and faster.
#[global_allocator]
static ALLOCATOR: WasmDynamicTalc = new_wasm_dynamic_allocator();

/// The queue behind an `Uploader`.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Engine(Uploader);

#[wasm_bindgen]
impl Engine {
    /// A queue that lets `concurrency` uploads run at once.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(concurrency: u32) -> Self {
        Self(Uploader::new(concurrency as usize))
    }

    /// Adds a file. `hear(event, detail)` is called with the events of an `UploadTask`. Gives `{ pause, resume, watch,
    /// abort }`, of use until the end.
    #[must_use]
    pub fn add(
        &self,
        file: Blob,
        options: &JsValue,
        priority: i32,
        shares_params: bool,
        watched: bool,
        hear: Function,
    ) -> JsValue {
        let mut options = UploadOptions::read(options);
        options.watched = watched;
        let report = move |reported| {
            let (event, detail) = report::event(reported);
            // It is ours and never throws.
            let _ = hear.call2(&JsValue::UNDEFINED, &JsValue::from_str(event), &detail);
        };
        let handle = self.0.add(file, options, priority, shares_params, report);
        handle.to_js()
    }

    /// Starts no upload until it is called with `false`.
    #[wasm_bindgen(js_name = setHalted)]
    pub fn set_halted(&self, halted: bool) {
        self.0.set_halted(halted);
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
    let conditions = Array::new();
    for item in policy.conditions() {
        conditions.push(&condition(item));
    }
    Ok(report::policy(ms(policy.expiration_ms()), &conditions))
}

/// `normalizeParams` of index.d.ts.
#[wasm_bindgen(js_name = normalizeParams)]
#[expect(clippy::missing_errors_doc, reason = "documented in index.d.ts")]
pub fn normalize_params(answer: &JsValue, options: &JsValue) -> Result<JsValue, JsValue> {
    let read = match parse(&json(answer)) {
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
    let mut names = Vec::new();
    for (name, _) in params.fields() {
        names.push(name.as_str());
    }
    Ok(report::params(
        params.url(),
        params.bucket(),
        key,
        dir,
        params.signature_version().as_str(),
        &report::texts(&names),
        params.expires_at_ms().map(ms),
    ))
}

/// `crc64` of index.d.ts.
#[wasm_bindgen]
pub fn crc64(blob: &Blob, signal: Option<AbortSignal>) -> Promise {
    let sum = RefCell::new(Some(Crc64::new()));
    let take: Callback = Closure::wrap(Box::new(move |value: JsValue| {
        if let Some(tell) = value.dyn_ref::<Function>() {
            let sum = sum.take().map(|sum| decimal(sum.finish()));
            // It is a promise's own and never throws.
            let _ = tell.call1(&JsValue::UNDEFINED, &sum.into());
        } else if let Some(sum) = sum.borrow_mut().as_mut() {
            sum.update(&value.unchecked_into::<Uint8Array>().to_vec());
        }
    }));
    digest(blob, &take.into_js_value(), signal)
}

fn condition(condition: &Condition) -> JsValue {
    match condition {
        Condition::Eq(field, value) => report::condition("eq", field, value),
        Condition::StartsWith(field, value) => report::condition("starts-with", field, value),
        Condition::In(field, values) => report::list("in", field, &list(values)),
        Condition::NotIn(field, values) => report::list("not-in", field, &list(values)),
        Condition::ContentLengthRange(min, max) => report::range(float(*min), float(*max)),
    }
}

fn list(values: &[String]) -> JsValue {
    let mut texts = Vec::new();
    for value in values {
        texts.push(value.as_str());
    }
    report::texts(&texts)
}

#[expect(clippy::cast_precision_loss, reason = "times are below 2^53 ms")]
fn ms(unix_ms: i64) -> f64 {
    unix_ms as f64
}
