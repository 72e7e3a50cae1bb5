//! The form as bytes: everything around the file, which comes last by construction.

pub(crate) mod fields;
mod key;
mod limits;

use std::fmt;

use crate::error::{Code, Error, Phase};
use crate::file::FileFacts;
use crate::params::UploadParams;

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

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotCovered(field) => {
                f.write_str("The policy has no condition on `")?;
                f.write_str(field)?;
                f.write_str("`: whoever has these parameters may set it to anything")
            }
        }
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
        let mut fields = params.fields().to_vec();
        let own = own_fields(extras)?;
        for (name, value) in &own {
            fields::set(&mut fields, name.clone(), value.clone());
        }
        add_demanded(params, &mut fields);
        let content_type = set_content_type(params, file, extras, &mut fields)?;
        fields::set(&mut fields, String::from(fields::KEY), key.field);
        fields.sort_by_key(|(name, _)| fields::rank(name));
        let warnings = own
            .into_iter()
            .map(|(name, _)| name)
            .filter(|name| params.policy().is_some_and(|policy| !policy.covers(name)))
            .map(Warning::NotCovered)
            .collect();

        let content_type = content_type.unwrap_or_else(|| String::from(UNKNOWN_TYPE));
        let boundary = boundary(unique, &fields, &key.file_name);
        let head = head(&boundary, &fields, &key.file_name, &content_type);
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
        ["multipart/form-data; boundary=", &self.boundary].concat()
    }

    /// The bytes before the file's.
    #[must_use]
    pub fn head(&self) -> Vec<u8> {
        self.head.clone()
    }

    /// The bytes after the file's.
    #[must_use]
    pub fn tail(&self) -> Vec<u8> {
        ["\r\n--", &self.boundary, "--\r\n"].concat().into_bytes()
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

/// The page's own fields, each under its full name in OSS's spelling.
fn own_fields(extras: &Extras) -> Result<Vec<(String, String)>, Error> {
    let mut own = Vec::new();
    for (name, value) in &extras.fields {
        let name = fields::spelled(name);
        if fields::is_secret(&name) || matches!(name.as_str(), fields::KEY | fields::FILE) {
            return Err(invalid(&[
                "The form field `",
                &name,
                "` belongs to the signed parameters: the page cannot set it",
            ]));
        }
        if name == fields::REDIRECT {
            return Err(invalid(&[
                "`",
                fields::REDIRECT,
                "` cannot work for an upload by script: leave it out",
            ]));
        }
        fields::set(&mut own, name, value.clone());
    }
    for (name, value) in &extras.metadata {
        if !fields::is_token(name) {
            return Err(invalid(&[
                "The metadata name \"",
                name,
                "\" is none: expected letters, digits and hyphens",
            ]));
        }
        fields::set(&mut own, [fields::META, name].concat(), value.clone());
    }
    for (name, value) in &extras.callback_vars {
        // OSS matches `${x:name}` in the callback's body with lower-case field names only.
        if !fields::is_token(name) || name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Err(invalid(&[
                "The callback variable \"",
                name,
                "\" is none: expected lower-case letters, digits, `_` and `-`",
            ]));
        }
        fields::set(
            &mut own,
            [fields::CALLBACK_VAR, name].concat(),
            value.clone(),
        );
    }
    Ok(own)
}

/// Adds what the policy wants to the letter and nobody has set, such as `success_action_status`.
fn add_demanded(params: &UploadParams, fields: &mut Vec<(String, String)>) {
    let Some(policy) = params.policy() else {
        return;
    };
    for (field, value) in policy.demanded() {
        let name = fields::spelled(field);
        let others = [
            "bucket",
            fields::KEY,
            fields::FILE,
            fields::POLICY,
            fields::REDIRECT,
            fields::CALLBACK,
        ];
        // The type is settled afterwards.
        let is_type = matches!(
            name.as_str(),
            fields::CONTENT_TYPE | fields::OSS_CONTENT_TYPE
        );
        if !is_type && !others.contains(&name.as_str()) && fields::find(fields, &name).is_none() {
            fields.push((name, String::from(value)));
        }
    }
}

/// Settles the file's type: the page's word, then the backend's, then the file's own, then the policy's if it leaves
/// no choice. The part and `x-oss-content-type` then say the same, so it does not matter which of them OSS prefers.
fn set_content_type(
    params: &UploadParams,
    file: &FileFacts,
    extras: &Extras,
    fields: &mut Vec<(String, String)>,
) -> Result<Option<String>, Error> {
    let is_type =
        |text: &&str| !text.is_empty() && text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if let Some(own) = extras
        .content_type
        .as_deref()
        .filter(|own| !own.is_empty() && !is_type(own))
    {
        return Err(invalid(&[
            "The content type ",
            &own.escape_default().to_string(),
            " is none: expected one such as `image/png`",
        ]));
    }
    let demanded = params
        .policy()
        .into_iter()
        .flat_map(|policy| policy.demanded())
        .find_map(|(field, value)| {
            [fields::CONTENT_TYPE, fields::OSS_CONTENT_TYPE]
                .iter()
                .any(|name| fields::alike(name, field))
                .then_some(value)
        });
    let candidates = [
        extras.content_type.as_deref(),
        fields::find(fields, fields::OSS_CONTENT_TYPE),
        fields::find(fields, fields::CONTENT_TYPE),
        Some(file.content_type.as_str()),
        demanded,
    ];
    let chosen = candidates
        .into_iter()
        .flatten()
        .find(is_type)
        .map(String::from);
    if let Some(chosen) = &chosen {
        if fields::find(fields, fields::CONTENT_TYPE).is_some() {
            fields::set(fields, String::from(fields::CONTENT_TYPE), chosen.clone());
        }
        fields::set(
            fields,
            String::from(fields::OSS_CONTENT_TYPE),
            chosen.clone(),
        );
    }
    Ok(chosen)
}

/// 128 random bits cannot be in the file but by knowing them; in the fields they are looked for.
fn boundary(unique: [u8; 16], fields: &[(String, String)], file_name: &str) -> String {
    let base = ["----oss-direct-upload-", &key::hex(unique)].concat();
    let mut boundary = base.clone();
    let mut counter: u32 = 0;
    while file_name.contains(&boundary) || fields.iter().any(|(_, value)| value.contains(&boundary))
    {
        counter += 1;
        boundary = [&base, "-", &counter.to_string()].concat();
    }
    boundary
}

/// Field after field, then the header of the file's part.
fn head(
    boundary: &str,
    fields: &[(String, String)],
    file_name: &str,
    content_type: &str,
) -> Vec<u8> {
    let mut head = String::new();
    for (name, value) in fields {
        for part in [
            "--",
            boundary,
            "\r\nContent-Disposition: form-data; name=\"",
            name,
            "\"\r\n\r\n",
            value,
            "\r\n",
        ] {
            head.push_str(part);
        }
    }
    for part in [
        "--",
        boundary,
        "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"",
        &escaped(file_name),
        "\"\r\nContent-Type: ",
        content_type,
        "\r\n\r\n",
    ] {
        head.push_str(part);
    }
    head.into_bytes()
}

/// A file name in a part's header: "multipart/form-data encoding algorithm" of the WHATWG HTML standard.
fn escaped(file_name: &str) -> String {
    file_name
        .replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn invalid(parts: &[&str]) -> Error {
    Error::sentence(Code::InvalidParams, Phase::Check, parts)
}

fn violation(parts: &[&str]) -> Error {
    Error::sentence(Code::PolicyViolation, Phase::Check, parts)
}
