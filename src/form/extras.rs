//! What the page adds to the signed parameters.

use crate::error::{Error, Reason};
use crate::oss::field;

/// A name and a value of the page's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Name.
    pub name: String,
    /// Value.
    pub value: String,
}

impl Pair {
    /// A pair.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
        }
    }
}

/// What the page adds to the signed parameters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extras {
    /// Object key, with or without the parameters' prefix.
    pub key: Option<String>,
    /// Media type that OSS is to store.
    pub content_type: Option<String>,
    /// Further form fields.
    pub fields: Vec<Pair>,
    /// User metadata, names without `x-oss-meta-`.
    pub metadata: Vec<Pair>,
    /// Callback variables, names without `x:`.
    pub callback_vars: Vec<Pair>,
}

impl Extras {
    /// Form fields, metadata and callback variables, each under its full name in OSS's spelling.
    pub(super) fn form_fields(&self) -> Result<Vec<Pair>, Error> {
        let mut fields = Vec::new();
        for Pair { name, value } in &self.fields {
            fields.push(Pair::new(form_field_name(name)?, value));
        }
        for Pair { name, value } in &self.metadata {
            if !field::is_meta_name(name) {
                let name = name.clone();
                return Err(Reason::MetadataName { name }.into());
            }
            fields.push(Pair::new(format!("{}{name}", field::META), value));
        }
        for Pair { name, value } in &self.callback_vars {
            // OSS matches `${x:name}` in the callback's body with lower-case field names only.
            if !field::is_token(name) || name.contains(|c: char| c.is_ascii_uppercase()) {
                let name = name.clone();
                return Err(Reason::CallbackVarName { name }.into());
            }
            fields.push(Pair::new(format!("{}{name}", field::CALLBACK_VAR), value));
        }
        Ok(fields)
    }
}

fn form_field_name(name: &str) -> Result<String, Error> {
    let name = field::spelled(name);
    if field::is_secret(&name) || matches!(name.as_str(), field::KEY | field::FILE) {
        return Err(Reason::FieldIsSigned { name }.into());
    }
    if name == field::REDIRECT {
        return Err(Reason::PageRedirects.into());
    }
    Ok(name)
}
