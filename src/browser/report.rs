//! What pages are told, as lists: `src/js/details.js` names their parts.

use wasm_bindgen::JsValue;

use super::failure;
use super::file::float;
use super::job::{Attempt, Ending, Report, Snapshot};
use super::list::List;
use crate::text::decimal;
use crate::upload::Outcome;

/// The event of an `UploadTask`, and its detail. Errors are not in words yet; one that ends the upload is a `failure`.
pub(super) fn event(report: Report) -> (&'static str, JsValue) {
    match report {
        Report::State(state) => ("statechange", state.as_str().into()),
        Report::Progress(snapshot) => ("progress", progress(&snapshot).into()),
        #[cfg(feature = "terse")]
        Report::Notice(text) => ("notice", text.into()),
        Report::Attempt(attempt) => ("attempt", ended_attempt(&attempt).into()),
        Report::Ended(Ending::Done {
            outcome,
            elapsed_ms,
        }) => ("done", result(&outcome, elapsed_ms).into()),
        Report::Ended(Ending::Failed { error, cause }) => (
            "failure",
            failure::append(List::default(), &error, cause).into(),
        ),
        Report::Ended(Ending::Refused(thrown)) => ("error", thrown),
        Report::Ended(Ending::Aborted(reason)) => ("abort", reason),
    }
}

fn progress(snapshot: &Snapshot) -> List {
    List::default()
        .with(float(snapshot.loaded))
        .with(float(snapshot.total))
        .with(snapshot.speed)
        .with(snapshot.eta_ms)
        .with(snapshot.state.as_str())
        .with(snapshot.attempt)
}

fn ended_attempt(attempt: &Attempt) -> List {
    let list = List::default()
        .with(attempt.number)
        .with(milliseconds(attempt.elapsed_ms))
        .with(float(attempt.sent))
        .with(attempt.retry_delay_ms.map(float));
    match &attempt.error {
        Some(error) => failure::append(list, error, None),
        None => list,
    }
}

fn result(outcome: &Outcome, elapsed_ms: i64) -> List {
    let uploaded = &outcome.uploaded;
    List::default()
        .with(&outcome.key)
        .with(outcome.bucket.as_deref().unwrap_or_default())
        .with(&outcome.url)
        .with(uploaded.etag.as_ref())
        .with(outcome.crc64.map(decimal))
        .with(outcome.verified)
        .with(uploaded.request_id.as_ref())
        .with(uploaded.version_id.as_ref())
        .with(uploaded.status)
        .with(uploaded.callback.as_ref())
        .with(outcome.posts)
        .with(milliseconds(elapsed_ms))
}

/// Clocks may be set back.
fn milliseconds(elapsed: i64) -> f64 {
    float(u64::try_from(elapsed).unwrap_or(0))
}
