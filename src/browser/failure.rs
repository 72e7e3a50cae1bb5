//! Errors on their way to `src/js/upload_error.js`, which puts them in words.

use wasm_bindgen::prelude::*;

use crate::error::Error;

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
    fn failure(
        code: &str,
        phase: &str,
        message: &str,
        retryable: bool,
        status: Option<u16>,
        request_id: Option<&str>,
        oss: &JsValue,
        cause: &JsValue,
    ) -> JsValue;
}

/// What is known of an error. `cause` is what the caller's own code threw; never anything of ours.
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
    failure(
        error.code.as_str(),
        error.phase.as_str(),
        &error.message,
        error.retryable,
        error.status,
        error.request_id.as_deref(),
        oss.as_ref().unwrap_or(&JsValue::UNDEFINED),
        cause.unwrap_or(&JsValue::UNDEFINED),
    )
}
