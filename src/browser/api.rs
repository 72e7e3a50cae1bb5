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

#[wasm_bindgen]
extern "C" {
    /// A file for the queue: all options of its upload, and these.
    type Entry;
    #[wasm_bindgen(method, getter)]
    fn file(this: &Entry) -> Blob;
    /// `NaN` where none is given.
    #[wasm_bindgen(method, getter)]
    fn priority(this: &Entry) -> f64;
    #[wasm_bindgen(method, getter, js_name = sharesParams)]
    fn shares_params(this: &Entry) -> bool;
    #[wasm_bindgen(method, getter, js_name = isObserved)]
    fn is_observed(this: &Entry) -> bool;
    /// Is told the events of an `UploadTask`. It is ours and never throws.
    #[wasm_bindgen(method)]
    fn hear(this: &Entry, event: &str, detail: &JsValue);
}

/// Smaller than the standard library's allocator by 4 kB (1.5 kB compressed), and faster.
#[global_allocator]
static ALLOCATOR: WasmDynamicTalc = new_wasm_dynamic_allocator();

/// The queue behind an `Uploader`, which lets `concurrency` uploads run at once: a function that JavaScript collects.
///
/// Called with `'pause'` it starts no upload until it is called with `'resume'`. Called with an entry it adds a file,
/// and gives the function that steers its upload.
#[wasm_bindgen]
#[must_use]
pub fn queue(concurrency: f64) -> JsValue {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the cast saturates, which is what is wanted of Infinity"
    )]
    let uploader = Uploader::new(concurrency as usize);
    let take: Callback = Closure::wrap(Box::new(move |asked: JsValue| match asked.as_string() {
        Some(word) => {
            uploader.set_halted(word == "pause");
            JsValue::UNDEFINED
        }
        None => add(&uploader, asked.unchecked_into()),
    }));
    take.into_js_value()
}

fn add(uploader: &Uploader, entry: Entry) -> JsValue {
    let mut options = UploadOptions::read(&entry);
    options.watched = entry.is_observed();
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the cast saturates, and makes 0 of NaN"
    )]
    let priority = entry.priority() as i32;
    let (file, shares_params) = (entry.file(), entry.shares_params());
    let report = move |reported| {
        let (event, detail) = report::event(reported);
        entry.hear(event, &detail);
    };
    uploader
        .add(file, options, priority, shares_params, report)
        .to_js()
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
        JsValue::UNDEFINED
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
