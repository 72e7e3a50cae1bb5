//! The form as bytes: everything around the file, which comes last by construction.

mod bytes;
pub(crate) mod fields;
mod key;
mod limits;
mod values;

use std::fmt;

use crate::error::{Code, Error, Phase};
use crate::file::FileFacts;
use crate::params::UploadParams;
use crate::sentence;
use crate::text;

/// What a part has for a type when nobody knows one.
const UNKNOWN_TYPE: &str = "application/octet-stream";

/// What the page adds to the signed parameters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extras {
    /// Object key, with or without the parameters' prefix.
    pub key: Option<String>,
    /// Media type that OSS is to store.
    pub content_type: Option<String>,
    /// Further form fields.
    pub fields: Vec<(String, String)>,
    /// User metadata, names without `x-oss-meta-`.
    pub metadata: Vec<(String, String)>,
    /// Callback variables, names without `x:`.
    pub callback_vars: Vec<(String, String)>,
}

/// Something that does not stop an upload, but that its developer should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// The page sets a field that the policy does not look at, so anybody with these parameters may set it otherwise.
    NotCovered(String),
}

impl Warning {
    /// The warning in words.
    #[must_use]
    pub fn text(&self) -> String {
        let Self::NotCovered(field) = self;
        sentence::fill(
            say!(
                "The policy has no condition on `{}`: whoever has these parameters may set it to anything."
            ),
            &[field],
        )
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

/// A form ready to be posted: [`Self::head`], then the file's bytes, then [`Self::tail`].
#[derive(Clone, PartialEq, Eq)]
pub struct PostForm {
    key: String,
    content_type: String,
    fields: Vec<(String, String)>,
    boundary: String,
    head: Vec<u8>,
    warnings: Vec<Warning>,
}

impl PostForm {
    /// Assembles the form. `unique` are 128 random bits: for the boundary, and for the key where it is made here.
    ///
    /// # Errors
    ///
    /// `INVALID_PARAMS` for a field, name or key that OSS would not take, `POLICY_VIOLATION` for one that the
    /// parameters do not allow, and for a file or fields that are larger than any form may be.
    pub fn new(
        params: &UploadParams,
        file: &FileFacts,
        extras: &Extras,
        unique: [u8; 16],
    ) -> Result<Self, Error> {
        let key = key::choose(params.key(), file, extras.key.as_deref(), unique)?;
        let mut fields = Vec::new();
        for (name, value) in params.fields() {
            fields::set(&mut fields, name, value);
        }
        let mut warnings = Vec::new();
        values::for_each_own(extras, |name, value| {
            fields::set(&mut fields, name, value);
            if params.policy().is_some_and(|policy| !policy.covers(name)) {
                warnings.push(Warning::NotCovered(String::from(name)));
            }
        })?;
        values::add_demanded(params, &mut fields);
        let content_type = values::set_content_type(params, file, extras, &mut fields)?;
        fields::set(&mut fields, fields::KEY, &key.field);

        let content_type = content_type.unwrap_or_else(|| String::from(UNKNOWN_TYPE));
        let boundary = bytes::boundary(unique, &fields, &key.file_name);
        let head = bytes::head(&boundary, &fields, &key.file_name, &content_type);
        let form = Self {
            key: key.stored,
            content_type,
            fields,
            boundary,
            head,
            warnings,
        };
        limits::check(&form, file)?;
        Ok(form)
    }

    /// The object key under which OSS stores the file.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Media type of the file, as OSS will store it.
    #[must_use]
    pub fn content_type(&self) -> &str {
        &self.content_type
    }

    /// Every field but the file, in the order of the form.
    #[must_use]
    pub fn fields(&self) -> &[(String, String)] {
        &self.fields
    }

    /// `Content-Type` of the request.
    #[must_use]
    pub fn request_content_type(&self) -> String {
        text::concat(&["multipart/form-data; boundary=", &self.boundary])
    }

    /// The bytes before the file's.
    #[must_use]
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// The bytes after the file's.
    #[must_use]
    pub fn tail(&self) -> Vec<u8> {
        text::concat(&["\r\n--", &self.boundary, "--\r\n"]).into_bytes()
    }

    /// How many bytes the form adds to the file's.
    #[must_use]
    pub fn overhead_len(&self) -> u64 {
        (self.head.len() + self.tail().len()) as u64
    }

    /// Whether OSS refuses to replace an object of the same key.
    #[must_use]
    pub fn forbids_overwrite(&self) -> bool {
        fields::find(&self.fields, fields::FORBID_OVERWRITE) == Some("true")
    }

    /// Whether OSS calls the application server, whose answer it then passes on.
    #[must_use]
    pub fn has_callback(&self) -> bool {
        fields::find(&self.fields, fields::CALLBACK).is_some_and(|callback| !callback.is_empty())
    }

    /// What the page's developer should know.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }
}

/// Names only: values may be secret.
impl fmt::Debug for PostForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostForm")
            .field("key", &self.key)
            .field(
                "fields",
                &self.fields.iter().map(|(name, _)| name).collect::<Vec<_>>(),
            )
            .finish_non_exhaustive()
    }
}

fn invalid(template: &str, values: &[&str]) -> Error {
    Error::sentence(Code::InvalidParams, Phase::Check, template, values)
}

/// With one value, as most have: to pass it takes less code than a list.
fn invalid_value(template: &str, value: &str) -> Error {
    invalid(template, &[value])
}

fn violation(template: &str, values: &[&str]) -> Error {
    Error::sentence(Code::PolicyViolation, Phase::Check, template, values)
}

#[cfg(test)]
mod tests;
