//! One POST of a form to OSS.

use wasm_bindgen::prelude::*;
use web_sys::{AbortController, Blob};

use crate::json::Json;
use crate::response::Answer;

#[wasm_bindgen(module = "/src/browser/shell.js")]
extern "C" {
    /// Sends `head`, `file` and `tail`. Without `sent` nobody counts the bytes, and the browser need not ask the
    /// server for permission (CORS preflight).
    pub(crate) fn post(
        url: &str,
        content_type: &str,
        head: &[u8],
        file: &Blob,
        tail: &[u8],
        sent: Option<&JsValue>,
        answered: &JsValue,
        lost: &JsValue,
    ) -> AbortController;
}

/// Status, what is readable of the headers, and the beginning of the body.
pub(crate) fn read(answer: &JsValue) -> Answer {
    let text = answer.as_string().unwrap_or_default();
    let answer = Json::parse(&text).unwrap_or(Json::Null);
    let header = |name| answer.get(name)?.to_text();
    Answer {
        status: status(&answer),
        request_id: header("x-oss-request-id"),
        etag: header("etag"),
        crc64: header("x-oss-hash-crc64ecma"),
        version_id: header("x-oss-version-id"),
        ec: header("x-oss-ec"),
        content_type: header("content-type"),
        retry_after: header("retry-after"),
        body: header("body").unwrap_or_default(),
    }
}

pub(crate) fn status(answer: &Json) -> u16 {
    let status = answer.get("status").and_then(Json::as_i64);
    status
        .and_then(|status| u16::try_from(status).ok())
        .unwrap_or(0)
}
