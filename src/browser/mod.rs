//! The shell: the only folder that names JavaScript. Here steps are done that the core decides.
//!
//! [`upload`] for one file, [`Uploader`] for many. Both work in windows and workers.

#[cfg(feature = "npm")]
pub mod api;
mod backend;
mod chore;
mod console;
mod environment;
mod file;
mod job;
mod locale;
mod options;
mod post;
#[cfg(feature = "npm")]
mod read_options;
#[cfg(feature = "npm")]
mod report;
mod single;
mod throw;
mod uploader;

pub use job::{Attempt, Ending, Report, Snapshot};
pub use options::{Key, ParamsRequest, ParamsSource, UploadOptions, Validate};
pub use single::{Uploading, upload};
pub use uploader::{UploadHandle, Uploader};
