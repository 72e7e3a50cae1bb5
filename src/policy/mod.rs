//! The policy that the backend signed: read in the browser, so that a doomed upload fails before a byte is sent.

mod check;
mod decode;

use std::fmt;

use crate::json::Parse;
use crate::oss::field;

pub use check::Checked;

/// One condition of a policy. Field names have no leading `$`. Its `Debug` output holds no value.
#[derive(Clone, PartialEq, Eq)]
pub enum Condition {
    /// The field has exactly this value.
    Eq(String, String),
    /// The field's value begins so.
    StartsWith(String, String),
    /// The field's value is one of these.
    In(String, Vec<String>),
    /// The field's value is none of these.
    NotIn(String, Vec<String>),
    /// The file has at least and at most so many bytes.
    ContentLengthRange(u64, u64),
}

/// What a policy says of the object key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyRule<'a> {
    /// It is this one.
    Exactly(&'a str),
    /// It begins so.
    Below(&'a str),
}

/// Why OSS will refuse a policy (error numbers 0006-00000212 to -00000223 of the OSS documentation). It is not
/// for the browser to refuse it, but its author should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// `expiration` is not of the form `2014-12-01T12:00:00.000Z`.
    Expiration {
        /// What it is.
        expiration: String,
    },
    /// There are no conditions.
    NoConditions,
    /// An operator that does not exist.
    Operator {
        /// What stands in its place.
        operator: String,
    },
    /// A size range whose limits are no numbers of bytes, or swapped.
    SizeRange,
    /// A condition of another form.
    Condition,
}

/// A decoded policy. Its `Debug` output holds no condition: their values may be secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Policy {
    expiration: String,
    expiration_ms: Option<i64>,
    conditions: Vec<Condition>,
    flaws: Vec<Flaw>,
}

impl Policy {
    /// Decodes the text of the `policy` field. `None` if it is no policy. What is not understood of one is left to OSS,
    /// and is among its [flaws](Self::flaws).
    #[must_use]
    pub fn decode(base64: &str, parse: Parse) -> Option<Self> {
        decode::policy(base64, parse)
    }

    /// When it ends, as it says.
    #[must_use]
    pub fn expiration(&self) -> &str {
        &self.expiration
    }

    /// When it ends, in Unix milliseconds, where that can be understood.
    #[must_use]
    pub fn expiration_ms(&self) -> Option<i64> {
        self.expiration_ms
    }

    /// Why OSS will refuse it.
    #[must_use]
    pub fn flaws(&self) -> &[Flaw] {
        &self.flaws
    }

    /// What it demands, in the order of the document.
    #[must_use]
    pub fn conditions(&self) -> &[Condition] {
        &self.conditions
    }

    /// The bucket for which it was signed, where it says so.
    #[must_use]
    pub fn bucket(&self) -> Option<&str> {
        self.conditions
            .iter()
            .find_map(|condition| match condition {
                Condition::Eq(name, value) if name.eq_ignore_ascii_case(field::BUCKET) => {
                    Some(value.as_str())
                }
                _ => None,
            })
    }

    /// The object key, or the prefix, that it allows.
    #[must_use]
    pub fn key(&self) -> Option<KeyRule<'_>> {
        let mut below = None;
        for condition in &self.conditions {
            match condition {
                Condition::Eq(name, value) if name.eq_ignore_ascii_case(field::KEY) => {
                    return Some(KeyRule::Exactly(value));
                }
                Condition::StartsWith(name, value) if name.eq_ignore_ascii_case(field::KEY) => {
                    below = Some(KeyRule::Below(value));
                }
                _ => {}
            }
        }
        below
    }

    /// Whether any condition looks at this field. The type is one thing, whichever field it is in.
    #[must_use]
    pub fn covers(&self, name: &str) -> bool {
        let is_type = field::is_content_type(name);
        self.conditions
            .iter()
            .filter_map(Condition::field)
            .any(|other| {
                other.eq_ignore_ascii_case(name) || (is_type && field::is_content_type(other))
            })
    }
}

impl Condition {
    /// A field that can only have one value, or that may have any but must be there.
    #[must_use]
    pub fn demanded(&self) -> Option<(&str, &str)> {
        match self {
            Self::Eq(name, value) => Some((name, value)),
            Self::StartsWith(name, prefix) if prefix.is_empty() => Some((name, "")),
            _ => None,
        }
    }

    /// The field that it looks at; none for the size.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Eq(name, _)
            | Self::StartsWith(name, _)
            | Self::In(name, _)
            | Self::NotIn(name, _) => Some(name),
            Self::ContentLengthRange(..) => None,
        }
    }
}

impl fmt::Debug for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.field().unwrap_or("content-length-range"))
    }
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Policy")
            .field("expiration_ms", &self.expiration_ms)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
