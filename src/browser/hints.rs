//! What to do about an error, for callers in Rust. For pages `src/js/explain.js` asks the same function.

use wasm_bindgen::prelude::*;

use super::options::Locale;
use crate::error::Error;

#[wasm_bindgen(module = "/src/browser/hints.js")]
extern "C" {
    fn hint(
        code: &str,
        phase: &str,
        status: Option<u16>,
        oss_code: Option<&str>,
        oss_message: Option<&str>,
        recommend_doc: Option<&str>,
        locale: &str,
    ) -> String;
}

/// Adds what the reader of the error can do about it, in their language.
pub(crate) fn with_hint(mut error: Error, locale: Locale) -> Error {
    let oss = error.oss.as_ref();
    error.hint = Some(hint(
        error.code.as_str(),
        error.phase.as_str(),
        error.status,
        oss.map(|oss| oss.code.as_str()),
        oss.map(|oss| oss.message.as_str()),
        oss.and_then(|oss| oss.recommend_doc.as_deref()),
        locale.as_str(),
    ));
    error
}
