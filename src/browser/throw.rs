//! The one way in which the core's errors become JavaScript's.

use wasm_bindgen::prelude::*;

use super::locale;
use super::object::Fields;
use super::time;
use crate::error::Error;
use crate::hints::{self, Locale, Situation};

#[wasm_bindgen(module = "/src/js/upload_error.js")]
extern "C" {
    /// The class that pages see: made in JavaScript, so that it is a real `Error` with a stack.
    type UploadError;
    #[wasm_bindgen(constructor)]
    fn new(message: &str, details: &JsValue) -> UploadError;
}

/// Adds what the reader of the error can do about it, in their language. `host` is where the form was posted to.
pub(crate) fn with_hint(mut error: Error, locale: Locale, host: &str) -> Error {
    if error.hint.is_none() {
        let origin =
            super::object::get_string(&super::object::get(&js_sys::global(), "location"), "origin");
        let situation = Situation {
            online: time::is_online(),
            host,
            page_origin: origin.as_deref().unwrap_or_default(),
        };
        error.hint = hints::hint(&error, locale::texts(locale), &situation);
    }
    error
}

/// An `UploadError`. `cause` is what the caller's own code threw; never anything of ours.
pub(crate) fn to_js(error: &Error, cause: Option<&JsValue>) -> JsValue {
    let oss = error.oss.as_ref().map(|oss| {
        Fields::new()
            .set("code", oss.code.as_str())
            .set("message", oss.message.as_str())
            .set_some("ec", oss.ec.as_deref())
            .set_some("hostId", oss.host_id.as_deref())
            .set_some("recommendDoc", oss.recommend_doc.as_deref())
            .done()
    });
    let details = Fields::new()
        .set("code", error.code.as_str())
        .set("phase", error.phase.as_str())
        .set("retryable", error.retryable)
        .set_some("status", error.status)
        .set_some("requestId", error.request_id.as_deref())
        .set_some("oss", oss)
        .set_some("hint", error.hint.as_deref())
        .set_some("cause", cause)
        .done();
    UploadError::new(&error.message, &details).into()
}

impl From<Error> for JsValue {
    fn from(error: Error) -> Self {
        to_js(&error, None)
    }
}
