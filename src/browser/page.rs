//! Functions and values of the page's.

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::number::float;
use crate::file::FileFacts;

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
