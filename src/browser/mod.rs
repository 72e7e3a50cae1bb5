//! The shell: the only folder that names JavaScript. Here steps are done that the core decides.
//!
//! [`upload`] for one file, [`Uploader`] for many. Both work in windows and workers.

#[cfg(feature = "npm")]
pub mod api;
mod backend;
mod chore;
#[cfg(not(feature = "terse"))]
mod console;
mod environment;
#[cfg(feature = "npm")]
mod failure;
mod file;
#[cfg(not(feature = "terse"))]
mod hints;
mod job;
#[cfg(not(feature = "terse"))]
mod limits;
#[cfg(feature = "npm")]
mod list;
mod options;
mod post;
#[cfg(feature = "npm")]
mod read_options;
#[cfg(feature = "npm")]
mod report;
mod single;
mod uploader;

pub use job::{Attempt, Ending, Report, Snapshot};
#[cfg(not(feature = "terse"))]
pub use limits::Limits;
pub use options::{Key, Locale, ParamsRequest, ParamsSource, UploadOptions, Validate};
pub use single::{Uploading, upload};
pub use uploader::{UploadHandle, Uploader};
