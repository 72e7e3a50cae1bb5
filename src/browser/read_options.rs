//! Reads the options of the JavaScript interface.
//!
//! They were checked by `src/js/options.js`, which can refuse them before this module is loaded. Whatever is of the
//! wrong type all the same counts as not given.

use js_sys::{Function, Object};
use wasm_bindgen::prelude::*;

use super::backend::parse;
use super::options::{Key, ParamsRequest, ParamsSource, UploadOptions, Validate};
use crate::form::Extras;
use crate::json::Json;
use crate::params::ParamsRules;
use crate::retry::RetryPolicy;

#[wasm_bindgen(module = "/src/browser/shell.js")]
extern "C" {
    fn data(options: &JsValue) -> JsValue;
    #[wasm_bindgen(js_name = functionOf)]
    fn function_of(options: &JsValue, name: &str) -> Option<Function>;
    /// Never throws: what hinders the request is thrown when it is to be sent.
    #[wasm_bindgen(js_name = requestOf)]
    fn request_of(options: &JsValue) -> Object;
}

impl UploadOptions {
    /// All but `signal`, the callbacks, and the locale, which is for who puts errors in words.
    pub(super) fn read(from: &JsValue) -> Self {
        let data = parse(&data(from)).unwrap_or(Json::Null);
        let part = |name| data.get(name).unwrap_or(&Json::Null);
        let mut options = Self::new(match function_of(from, "params") {
            Some(function) => ParamsSource::Function(function),
            None => ParamsSource::Request(ParamsRequest(request_of(from))),
        });
        options.rules = read_rules(&data);
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
        // Limits have become a function: see src/js/validate.js.
        options.validate = function_of(from, "validate").map(Validate::Function);
        options
    }
}

/// Those that `normalizeParams` takes, too.
pub(super) fn read_rules(data: &Json) -> ParamsRules {
    ParamsRules {
        allowed_hosts: texts(data, "allowedHosts"),
        anonymous: is(data, "anonymous", true),
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
