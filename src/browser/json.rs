//! Reads JSON with the browser's own parser.

use js_sys::{Array, JSON, JsString, Object};
use wasm_bindgen::prelude::*;

use super::answer::MAX_BYTES;
use crate::error::Reason;
use crate::json::Json;

/// Deeper values are cut off, so that no answer can exhaust the stack.
const MAX_DEPTH: u8 = 24;

/// `None` if it is not JSON.
pub(crate) fn parse(text: &str) -> Option<Json> {
    let value = JSON::parse(text).ok()?;
    Some(walk(&value, MAX_DEPTH))
}

/// A value of the page's as JSON carries it. Fails where it cannot: a function, a cycle, a getter that throws, or more
/// than any answer may have.
pub(crate) fn of_value(value: &JsValue) -> Result<Json, Reason> {
    let text: JsValue = JSON::stringify(value)
        .map_err(|_| Reason::AnswerNotPlain)?
        .into();
    let text: JsString = text.dyn_into().map_err(|_| Reason::AnswerNotPlain)?;
    // Before it is copied: the module's memory never shrinks.
    if text.length() > MAX_BYTES {
        return Err(Reason::AnswerTooLong {
            max: MAX_BYTES.into(),
        });
    }
    parse(&String::from(text)).ok_or(Reason::AnswerNotPlain)
}

/// `value` is plain data: it was parsed from text.
fn walk(value: &JsValue, depth: u8) -> Json {
    if let Some(text) = value.as_string() {
        return Json::String(text);
    }
    if let Some(number) = value.as_f64() {
        return Json::Number(number);
    }
    if let Some(boolean) = value.as_bool() {
        return Json::Bool(boolean);
    }
    let Some(depth) = depth.checked_sub(1) else {
        return Json::Null;
    };
    if let Some(items) = value.dyn_ref::<Array>() {
        return Json::Array(items.iter().map(|item| walk(&item, depth)).collect());
    }
    let Some(object) = value.dyn_ref::<Object>() else {
        return Json::Null;
    };
    let entries = Object::entries(object).into_iter().filter_map(|entry| {
        let entry: Array = entry.unchecked_into();
        let name = entry.get(0).as_string()?;
        Some((name, walk(&entry.get(1), depth)))
    });
    Json::Object(entries.collect())
}
