//! The shell: the only folder that names JavaScript. Here steps are done that the core decides.
//!
//! [`upload`] for one file, [`Uploader`] for many. Both work in windows and workers.

mod abort;
#[cfg(feature = "npm")]
pub mod api;
mod backend;
mod checksum;
mod console;
mod job;
mod listener;
mod locale;
mod object;
mod options;
mod post;
mod single;
mod task;
mod throw;
mod time;
mod uploader;

pub use job::{Attempt, Ending, Report, Snapshot};
pub use options::{Key, ParamsRequest, ParamsSource, UploadOptions, Validate};
pub use single::{Uploading, upload};
pub use uploader::{UploadHandle, Uploader};
