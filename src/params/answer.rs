//! Looking things up in a backend's answer, whatever the case of its names.

use crate::error::{Error, Expected, Reason};
use crate::json::{Json, Kind};
use crate::oss::field::alike;

use super::ParamsRules;

pub(super) type Entries = [(String, Json)];

/// An answer that holds parameters.
pub(super) struct Answer<'a> {
    pub(super) entries: &'a Entries,
    /// The form's fields, where they lie apart.
    pub(super) form: Option<&'a Entries>,
    pub(super) rules: &'a ParamsRules,
}

/// A text in the answer.
pub(super) struct Text<'a> {
    /// Its name in the answer's own spelling.
    pub(super) name: &'a str,
    /// Never empty.
    pub(super) value: String,
}

impl<'a> Answer<'a> {
    /// Text of the first of these names that has any, at the top of the answer or among the form's fields.
    pub(super) fn text(
        &self,
        names: &[&str],
        names_in_form: &[&str],
    ) -> Result<Option<Text<'a>>, Error> {
        match (first_text(self.entries, names)?, self.form) {
            (None, Some(form)) => first_text(form, names_in_form),
            (text, _) => Ok(text),
        }
    }

    /// A name is missing. It is written as this answer's names are: in the words of the backend's author.
    pub(super) fn missing(
        &self,
        pascal_case: &'static str,
        otherwise: &'static str,
        expected: Expected,
    ) -> Error {
        let is_pascal_case = self
            .entries
            .first()
            .is_some_and(|(name, _)| name.starts_with(|c: char| c.is_ascii_uppercase()));
        let name = if is_pascal_case {
            pascal_case
        } else {
            otherwise
        };
        Reason::MissingField { name, expected }.into()
    }
}

/// The first of these names that has a value. `null` is none.
pub(super) fn find<'a>(entries: &'a Entries, names: &[&str]) -> Option<&'a (String, Json)> {
    names.iter().find_map(|name| {
        entries
            .iter()
            .find(|(own, value)| alike(own, name) && !matches!(value, Json::Null))
    })
}

/// Text of the first of these names that has any.
pub(super) fn first_text<'a>(
    entries: &'a Entries,
    names: &[&str],
) -> Result<Option<Text<'a>>, Error> {
    for name in names {
        if let Some((name, value)) = find(entries, &[name]) {
            let value = to_text(name, value)?;
            if !value.is_empty() {
                return Ok(Some(Text { name, value }));
            }
        }
    }
    Ok(None)
}

/// The value as text; `null` is empty.
pub(super) fn to_text(name: &str, value: &Json) -> Result<String, Error> {
    match value {
        Json::Null => Ok(String::new()),
        _ => value
            .to_text()
            .ok_or_else(|| wrong_kind(name, value, Kind::String)),
    }
}

pub(super) fn wrong_kind(name: &str, value: &Json, expected: Kind) -> Error {
    Reason::WrongKind {
        name: String::from(name),
        found: value.kind(),
        expected,
    }
    .into()
}
