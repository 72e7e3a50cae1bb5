//! Functions and values of the page's.

use js_sys::{ArrayBuffer, Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Request;

use super::number::float;
use crate::file::FileFacts;

#[wasm_bindgen]
extern "C" {
    // Not gloo-net's `send`: that panics when a page has wrapped `fetch` and rejects with something that is no `Error`,
    // and it loses the reason.
    #[wasm_bindgen(catch, js_name = fetch)]
    fn start_fetch(request: &Request) -> Result<JsValue, JsValue>;
}

/// The answer to a request: a `Response`, or whatever a page's own `fetch` gives.
pub(crate) async fn fetch(request: &Request) -> Result<JsValue, JsValue> {
    settled(start_fetch(request)?).await
}

/// The HTTP status of an answer of any shape.
pub(crate) fn status(answer: &JsValue) -> Option<u16> {
    let status = Reflect::get(answer, &"status".into()).ok()?.as_f64()?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the cast saturates"
    )]
    let status = status as u16;
    Some(status)
}

/// At most so many bytes of what a stream's reader gives. Reading ends there, so that a body without an end does not
/// fill the memory.
pub(crate) async fn beginning(reader: &JsValue, max_len: u32) -> Result<Vec<u8>, JsValue> {
    let mut bytes = Vec::new();
    let mut wanted = max_len;
    while wanted > 0 {
        let read = settled(call_method(reader, "read")?).await?;
        let chunk = Reflect::get(&read, &"value".into())?;
        if !ArrayBuffer::is_view(&chunk) {
            break;
        }
        let chunk = Uint8Array::new(&chunk);
        let taken = chunk.length().min(wanted);
        // A chunk may have megabytes, which are to stay out of the wasm's memory.
        bytes.extend(chunk.subarray(0, taken).to_vec());
        wanted -= taken;
    }
    let _ = call_method(reader, "cancel");
    Ok(bytes)
}

/// What a value comes to that may be a promise.
pub(crate) async fn settled(value: JsValue) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::resolve(&value)).await
}

/// Calls a function and waits for what it returns.
pub(crate) async fn call(
    function: &Function,
    first: &JsValue,
    second: &JsValue,
) -> Result<JsValue, JsValue> {
    settled(function.call2(&JsValue::UNDEFINED, first, second)?).await
}

/// Calls a method, of an object that may be the page's own. Fails where there is none.
pub(crate) fn call_method(object: &JsValue, name: &str) -> Result<JsValue, JsValue> {
    let method: Function = Reflect::get(object, &name.into())?.dyn_into()?;
    method.call0(object)
}

/// What the page's functions get to know of a file: `{ name, size, type }`.
pub(crate) fn file_info(file: &FileFacts) -> JsValue {
    object(&[
        ("name", file.name.as_str().into()),
        ("size", float(file.size).into()),
        ("type", file.content_type.as_str().into()),
    ])
}

pub(crate) fn object(entries: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in entries {
        // A new object takes any property.
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object.into()
}

/// Origin of the page, or of the worker; empty where there is none.
pub(crate) fn origin() -> String {
    Reflect::get(&js_sys::global(), &"origin".into())
        .ok()
        .and_then(|origin| origin.as_string())
        .unwrap_or_default()
}
