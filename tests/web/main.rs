//! The shell in a real browser, against the stand-in. On the host there is nothing to test here.
#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

mod abort;
mod backend;
mod checksum;
mod npm;
mod page;
mod post;
mod queue;
mod world;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
