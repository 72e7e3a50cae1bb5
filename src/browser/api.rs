//! What `src/js` calls. Private: pages see the classes and functions of `index.d.ts`.

#![expect(
    clippy::needless_pass_by_value,
    reason = "what JavaScript lends takes more glue"
)]

use std::cell::RefCell;

use js_sys::{Promise, Uint8Array};
use talc::wasm::{WasmDynamicTalc, new_wasm_dynamic_allocator};
use wasm_bindgen::prelude::*;
use web_sys::Blob;

use super::backend::parse;
use super::chore::Callback;
use super::failure;
use super::list::List;
use super::options::UploadOptions;
use super::read_options::read_rules;
use super::report;
use super::uploader::Uploader;
use crate::crc64::Crc64;
use crate::error::{Code, Error, Phase};
use crate::json::Json;
use crate::params::{Key, UploadParams};
use crate::policy::{Condition, Policy};
use crate::text::decimal;

#[wasm_bindgen(module = "/src/browser/shell.js")]
extern "C" {
    /// Calls `take` with all bytes, piece by piece, then with a word: it gives their sum.
    fn digest(blob: &Blob, take: &JsValue, signal: &JsValue) -> Promise;
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

/// For `parsePolicy` of index.d.ts: a list of when it ends, then the parts of each condition. Or a failure, given
/// because to throw takes more glue.
#[wasm_bindgen(js_name = parsePolicy)]
#[must_use]
pub fn parse_policy(base64: JsValue) -> JsValue {
    let text = base64.as_string().unwrap_or_default();
    let Some(policy) = Policy::decode(&text) else {
        return failed(&invalid(say!(
            "This is not a policy: it does not decode, or lacks its expiration or conditions."
        )));
    };
    let mut list = expiring(Some(policy.expiration_ms()));
    for condition in policy.conditions() {
        list = list.with(match condition {
            Condition::Eq(field, value) => part("eq").with(field).with(value),
            Condition::StartsWith(field, value) => part("starts-with").with(field).with(value),
            Condition::In(field, values) => choice("in", field, values),
            Condition::NotIn(field, values) => choice("not-in", field, values),
            Condition::ContentLengthRange(min, max) => part("content-length-range")
                .with(decimal(*min))
                .with(decimal(*max)),
        });
    }
    list.into()
}

/// For `normalizeParams` of index.d.ts, of two texts of JSON: a list of when they end, what they say, and the names of
/// their fields. Or a failure.
#[wasm_bindgen(js_name = normalizeParams)]
#[must_use]
pub fn normalize_params(answer: JsValue, rules: JsValue) -> JsValue {
    let rules = read_rules(&parse(&rules).unwrap_or(Json::Null));
    let read = match parse(&answer) {
        Some(answer) => UploadParams::read(&answer, &rules),
        None => Err(invalid(say!(
            "This is not a backend's answer as parsed JSON."
        ))),
    };
    let params = match read {
        Ok(params) => params,
        Err(error) => return failed(&error),
    };
    let (place, name) = match params.key() {
        Key::Fixed(key) => ("key", key),
        Key::Prefix(dir) => ("dir", dir),
    };
    let mut fields = Vec::new();
    for (name, _) in params.fields() {
        fields.push(name.as_str());
    }
    expiring(params.expires_at_ms())
        .with(params.url())
        .with(params.bucket())
        .with(place)
        .with(name)
        .with(params.signature_version().as_str())
        .with(texts(&fields))
        .into()
}

/// `crc64` of index.d.ts.
#[wasm_bindgen]
pub fn crc64(blob: Blob, signal: JsValue) -> Promise {
    let sum = RefCell::new(Crc64::new());
    let take: Callback = Closure::wrap(Box::new(move |bytes: JsValue| {
        if bytes.as_string().is_some() {
            return decimal(sum.borrow().finish()).into();
        }
        sum.borrow_mut()
            .update(&bytes.unchecked_into::<Uint8Array>().to_vec());
        JsValue::UNDEFINED
    }));
    digest(&blob, &take.into_js_value(), &signal)
}

fn invalid(sentence: &str) -> Error {
    Error::new(Code::InvalidParams, Phase::Params, sentence)
}

fn failed(error: &Error) -> JsValue {
    failure::append(List::default(), error, None).into()
}

/// With when it ends, in Unix milliseconds.
fn expiring(at_ms: Option<i64>) -> List {
    #[expect(clippy::cast_precision_loss, reason = "times are below 2^53 ms")]
    let expiration = at_ms.map(|ms| ms as f64);
    List::default().with(expiration)
}

fn part(operator: &str) -> List {
    List::default().with(operator)
}

fn choice(operator: &str, field: &str, values: &[String]) -> List {
    let mut list = part(operator).with(field);
    for value in values {
        list = list.with(value);
    }
    list
}

fn texts(items: &[&str]) -> JsValue {
    // Cannot fail: texts always are values.
    serde_wasm_bindgen::to_value(items).unwrap_or_default()
}
