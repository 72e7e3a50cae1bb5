//! What code of the page's threw, fit to be shown.

use js_sys::{Error, Object, Reflect};
use wasm_bindgen::prelude::*;

use super::json;
use crate::oss::Secrets;
use crate::params::secrets_in_answer;

/// A thrown value.
pub(crate) struct Thrown {
    /// What it says of itself, without secrets. Not everybody throws errors: a string speaks for itself.
    pub(crate) message: String,
    /// The value itself, unless it holds a secret.
    pub(crate) cause: Option<JsValue>,
}

impl Thrown {
    pub(crate) fn new(thrown: JsValue) -> Self {
        let text = text(&thrown);
        let mut secrets = secrets(&thrown);
        if let Some(json) = text.as_deref().and_then(json_in) {
            secrets.extend(secrets_in_answer(&json));
        }
        let message = match text {
            Some(text) => secrets.shown(&text),
            None => String::from("no reason was given"),
        };
        Self {
            message,
            cause: secrets.is_empty().then_some(thrown),
        }
    }
}

fn text(thrown: &JsValue) -> Option<String> {
    let message = Reflect::get(thrown, &"message".into()).unwrap_or_default();
    message.as_string().or_else(|| thrown.as_string())
}

/// The secrets of a backend's answer that was thrown, or hung on an error.
fn secrets(thrown: &JsValue) -> Secrets {
    let Some(object) = thrown.dyn_ref::<Object>() else {
        return Secrets::default();
    };
    // An error's own properties: what it prints as JSON may leave them out.
    let plain = if thrown.is_instance_of::<Error>() {
        Object::assign(&Object::new(), object)
    } else {
        object.clone()
    };
    json::of_value(&plain).map_or_else(Secrets::default, |json| secrets_in_answer(&json))
}

/// The JSON that a text holds, from its first brace to its last.
fn json_in(text: &str) -> Option<crate::json::Json> {
    let (start, end) = (text.find('{')?, text.rfind('}')?);
    json::parse(text.get(start..=end)?)
}
