//! What code of the page's threw, fit to be shown.

use js_sys::{Array, Error, Object, Reflect};
use wasm_bindgen::prelude::*;

use super::json;
use crate::oss::Secrets;
use crate::params::secrets_in_answer;

/// So many errors, each caused by the next, are looked at.
const MAX_CAUSES: u8 = 4;
/// So many errors that are told of in one.
const MAX_ERRORS: u32 = 8;
/// So many properties of a value.
const MAX_VALUES: usize = 32;

#[wasm_bindgen]
extern "C" {
    // Getters of the page's may throw.
    #[wasm_bindgen(catch, js_namespace = Object)]
    fn assign(target: &Object, source: &Object) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = Object)]
    fn values(object: &JsValue) -> Result<Array, JsValue>;
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
        let mut found = Found::default();
        found.collect(&thrown, MAX_CAUSES);
        let Found {
            secrets,
            may_hold_more,
        } = found;
        let message = match text {
            Some(text) => secrets.shown(&text),
            None => String::from("no reason was given"),
        };
        Self {
            message,
            cause: (secrets.is_empty() && !may_hold_more).then_some(thrown),
        }
    }
}

fn text(thrown: &JsValue) -> Option<String> {
    let message = Reflect::get(thrown, &"message".into()).unwrap_or_default();
    message.as_string().or_else(|| thrown.as_string())
}

/// What a thrown value holds.
#[derive(Default)]
struct Found {
    secrets: Secrets,
    /// Something could not be read, or says that it holds a secret.
    may_hold_more: bool,
}

impl Found {
    /// The secrets of a backend's answer that was thrown, or hung on an error, or is in words what the error says.
    fn collect(&mut self, thrown: &JsValue, causes: u8) {
        if let Some(text) = text(thrown) {
            self.may_hold_more |= Secrets::are_named_in(&text);
            if let Some(json) = json_in(&text) {
                self.secrets.extend(secrets_in_answer(&json));
            }
        }
        let Some(object) = thrown.dyn_ref::<Object>() else {
            return;
        };
        // An error's own properties: what it prints as JSON may leave them out.
        let plain = if thrown.is_instance_of::<Error>() {
            assign(&Object::new(), object).unwrap_or_default()
        } else {
            thrown.clone()
        };
        match json::of_value(&plain) {
            Ok(json) => self.secrets.extend(secrets_in_answer(&json)),
            Err(_) => self.may_hold_more = true,
        }
        // JSON has no error that hangs on another value, and not what an error was caused by.
        if let Some(left) = causes.checked_sub(1) {
            let get = |name: &str| Reflect::get(thrown, &name.into()).unwrap_or_default();
            self.collect(&get("cause"), left);
            let errors = get("errors");
            for index in 0..MAX_ERRORS {
                self.collect(&Reflect::get_u32(&errors, index).unwrap_or_default(), left);
            }
            for value in values(&plain).unwrap_or_default().iter().take(MAX_VALUES) {
                if value.is_instance_of::<Error>() {
                    self.collect(&value, left);
                }
            }
        }
    }
}

/// The JSON that a text holds, from its first brace to its last.
fn json_in(text: &str) -> Option<crate::json::Json> {
    let (start, end) = (text.find('{')?, text.rfind('}')?);
    json::parse(text.get(start..=end)?)
}
