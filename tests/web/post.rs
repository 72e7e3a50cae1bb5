//! What a post can come to, by the stand-in's faults in the file name.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Object, Reflect};
use oss_direct_upload::browser::{
    Attempt, Ending, Locale, ParamsSource, Report, UploadOptions, Words, upload, words,
};
use oss_direct_upload::error::{Code, Phase};
use oss_direct_upload::upload::State;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::world::{
    ROUTE, done, expect_outcomes, failure, file, function, get, options, run, sleep, unique,
    wait_until,
};

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
                outcome
                    .object
                    .url
                    .contains(outcome.object.bucket.as_deref().unwrap()),
                "{}",
                outcome.object.url
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
        for watched in [true, false] {
            let mut options = options(ROUTE);
            options.watched = watched;
            let error = failure(file(&format!("fault={fault}.bin"), 200_000, ""), options).await;
            assert_eq!(error.code(), code, "{fault}, {watched}: {error}");
            for locale in Locale::ALL {
                let Words { message, hint } = words(&error, locale);
                assert!(message.len() > 20 && hint.len() > 20, "{message} {hint}");
            }
        }
    }
}

/// Whoever watches, and whoever does not: a success is what OSS itself says.
#[wasm_bindgen_test]
async fn what_only_looks_like_success_is_none() {
    for fault in [
        "redirect@301",
        "redirect@302",
        "redirect@303",
        "redirect@307",
        "redirect@308",
        "stranger@text",
        "stranger@json",
        "stranger@long",
        "stranger@201",
        "html@200",
    ] {
        for watched in [true, false] {
            let mut options = options(ROUTE);
            options.watched = watched;
            let error = failure(file(&format!("fault={fault}.bin"), 2000, ""), options).await;
            assert_eq!(
                error.code(),
                Code::InvalidResponse,
                "{fault}, {watched}: {error}"
            );
            if fault.starts_with("redirect") {
                let words = if watched {
                    "redirected to http://localhost"
                } else {
                    "redirected to"
                };
                assert!(
                    error.to_string().contains(words),
                    "{fault}, {watched}: {error}"
                );
            }
        }
    }
    let error = failure(file("fault=error-200.bin", 10, ""), options(ROUTE)).await;
    assert_eq!(error.code(), Code::OssRefused);
    assert_eq!(error.refusal().unwrap().code, "InternalError");
}

/// The rule that the page needs, with its own origin in it.
#[wasm_bindgen_test]
async fn the_hint_names_the_origin_of_the_page() {
    let error = failure(file("fault=no-cors.bin", 10, ""), options(ROUTE)).await;
    let origin = get(&js_sys::global(), "origin").as_string().unwrap();
    let Words { hint, .. } = words(&error, Locale::ZhCn);
    assert!(hint.contains(&format!("AllowedOrigin {origin}")), "{hint}");
    assert!(hint.contains("跨域规则"), "{hint}");
}

#[wasm_bindgen_test]
async fn a_failed_callback_tells_where_the_file_is() {
    let name = "fault=callback-failed.bin";
    let error = failure(file(name, 10, ""), options(ROUTE)).await;
    let object = error.object.as_deref().unwrap();
    assert!(object.key.ends_with(name), "{object:?}");
    assert!(
        object.url.ends_with(&object.key.replace('=', "%3D")),
        "{object:?}"
    );
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
    watched.stall_timeout_ms = 1000;
    // More than the system's buffers swallow.
    let error = failure(file("fault=stall@1.bin", 32_000_000, ""), watched).await;
    assert_eq!((error.code(), error.phase()), (Code::Stalled, Phase::Post));
    // Nobody sees the bytes: the time is that of the slowest connection worth waiting for.
    let mut unwatched = options(ROUTE);
    unwatched.stall_timeout_ms = 1000;
    let began = js_sys::Date::now();
    let error = failure(file("fault=stall@1.bin", 16_000, ""), unwatched).await;
    assert_eq!((error.code(), error.phase()), (Code::Stalled, Phase::Post));
    assert!(js_sys::Date::now() - began >= 2000.0);
}

#[wasm_bindgen_test]
async fn a_slow_post_does_not_stall() {
    let mut options = options(ROUTE);
    options.watched = true;
    options.stall_timeout_ms = 2500;
    // Each byte is in time, though the whole takes longer than the timeout. A browser writes more only once about a third
    // of the system's buffer is free again: at this speed that is well within it.
    let outcome = done(file("fault=slow@4000000.bin", 16_000_000, ""), options).await;
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

/// What tools that replace parts of the browser do.
#[wasm_bindgen_test]
async fn headers_may_come_as_nothing_or_not_at_all() {
    let request = get(&get(&js_sys::global(), "XMLHttpRequest"), "prototype");
    let name = "getAllResponseHeaders".into();
    let restore = get(&request, "getAllResponseHeaders");
    for body in ["return null", "throw 'no headers'", "return 5"] {
        Reflect::set(&request, &name, &function(body)).unwrap();
        let mut options = options(ROUTE);
        options.watched = true;
        let outcome = done(file("a.bin", 10, ""), options).await;
        assert!(!outcome.verified, "{body}");
        assert!(outcome.uploaded.request_id.is_none());
    }
    Reflect::set(&request, &name, &restore).unwrap();
}

#[wasm_bindgen_test]
async fn a_file_s_properties_may_be_of_any_type() {
    let blob = file("a.bin", 10, "");
    for name in ["name", "type"] {
        define(&blob, name, "() => 5");
    }
    let outcome = done(blob.clone(), options(ROUTE)).await;
    assert!(outcome.verified && outcome.object.key.ends_with("/blob"));
    define(&blob, "arrayBuffer", "() => () => 5");
    let error = failure(blob, options(ROUTE)).await;
    assert_eq!(error.code(), Code::FileUnreadable);
}

#[wasm_bindgen_test]
async fn offline_it_waits_until_the_browser_is_online() {
    let navigator = get(&js_sys::global(), "navigator");
    define(&navigator, "onLine", "() => false");
    // Nothing listens on port 9, and browsers refuse to try.
    let mut unreachable = UploadOptions::new(ParamsSource::url("http://127.0.0.1:9/"));
    unreachable.retry.attempts = 2;
    unreachable.retry.min_delay_ms = 1;
    let reports: Rc<RefCell<Vec<Report>>> = Rc::default();
    let heard = Rc::clone(&reports);
    let uploading = upload(file("a", 1, ""), unreachable, move |report| {
        heard.borrow_mut().push(report);
    });
    let before = [State::Preparing, State::Waiting];
    wait_until(|| states(&reports.borrow()) == before).await;
    // It does not go on by itself.
    sleep(300).await;
    assert_eq!(states(&reports.borrow()), before);
    Reflect::delete_property(navigator.unchecked_ref::<Object>(), &"onLine".into()).unwrap();
    let event = function("dispatchEvent(new Event('online'))");
    event.call0(&JsValue::UNDEFINED).unwrap();
    let Ending::Failed { error, .. } = uploading.await else {
        panic!("it must fail");
    };
    assert_eq!(error.code(), Code::Network);
    // Once more at once, and once more after the delay.
    let after = [
        State::Preparing,
        State::Waiting,
        State::Preparing,
        State::Failed,
    ];
    assert_eq!(states(&reports.borrow())[2..], after);
}

/// Gives an object a property of its own, which `getter` returns.
fn define(object: &JsValue, name: &str, getter: &str) {
    let define = format!("Object.defineProperty(a, b, {{ get: {getter}, configurable: true }})");
    let define = function(&define);
    define
        .call2(&JsValue::UNDEFINED, object, &name.into())
        .unwrap();
}
