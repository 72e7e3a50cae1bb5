//! What a developer should know of an upload that went on all the same. The shell prints each once to the console.

use std::fmt;

use crate::form::Warning;

/// Something that is not as it should be, but no reason to stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// About the form's fields.
    Form(Warning),
    /// The answer's checksum could not be read.
    ChecksumHidden,
    /// The file could not be read a second time, to compute its checksum.
    ChecksumUnreadable,
    /// At its present speed the upload takes longer than the policy lasts.
    OutlivesPolicy,
}

impl Notice {
    /// The notice in words.
    #[must_use]
    pub fn text(&self) -> String {
        String::from(match self {
            Self::Form(warning) => return warning.text(),
            Self::ChecksumHidden => say!(
                "Uploads are not verified: the bucket's CORS rule has to expose the header x-oss-hash-crc64ecma \
                 (best also ETag and x-oss-request-id)."
            ),
            Self::ChecksumUnreadable => say!(
                "The upload is not verified: the file could not be read again to compute its checksum."
            ),
            Self::OutlivesPolicy => say!(
                "At its present speed the upload takes longer than its policy lasts, and OSS may refuse it at the end: \
                 let the backend sign policies that last longer."
            ),
        })
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}
