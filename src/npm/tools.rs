//! Pieces of an upload, for tests and tools.

use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::{AbortSignal, Blob};

use super::events::{Failure, to_js};
use super::inspected::{ParamsInfo, PolicyInfo};
use super::options::texts;
use crate::browser::{Locale, file, json};
use crate::error::{Error, Reason};
use crate::params::{ParamsRules, UploadParams};
use crate::policy::Policy;

/// `parsePolicy` of index.d.ts.
///
/// # Errors
///
/// A failure `INVALID_PARAMS`, of which `src/js` makes an `UploadError`.
#[wasm_bindgen(js_name = parsePolicy)]
pub fn parse_policy(base64: &str) -> Result<JsValue, JsValue> {
    let policy =
        Policy::decode(base64, json::parse).ok_or_else(|| failed(&Reason::NotAPolicy.into()))?;
    Ok(to_js(&PolicyInfo::from(&policy)))
}

/// `normalizeParams` of index.d.ts. `allowed_hosts` is a list of texts, or `undefined`.
///
/// # Errors
///
/// A failure, of which `src/js` makes an `UploadError`.
#[wasm_bindgen(js_name = normalizeParams)]
pub fn normalize_params(
    answer: &JsValue,
    allowed_hosts: Option<Array>,
    anonymous: bool,
) -> Result<JsValue, JsValue> {
    let rules = ParamsRules {
        allowed_hosts: allowed_hosts.map(|hosts| texts(&hosts)),
        anonymous,
        ..ParamsRules::default()
    };
    let answer = json::of_value(answer).map_err(|reason| failed(&reason.into()))?;
    let params =
        UploadParams::read(&answer, &rules, json::parse).map_err(|error| failed(&error))?;
    Ok(to_js(&ParamsInfo::from(&params)))
}

/// `crc64` of index.d.ts.
///
/// # Errors
///
/// What reading the blob failed with, or the signal's reason.
#[wasm_bindgen]
pub async fn crc64(blob: Blob, signal: Option<AbortSignal>) -> Result<String, JsValue> {
    let crc64 = file::crc64(blob, signal).await?;
    Ok(crc64.to_string())
}

fn failed(error: &Error) -> JsValue {
    to_js(&Failure::new(error, None, Locale::En))
}
