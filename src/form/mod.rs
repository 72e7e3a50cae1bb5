//! The form as bytes: everything around the file, which comes last by construction.

mod bytes;
mod extras;
mod key;
mod limits;
mod values;

use std::fmt;

use uuid::Uuid;

use crate::error::Error;
use crate::file::FileFacts;
use crate::oss::{Fields, field};
use crate::params::UploadParams;
use crate::policy::Checked;

pub use extras::{Extras, Pair};

/// What a part has for a type when nobody knows one.
const UNKNOWN_TYPE: &str = "application/octet-stream";

/// A form ready to be posted: [`Self::head`], then the file's bytes, then [`Self::tail`].
#[derive(Clone, PartialEq, Eq)]
pub struct PostForm {
    key: String,
    content_type: String,
    fields: Fields,
    boundary: String,
    head: Vec<u8>,
    uncovered: Vec<String>,
}

impl PostForm {
    /// Assembles the form. `unique` is a random UUID: for the boundary, and for the key where it is made here.
    ///
    /// # Errors
    ///
    /// `INVALID_PARAMS` for a field, name or key that OSS would not take, `POLICY_VIOLATION` for one that the
    /// parameters do not allow, and for a file or fields that are larger than any form may be.
    pub fn new(
        params: &UploadParams,
        file: &FileFacts,
        extras: &Extras,
        unique: Uuid,
    ) -> Result<Self, Error> {
        let key = key::choose(params.key(), file, extras.key.as_deref(), unique)?;
        let mut fields = params.fields().clone();
        let mut uncovered = Vec::new();
        for pair in extras.form_fields()? {
            fields.set(&pair.name, &pair.value);
            if params
                .policy()
                .is_some_and(|policy| !policy.covers(&pair.name))
            {
                uncovered.push(pair.name);
            }
        }
        values::add_demanded(params.conditions(), &mut fields);
        let content_type = values::settle_content_type(
            params.conditions(),
            file,
            extras.content_type.as_deref(),
            &mut fields,
        )?;
        fields.set(field::KEY, &key.field);

        let content_type = content_type.unwrap_or_else(|| String::from(UNKNOWN_TYPE));
        let boundary = bytes::boundary(unique, &fields, &key.file_name);
        let head = bytes::head(&boundary, &fields, &key.file_name, &content_type);
        let form = Self {
            key: key.stored,
            content_type,
            fields,
            boundary,
            head,
            uncovered,
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
    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    /// What the policy is to judge.
    #[must_use]
    pub fn checked<'a>(&'a self, file: &FileFacts, bucket: Option<&'a str>) -> Checked<'a> {
        Checked {
            fields: &self.fields,
            content_type: &self.content_type,
            size: file.size,
            bucket,
        }
    }

    /// `Content-Type` of the request.
    #[must_use]
    pub fn request_content_type(&self) -> String {
        format!("multipart/form-data; boundary={}", self.boundary)
    }

    /// The bytes before the file's.
    #[must_use]
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// The bytes after the file's.
    #[must_use]
    pub fn tail(&self) -> Vec<u8> {
        format!("\r\n--{}--\r\n", self.boundary).into_bytes()
    }

    /// How many bytes the form adds to the file's.
    #[must_use]
    pub fn overhead_len(&self) -> u64 {
        (self.head.len() + self.tail().len()) as u64
    }

    /// Whether OSS refuses to replace an object of the same key.
    #[must_use]
    pub fn forbids_overwrite(&self) -> bool {
        self.fields.get(field::FORBID_OVERWRITE) == Some("true")
    }

    /// Whether OSS calls the application server, whose answer it then passes on.
    #[must_use]
    pub fn has_callback(&self) -> bool {
        self.fields
            .get(field::CALLBACK)
            .is_some_and(|callback| !callback.is_empty())
    }

    /// Fields that the page sets and the policy does not look at: anybody with these parameters may set them otherwise.
    #[must_use]
    pub fn uncovered(&self) -> &[String] {
        &self.uncovered
    }
}

/// Names only: values may be secret.
impl fmt::Debug for PostForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostForm")
            .field("key", &self.key)
            .field("fields", &self.fields)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
pub(crate) mod tests;
