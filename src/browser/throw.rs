//! The one way in which the core's errors become JavaScript's.

use wasm_bindgen::prelude::*;

use super::environment::{is_online, origin};
use super::locale;
use crate::error::Error;
use crate::hints::{self, Locale, Situation};

#[wasm_bindgen(module = "/src/browser/shell.js")]
#[expect(
    clippy::too_many_arguments,
    reason = "they become the object's properties"
)]
extern "C" {
    fn refusal(
        code: &str,
        message: &str,
        ec: Option<&str>,
        host_id: Option<&str>,
        recommend_doc: Option<&str>,
    ) -> JsValue;
    fn details(
        code: &str,
        phase: &str,
        retryable: bool,
        status: Option<u16>,
        request_id: Option<&str>,
        oss: &JsValue,
        hint: Option<&str>,
        cause: &JsValue,
    ) -> JsValue;
}

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
        let situation = Situation {
            online: is_online(),
            host,
            page_origin: &origin(),
        };
        error.hint = hints::hint(&error, locale::texts(locale), &situation);
    }
    error
}

/// An `UploadError`. `cause` is what the caller's own code threw; never anything of ours.
pub(crate) fn to_js(error: &Error, cause: Option<&JsValue>) -> JsValue {
    let oss = error.oss.as_ref().map(|oss| {
        refusal(
            &oss.code,
            &oss.message,
            oss.ec.as_deref(),
            oss.host_id.as_deref(),
            oss.recommend_doc.as_deref(),
        )
    });
    let details = details(
        error.code.as_str(),
        error.phase.as_str(),
        error.retryable,
        error.status,
        error.request_id.as_deref(),
        oss.as_ref().unwrap_or(&JsValue::UNDEFINED),
        error.hint.as_deref(),
        cause.unwrap_or(&JsValue::UNDEFINED),
    );
    UploadError::new(&error.message, &details).into()
}

impl From<Error> for JsValue {
    fn from(error: Error) -> Self {
        to_js(&error, None)
    }
}
