//! The policy that the backend signed: read in the browser, so that a doomed upload fails before a byte is sent.

mod check;

use std::fmt;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::error::Error;
use crate::file::FileFacts;
use crate::form::{PostForm, fields};
use crate::json::Json;
use crate::params::Key;
use crate::text;
use crate::timestamp;

/// Servers differ in whether they pad, and in the unused bits of the last character.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

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

/// A decoded policy. Its `Debug` output holds no condition: their values may be secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Policy {
    expiration_ms: i64,
    conditions: Vec<Condition>,
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

impl Policy {
    /// Decodes the text of the `policy` field. `None` if it is no policy. Conditions of a kind that is not known are
    /// left to OSS.
    #[must_use]
    pub fn decode(base64: &str) -> Option<Self> {
        let document = Json::parse(&text::from_utf8(&decode_base64(base64)?)?)?;
        let expiration_ms = timestamp::from_iso(document.get("expiration")?.as_str()?)?;
        let Json::Array(items) = document.get("conditions")? else {
            return None;
        };
        let mut conditions = Vec::new();
        for item in items {
            read_condition(item, &mut conditions);
        }
        Some(Self {
            expiration_ms,
            conditions,
        })
    }

    /// When it ends, in Unix milliseconds.
    #[must_use]
    pub fn expiration_ms(&self) -> i64 {
        self.expiration_ms
    }

    /// What it demands, in the order of the document.
    #[must_use]
    pub fn conditions(&self) -> &[Condition] {
        &self.conditions
    }

    /// The bucket for which it was signed, where it says so.
    #[must_use]
    pub fn bucket(&self) -> Option<&str> {
        for condition in &self.conditions {
            if let Condition::Eq(field, value) = condition
                && field.eq_ignore_ascii_case("bucket")
            {
                return Some(value);
            }
        }
        None
    }

    /// The object key, or the prefix, that it allows.
    pub(crate) fn key(&self) -> Option<Key> {
        let mut key = None;
        for condition in &self.conditions {
            match condition {
                Condition::Eq(field, value) if field.eq_ignore_ascii_case(fields::KEY) => {
                    return Some(Key::Fixed(value.clone()));
                }
                Condition::StartsWith(field, value) if field.eq_ignore_ascii_case(fields::KEY) => {
                    key = Some(Key::Prefix(value.clone()));
                }
                _ => {}
            }
        }
        key
    }

    /// Whether any condition looks at this field. The type is one thing, whichever field it is in.
    pub(crate) fn covers(&self, name: &str) -> bool {
        let is_type = fields::is_content_type(name);
        self.conditions.iter().any(|condition| {
            condition.field().is_some_and(|field| {
                field.eq_ignore_ascii_case(name) || (is_type && fields::is_content_type(field))
            })
        })
    }

    /// Checks everything but time.
    ///
    /// # Errors
    ///
    /// `POLICY_VIOLATION` with the violated condition in words.
    pub fn check(
        &self,
        form: &PostForm,
        bucket: Option<&str>,
        file: &FileFacts,
    ) -> Result<(), Error> {
        self.conditions
            .iter()
            .try_for_each(|condition| condition.check(form, bucket, file))
    }
}

impl Condition {
    /// A field that can only have one value, or that may have any but must be there.
    pub(crate) fn demanded(&self) -> Option<(&str, &str)> {
        match self {
            Self::Eq(field, value) => Some((field, value)),
            Self::StartsWith(field, prefix) if prefix.is_empty() => Some((field, "")),
            _ => None,
        }
    }

    /// The field that it looks at; none for the size.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Eq(field, _)
            | Self::StartsWith(field, _)
            | Self::In(field, _)
            | Self::NotIn(field, _) => Some(field),
            Self::ContentLengthRange(..) => None,
        }
    }
}

/// Four characters at a time, so that no more of the decoder is compiled than these need: what it has for long texts
/// takes 2 kB of the WebAssembly module.
fn decode_base64(base64: &str) -> Option<Vec<u8>> {
    let mut characters = Vec::new();
    for byte in base64.as_bytes() {
        if !byte.is_ascii_whitespace() {
            characters.push(*byte);
        }
    }
    let mut decoded = Vec::new();
    for given in characters.chunks(4) {
        // Only the last ones may stand for less than three bytes.
        if decoded.len() % 3 != 0 {
            return None;
        }
        let mut four = [b'='; 4];
        four.get_mut(..given.len())?.copy_from_slice(given);
        let mut three = [0; 3];
        let len = BASE64.decode_slice(four, &mut three).ok()?;
        decoded.extend_from_slice(three.get(..len)?);
    }
    Some(decoded)
}

/// A mapping demands exact values; a list begins with its operator. Names may have a `$`, or not.
fn read_condition(item: &Json, conditions: &mut Vec<Condition>) {
    match item {
        Json::Object(entries) => {
            for (name, value) in entries {
                if let Some(value) = literal(value) {
                    conditions.push(Condition::Eq(field_name(name), value));
                }
            }
        }
        Json::Array(items) => {
            if let Some(condition) = read_operator(items) {
                conditions.push(condition);
            }
        }
        _ => {}
    }
}

fn read_operator(items: &[Json]) -> Option<Condition> {
    let [operator, first, second] = items else {
        return None;
    };
    let operator = operator.as_str()?;
    let is = |name| operator.eq_ignore_ascii_case(name);
    if is("content-length-range") {
        return Some(Condition::ContentLengthRange(bytes(first)?, bytes(second)?));
    }
    let field = field_name(first.as_str()?);
    Some(if is("eq") {
        Condition::Eq(field, literal(second)?)
    } else if is("starts-with") {
        Condition::StartsWith(field, literal(second)?)
    } else if is("in") {
        Condition::In(field, literals(second)?)
    } else if is("not-in") {
        Condition::NotIn(field, literals(second)?)
    } else {
        return None;
    })
}

fn bytes(value: &Json) -> Option<u64> {
    u64::try_from(value.as_i64()?).ok()
}

fn field_name(name: &str) -> String {
    String::from(name.strip_prefix('$').unwrap_or(name))
}

fn literals(value: &Json) -> Option<Vec<String>> {
    let Json::Array(values) = value else {
        return None;
    };
    let mut literals = Vec::new();
    for value in values {
        literals.push(literal(value)?);
    }
    Some(literals)
}

/// `\$` is a literal dollar. Written `\\$`, to be proper JSON, the backslash is still there.
fn literal(value: &Json) -> Option<String> {
    Some(text::replace(&value.to_text()?, "\\$", "$"))
}

#[cfg(test)]
mod tests;
