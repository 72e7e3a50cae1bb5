//! Whatever the reason of an abort: the upload ends with it, and nothing is left behind.

use js_sys::Object;
use oss_direct_upload::browser::{Ending, Report, UploadOptions, Validate, upload};
use oss_direct_upload::file::Limits;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::AbortController;

use crate::world::{
    ROUTE, count_listeners, expect_outcomes, file, get, options, run, sleep, unique, wait_until,
};

/// More than the system's buffers swallow at once, at a speed at which they are soon drained.
const SIZE: u32 = 32_000_000;
const FAULT: &str = "fault=slow@8000000";

fn aborts(ending: &Ending) -> &JsValue {
    match ending {
        Ending::Aborted(reason) => reason,
        other => panic!("{other:?}"),
    }
}

/// Aborts while the file is being sent.
async fn abort_midway(abort: impl Fn(&AbortController) + 'static) -> (Ending, String) {
    let id = unique();
    let controller = AbortController::new().unwrap();
    let mut options = options(ROUTE);
    options.signal = Some(controller.signal());
    options.watched = true;
    let file = file(&format!("{FAULT}.{id}.bin"), SIZE, "");
    let ending = upload(file, options, move |report| {
        if matches!(report, Report::Progress(_)) {
            abort(&controller);
        }
    })
    .await;
    (ending, id)
}

#[wasm_bindgen_test]
async fn the_reason_is_given_back_whatever_it_is() {
    let error: JsValue = js_sys::Error::new("too slow").into();
    for reason in [
        error,
        "user pressed cancel".into(),
        JsValue::NULL,
        Object::new().into(),
        5.into(),
    ] {
        let given = reason.clone();
        let (ending, id) =
            abort_midway(move |controller| controller.abort_with_reason(&given)).await;
        assert!(
            Object::is(aborts(&ending), &reason),
            "{reason:?}: {ending:?}"
        );
        expect_outcomes(&id, &["cut"]).await;
    }
}

#[wasm_bindgen_test]
async fn without_a_reason_it_is_the_platforms_abort_error() {
    let (ending, _) = abort_midway(AbortController::abort).await;
    assert_eq!(get(aborts(&ending), "name"), "AbortError");
    assert!(aborts(&ending).is_instance_of::<js_sys::Error>());
}

#[wasm_bindgen_test]
async fn while_the_backend_is_asked() {
    let controller = AbortController::new().unwrap();
    let mut options = options("/api/policy/v1?fault=slow@5000");
    options.signal = Some(controller.signal());
    let uploading = upload(file("a", 1, ""), options, |_| {});
    sleep(100).await;
    controller.abort_with_reason(&"changed my mind".into());
    assert_eq!(*aborts(&uploading.await), "changed my mind");
}

#[wasm_bindgen_test]
async fn a_signal_that_is_aborted_already_lets_nothing_start() {
    let controller = AbortController::new().unwrap();
    controller.abort_with_reason(&7.into());
    let id = unique();
    let mut options = options(ROUTE);
    options.signal = Some(controller.signal());
    let (ending, _) = run(file(&id, 1, ""), options).await;
    assert_eq!(*aborts(&ending), 7);
    expect_outcomes(&id, &[]).await;
}

#[wasm_bindgen_test]
async fn a_shared_signal_keeps_no_listeners() {
    let controller = AbortController::new().unwrap();
    let signal = controller.signal();
    let counts = count_listeners(&signal);
    let refuse = |options: &mut UploadOptions| {
        options.signal = Some(signal.clone());
        options.validate = Some(Validate::Limits(Limits {
            max_size: Some(0),
            ..Limits::default()
        }));
    };
    for _ in 0..997 {
        let mut options = options(ROUTE);
        refuse(&mut options);
        assert!(matches!(
            run(file("a", 1, ""), options).await.0,
            Ending::Failed { .. }
        ));
    }
    // One that succeeds, one that is dropped, one that is aborted.
    let mut good = options(ROUTE);
    good.signal = Some(signal.clone());
    assert!(matches!(
        run(file("a", 1, ""), good.clone()).await.0,
        Ending::Done { .. }
    ));
    drop(upload(file("a", 1, ""), good.clone(), |_| {}));
    let uploading = upload(file("a", 1, ""), good, |_| {});
    uploading.handle().abort(JsValue::NULL);
    uploading.await;
    assert_eq!(get(&counts, "ever"), 1000);
    assert_eq!(get(&counts, "now"), 0);
}

#[wasm_bindgen_test]
async fn dropping_an_upload_ends_its_request_and_its_reports() {
    let id = unique();
    let mut options = options(ROUTE);
    options.watched = true;
    let reports = Rc::new(Cell::new(0));
    let heard = Rc::clone(&reports);
    let uploading = upload(
        file(&format!("{FAULT}.{id}.bin"), SIZE, ""),
        options,
        move |_| heard.set(heard.get() + 1),
    );
    wait_until(|| reports.get() >= 4).await;
    drop(uploading);
    let before = reports.get();
    expect_outcomes(&id, &["cut"]).await;
    sleep(100).await;
    assert_eq!(reports.get(), before);
}
