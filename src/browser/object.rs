//! Plain JavaScript objects: reading what callers gave, writing what they get.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// A property, or `undefined` when it is not there or `of` is no object.
pub(crate) fn get(of: &JsValue, name: &str) -> JsValue {
    Reflect::get(of, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

/// A property that is a string.
pub(crate) fn get_string(of: &JsValue, name: &str) -> Option<String> {
    get(of, name).as_string()
}

/// The properties of `{ name: 'value' }`, in their order.
pub(crate) fn get_record(of: &JsValue, name: &str) -> Vec<(String, String)> {
    let record = get(of, name);
    let Some(record) = record.dyn_ref::<Object>() else {
        return Vec::new();
    };
    Object::entries(record)
        .iter()
        .filter_map(|entry| {
            let entry: Array = entry.unchecked_into();
            Some((entry.get(0).as_string()?, entry.get(1).as_string()?))
        })
        .collect()
}

/// The strings of an array; `None` when it is none.
pub(crate) fn get_strings(of: &JsValue, name: &str) -> Option<Vec<String>> {
    let list = get(of, name);
    let list = list.dyn_ref::<Array>()?;
    Some(list.iter().filter_map(|item| item.as_string()).collect())
}

/// An object in the making.
pub(crate) struct Fields(Object);

impl Fields {
    pub(crate) fn new() -> Self {
        Self(Object::new())
    }

    pub(crate) fn set(self, name: &str, value: impl Into<JsValue>) -> Self {
        // Cannot fail: the object is new and ordinary.
        let _ = Reflect::set(&self.0, &JsValue::from_str(name), &value.into());
        self
    }

    /// Leaves the property out when there is no value.
    pub(crate) fn set_some(self, name: &str, value: Option<impl Into<JsValue>>) -> Self {
        match value {
            Some(value) => self.set(name, value),
            None => self,
        }
    }

    pub(crate) fn done(self) -> JsValue {
        self.0.into()
    }
}

/// A list of strings as an array.
pub(crate) fn strings(items: &[impl AsRef<str>]) -> JsValue {
    let items: Vec<&str> = items.iter().map(AsRef::as_ref).collect();
    // Cannot fail: strings always are values.
    serde_wasm_bindgen::to_value(&items).unwrap_or_default()
}
