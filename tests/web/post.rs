//! What a post can come to, by the stand-in's faults in the file name.

use oss_direct_upload::browser::{Attempt, Ending, Report};
use oss_direct_upload::error::Code;
use oss_direct_upload::upload::State;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::world::{ROUTE, done, expect_outcomes, failure, file, options, run, unique};

fn attempts<'a>(reports: &'a [Report]) -> Vec<&'a Attempt> {
    let attempt = |report: &'a Report| match report {
        Report::Attempt(attempt) => Some(attempt),
        _ => None,
    };
    reports.iter().filter_map(attempt).collect()
}

fn states(reports: &[Report]) -> Vec<State> {
    let state = |report: &Report| match report {
        Report::State(state) => Some(*state),
        _ => None,
    };
    reports.iter().filter_map(state).collect()
}

#[wasm_bindgen_test]
async fn stored_and_verified_by_each_route() {
    for route in [
        "/api/upload-params",
        "/api/ens/upload-params",
        "/api/policy/v1",
        "/api/policy/v4",
    ] {
        for size in [0, 1, 70_000] {
            let outcome = done(
                file("报告 \"2026\".pdf", size, "application/pdf"),
                options(route),
            )
            .await;
            assert!(outcome.verified, "{route} {size}");
            assert!(outcome.uploaded.request_id.is_some());
            assert!(
                outcome.url.contains(outcome.bucket.as_deref().unwrap()),
                "{}",
                outcome.url
            );
        }
    }
}

#[wasm_bindgen_test]
async fn states_come_in_order_and_progress_never_falls() {
    let mut options = options(ROUTE);
    options.watched = true;
    let (ending, reports) = run(file("fault=slow@4000000.bin", 2_000_000, ""), options).await;
    assert!(matches!(ending, Ending::Done { .. }), "{ending:?}");
    let states = states(&reports);
    assert_eq!(states[..2], [State::Preparing, State::Uploading]);
    assert_eq!(states.last(), Some(&State::Done));
    let mut last = 0;
    for report in &reports {
        if let Report::Progress(progress) = report {
            assert!(progress.loaded >= last && progress.loaded <= progress.total);
            assert_eq!((progress.total, progress.attempt), (2_000_000, 1));
            last = progress.loaded;
        }
    }
    assert_eq!(last, 2_000_000);
    let attempts = attempts(&reports);
    assert_eq!(
        (attempts.len(), attempts[0].sent, attempts[0].number),
        (1, 2_000_000, 1)
    );
    assert!(attempts[0].error.is_none());
}

#[wasm_bindgen_test]
async fn unwatched_it_reports_the_end_only() {
    let (_, reports) = run(file("a.bin", 500_000, ""), options(ROUTE)).await;
    let progress = reports
        .iter()
        .filter(|report| matches!(report, Report::Progress(_)));
    assert_eq!(progress.count(), 1);
}

#[wasm_bindgen_test]
async fn each_fault_gives_its_code() {
    let table = [
        ("reset@65536", Code::Network),
        ("no-cors", Code::Network),
        ("http500", Code::OssRefused),
        ("throttle", Code::OssRefused),
        ("html", Code::InvalidResponse),
        ("huge-body", Code::OssRefused),
        ("wrong-crc", Code::Integrity),
        ("callback-failed", Code::CallbackFailed),
    ];
    for (fault, code) in table {
        let error = failure(
            file(&format!("fault={fault}.bin"), 200_000, ""),
            options(ROUTE),
        )
        .await;
        assert_eq!(error.code, code, "{fault}: {}", error.message);
    }
}

#[wasm_bindgen_test]
async fn headers_that_are_hidden_are_done_without() {
    for fault in ["hidden-headers", "no-crc"] {
        let outcome = done(file(&format!("fault={fault}.bin"), 10, ""), options(ROUTE)).await;
        assert!(!outcome.verified, "{fault}");
    }
}

#[wasm_bindgen_test]
async fn a_post_in_which_nothing_moves_is_given_up() {
    let mut watched = options(ROUTE);
    watched.watched = true;
    watched.stall_timeout_ms = 400;
    // More than the system's buffers swallow.
    let error = failure(file("fault=stall@1.bin", 32_000_000, ""), watched).await;
    assert_eq!(error.code, Code::Stalled);
    // Nobody sees the bytes: the time is that of the slowest connection worth waiting for.
    let mut unwatched = options(ROUTE);
    unwatched.stall_timeout_ms = 400;
    let began = js_sys::Date::now();
    let error = failure(file("fault=stall@1.bin", 16_000, ""), unwatched).await;
    assert_eq!(error.code, Code::Stalled);
    assert!(js_sys::Date::now() - began >= 1400.0);
}

#[wasm_bindgen_test]
async fn a_slow_post_does_not_stall() {
    let mut options = options(ROUTE);
    options.watched = true;
    options.stall_timeout_ms = 1000;
    // Each byte is in time, though the whole takes longer than the timeout.
    let outcome = done(file("fault=slow@2000000.bin", 6_000_000, ""), options).await;
    assert!(outcome.verified);
}

#[wasm_bindgen_test]
async fn a_failure_that_may_pass_is_tried_again() {
    let mut options = options(ROUTE);
    options.retry.attempts = 3;
    options.retry.min_delay_ms = 20;
    let id = unique();
    let (ending, reports) = run(file(&format!("fault=http503@2.{id}.bin"), 10, ""), options).await;
    assert!(matches!(ending, Ending::Done { .. }), "{ending:?}");
    let attempts = attempts(&reports);
    let failed: Vec<bool> = attempts
        .iter()
        .map(|attempt| attempt.error.is_some())
        .collect();
    assert_eq!(failed, [true, true, false]);
    assert!(attempts[0].retry_delay_ms.is_some_and(|ms| ms <= 20));
    assert_eq!(attempts[2].number, 3);
    assert!(states(&reports).contains(&State::Waiting));
    expect_outcomes(&id, &["fault", "fault", "stored"]).await;
}
