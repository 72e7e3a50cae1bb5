//! A front end in Rust: uploads the file that the page's form hands it, and says how it went.
//!
//! Made to be called from any framework: give [`upload_file`] the `File` of an `<input type="file">`.
#![cfg(target_arch = "wasm32")]
#![allow(missing_docs, reason = "the macro exports a function that has none")]

use oss_direct_upload::browser::{
    Ending, Locale, ParamsSource, Report, UploadOptions, Words, upload, words,
};
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::File;

/// Uploads the file. `show` gets a line of text whenever there is something new to say.
#[wasm_bindgen]
pub async fn upload_file(file: File, show: js_sys::Function) {
    let say = move |text: String| {
        // What the page's function throws is the page's own business.
        let _ = show.call1(&wasm_bindgen::JsValue::NULL, &text.into());
    };
    let options = UploadOptions {
        watched: true,
        ..UploadOptions::new(ParamsSource::url("/api/upload-params"))
    };
    let report = {
        let say = say.clone();
        move |report| {
            if let Report::Progress(progress) = report {
                say(format!("{} of {} bytes", progress.loaded, progress.total));
            }
        }
    };
    match upload(file.into(), options, report).await {
        Ending::Done { outcome, .. } => say(format!(
            "stored as {}, {}",
            outcome.object.key,
            if outcome.verified {
                "verified"
            } else {
                "not verified"
            }
        )),
        Ending::Failed { error, .. } => {
            let Words { message, hint } = words(&error, Locale::En);
            say(format!("{}: {message} {hint}", error.code().as_str()));
        }
        Ending::Refused(_) | Ending::Aborted(_) => say("given up".into()),
    }
}
