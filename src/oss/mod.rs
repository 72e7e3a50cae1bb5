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

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};

pub use fields::{Field, Fields};
pub use words::Secrets;

/// What is escaped in an address: all but RFC 3986's unreserved characters.
pub(crate) const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
