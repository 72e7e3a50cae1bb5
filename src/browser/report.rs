//! What pages are told, as plain objects.

use wasm_bindgen::prelude::*;

use super::failure;
use super::file::float;
use super::job::{Attempt, Ending, Report, Snapshot};
use crate::text::decimal;
use crate::upload::Outcome;

#[wasm_bindgen(module = "/src/browser/shell.js")]
#[expect(
    clippy::too_many_arguments,
    reason = "they become the object's properties"
)]
extern "C" {
    #[wasm_bindgen(js_name = progress)]
    fn progress_js(
        loaded: f64,
        total: f64,
        speed: f64,
        eta: Option<f64>,
        state: &str,
        attempt: u32,
    ) -> JsValue;
    #[wasm_bindgen(js_name = attempt)]
    fn attempt_js(
        attempt: u32,
        elapsed: f64,
        sent: f64,
        error: &JsValue,
        retry_delay: Option<f64>,
    ) -> JsValue;
    #[wasm_bindgen(js_name = result)]
    fn result_js(
        key: &str,
        bucket: &str,
        url: &str,
        etag: Option<&str>,
        crc64: Option<String>,
        verified: bool,
        request_id: Option<&str>,
        version_id: Option<&str>,
        status: u16,
        callback: Option<&str>,
        attempts: u32,
        elapsed: f64,
    ) -> JsValue;
}

/// The event of an `UploadTask`, and its detail. Errors are not in words yet; one that ends the upload is a `failure`.
pub(crate) fn event(report: Report) -> (&'static str, JsValue) {
    match report {
        Report::State(state) => ("statechange", state.as_str().into()),
        Report::Progress(snapshot) => ("progress", progress(&snapshot)),
        #[cfg(feature = "terse")]
        Report::Notice(text) => ("notice", text.into()),
        Report::Attempt(attempt) => ("attempt", ended_attempt(&attempt)),
        Report::Ended(Ending::Done {
            outcome,
            elapsed_ms,
        }) => ("done", result(&outcome, elapsed_ms)),
        Report::Ended(Ending::Failed { error, cause }) => {
            ("failure", failure::to_js(&error, cause.as_ref()))
        }
        Report::Ended(Ending::Refused(thrown)) => ("error", thrown),
        Report::Ended(Ending::Aborted(reason)) => ("abort", reason),
    }
}

fn progress(snapshot: &Snapshot) -> JsValue {
    progress_js(
        float(snapshot.loaded),
        float(snapshot.total),
        snapshot.speed,
        snapshot.eta_ms,
        snapshot.state.as_str(),
        snapshot.attempt,
    )
}

fn ended_attempt(attempt: &Attempt) -> JsValue {
    let error = attempt.error.as_ref();
    let error = error.map_or(JsValue::UNDEFINED, |error| failure::to_js(error, None));
    attempt_js(
        attempt.number,
        milliseconds(attempt.elapsed_ms),
        float(attempt.sent),
        &error,
        attempt.retry_delay_ms.map(float),
    )
}

fn result(outcome: &Outcome, elapsed_ms: i64) -> JsValue {
    let uploaded = &outcome.uploaded;
    result_js(
        &outcome.key,
        outcome.bucket.as_deref().unwrap_or_default(),
        &outcome.url,
        uploaded.etag.as_deref(),
        outcome.crc64.map(decimal),
        outcome.verified,
        uploaded.request_id.as_deref(),
        uploaded.version_id.as_deref(),
        uploaded.status,
        uploaded.callback.as_deref(),
        outcome.posts,
        milliseconds(elapsed_ms),
    )
}

/// Clocks may be set back.
fn milliseconds(elapsed: i64) -> f64 {
    float(u64::try_from(elapsed).unwrap_or(0))
}
