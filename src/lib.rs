//! Upload files from the browser straight to Alibaba Cloud OSS.

pub mod error;
pub mod file;
pub mod progress;
pub mod queue;
pub mod retry;

#[cfg(target_arch = "wasm32")]
pub mod browser;
