//! The shell: async Rust that does what the core decides. Only this folder and `npm/` name JavaScript.
//!
//! [`upload`] is for one file, [`Uploader`] for many. Both work in windows and workers.

mod answer;
mod asking;
mod backend;
mod blocked;
mod clock;
mod console;
pub(crate) mod file;
mod guard;
pub(crate) mod json;
pub(crate) mod number;
mod options;
mod page;
mod post;
mod reading;
mod report;
mod sending;
mod shared;
mod single;
mod thrown;
mod upload;
mod uploader;

pub use crate::text::{Locale, Words};
pub use options::{Key, ParamsRequest, ParamsSource, UploadOptions, Validate};
pub use report::{Attempt, Ending, Report, Snapshot, words};
pub use single::{Uploading, upload};
#[cfg(feature = "npm")]
pub(crate) use uploader::Entry;
pub use uploader::{UploadHandle, Uploader};
