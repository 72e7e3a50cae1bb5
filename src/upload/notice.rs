//! What a developer should know of an upload that went on all the same. [`crate::text`] puts it in words; the shell
//! prints each once to the console.

use crate::policy::Flaw;

/// Something that is not as it should be, but no reason to stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The page sets a field that the policy does not look at, so anybody with these parameters may set it otherwise.
    FieldNotCovered {
        /// Name of the field.
        name: String,
    },
    /// The policy does not decode: only OSS can judge it.
    PolicyUnreadable,
    /// OSS will refuse the policy.
    PolicyFlaw(Flaw),
    /// The answer's checksum could not be read.
    ChecksumHidden,
    /// The file could not be read a second time, to compute its checksum.
    ChecksumUnreadable,
    /// At its present speed the upload takes longer than the policy lasts.
    OutlivesPolicy,
}
