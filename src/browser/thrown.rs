//! What code of the page's threw, fit to be shown.

use js_sys::{Error, Object, Reflect};
use wasm_bindgen::prelude::*;

use super::json;
use crate::oss::Secrets;
use crate::params::secrets_in_answer;

/// So many errors, each caused by the next, are looked at.
const MAX_CAUSES: u8 = 4;
/// So many errors that are told of in one.
const MAX_ERRORS: u32 = 8;

#[wasm_bindgen]
extern "C" {
    // Getters of the page's may throw.
    #[wasm_bindgen(catch, js_namespace = Object)]
    fn assign(target: &Object, source: &Object) -> Result<JsValue, JsValue>;
}

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
        let mut secrets = Secrets::default();
        collect(&thrown, MAX_CAUSES, &mut secrets);
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

/// The secrets of a backend's answer that was thrown, or hung on an error, or is in words what the error says.
fn collect(thrown: &JsValue, causes: u8, secrets: &mut Secrets) {
    if let Some(json) = text(thrown).as_deref().and_then(json_in) {
        secrets.extend(secrets_in_answer(&json));
    }
    let Some(object) = thrown.dyn_ref::<Object>() else {
        return;
    };
    // An error's own properties: what it prints as JSON may leave them out.
    let plain = if thrown.is_instance_of::<Error>() {
        assign(&Object::new(), object).ok()
    } else {
        Some(thrown.clone())
    };
    if let Some(json) = plain.as_ref().and_then(json::of_value) {
        secrets.extend(secrets_in_answer(&json));
    }
    // Neither does JSON have what an error was caused by.
    if let Some(left) = causes.checked_sub(1) {
        let get = |name: &str| Reflect::get(thrown, &name.into()).unwrap_or_default();
        collect(&get("cause"), left, secrets);
        let errors = get("errors");
        for index in 0..MAX_ERRORS {
            collect(
                &Reflect::get_u32(&errors, index).unwrap_or_default(),
                left,
                secrets,
            );
        }
    }
}

/// The JSON that a text holds, from its first brace to its last.
fn json_in(text: &str) -> Option<crate::json::Json> {
    let (start, end) = (text.find('{')?, text.rfind('}')?);
    json::parse(text.get(start..=end)?)
}
