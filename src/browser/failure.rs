//! Errors on their way to `src/js/details.js`, which names their parts, and `src/js/words.js`.

use wasm_bindgen::JsValue;

use super::list::List;
use crate::error::Error;

/// What is known of an error. `cause` is what the caller's own code threw; never anything of ours.
pub(super) fn append(list: List, error: &Error, cause: Option<JsValue>) -> List {
    let list = list
        .with(error.code.as_str())
        .with(error.phase.as_str())
        .with(&error.message)
        .with(error.retryable)
        .with(error.status)
        .with(error.request_id.as_ref())
        .with(cause);
    match &error.oss {
        Some(oss) => list
            .with(&oss.code)
            .with(&oss.message)
            .with(oss.ec.as_ref())
            .with(oss.host_id.as_ref())
            .with(oss.recommend_doc.as_deref()),
        None => list,
    }
}
