//! Black-box tests of the core, without a browser: documented answers in, the form's exact bytes out, and those bytes
//! posted to the stand-in.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

mod agreement;
mod bounds;
mod documented;
mod refused;
mod stored;
mod support;
