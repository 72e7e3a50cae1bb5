//! What is read of files.

use wasm_bindgen::prelude::*;
use web_sys::{AbortController, Blob};

use crate::file::FileFacts;

#[wasm_bindgen(module = "/src/browser/shell.js")]
extern "C" {
    #[wasm_bindgen(js_name = fileName)]
    fn name(file: &Blob) -> String;
    /// All bytes, piece by piece, as `Uint8Array`; `done` when there are no more.
    pub(crate) fn read(
        file: &Blob,
        take: &JsValue,
        done: &JsValue,
        failed: &JsValue,
    ) -> AbortController;
    /// Whether the first and the last byte can be read.
    pub(crate) fn probe(file: &Blob, done: &JsValue, failed: &JsValue) -> AbortController;
}

/// The facts that the core knows of a file.
pub(crate) fn facts(file: &Blob) -> FileFacts {
    FileFacts {
        name: name(file),
        size: whole(file.size()),
        content_type: file.type_(),
    }
}

/// A count as JavaScript has it.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "whole numbers below 2^53, and the cast saturates"
)]
pub(crate) fn whole(number: f64) -> u64 {
    number as u64
}

/// A count as JavaScript wants it.
#[expect(clippy::cast_precision_loss, reason = "counts are below 2^53")]
pub(crate) fn float(number: u64) -> f64 {
    number as f64
}
