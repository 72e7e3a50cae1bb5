//! OSS's own vocabulary: names of form fields, rules for keys and buckets, error codes, times, XML.
//!
//! Nothing here knows of policies, parameters or forms.

pub(crate) mod base64;
pub(crate) mod bucket;
pub(crate) mod codes;
pub(crate) mod field;
mod fields;
pub(crate) mod key;
pub(crate) mod time;
mod words;
pub(crate) mod xml;

pub use fields::{Field, Fields};
pub use words::Secrets;
