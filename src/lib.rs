//! Upload files from the browser straight to Alibaba Cloud OSS.

pub mod crc64;
pub mod error;
pub mod file;
pub mod form;
pub mod hints;
pub mod json;
pub mod notice;
pub mod params;
pub mod policy;
pub mod progress;
pub mod queue;
pub mod response;
pub mod retry;
pub mod shared_params;
pub mod timestamp;
pub mod upload;

#[cfg(target_arch = "wasm32")]
pub mod browser;
