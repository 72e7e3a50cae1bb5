//! What the fields hold beside the signed ones: the page's own, what the policy demands, the file's type.

use crate::error::Error;
use crate::file::FileFacts;
use crate::params::UploadParams;
use crate::policy::Policy;
use crate::text;

use super::{Extras, fields, invalid};

/// The page's own fields, each under its full name in OSS's spelling.
pub(super) fn own_fields(extras: &Extras) -> Result<Vec<(String, String)>, Error> {
    let mut own = Vec::new();
    for (name, value) in &extras.fields {
        let name = fields::spelled(name);
        if fields::is_secret(&name) || matches!(name.as_str(), fields::KEY | fields::FILE) {
            return Err(invalid(
                "The form field `{}` belongs to the signed parameters: the page cannot set it",
                &[&name],
            ));
        }
        if name == fields::REDIRECT {
            return Err(invalid(
                "`{}` cannot work for an upload by script: leave it out",
                &[fields::REDIRECT],
            ));
        }
        fields::set(&mut own, &name, value);
    }
    for (name, value) in &extras.metadata {
        if !fields::is_token(name) {
            return Err(invalid(
                "The metadata name \"{}\" is none: expected letters, digits and hyphens",
                &[name],
            ));
        }
        fields::set(&mut own, &text::concat(&[fields::META, name]), value);
    }
    for (name, value) in &extras.callback_vars {
        // OSS matches `${x:name}` in the callback's body with lower-case field names only.
        if !fields::is_token(name) || name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Err(invalid(
                "The callback variable \"{}\" is none: expected lower-case letters, digits, `_` and `-`",
                &[name],
            ));
        }
        let name = text::concat(&[fields::CALLBACK_VAR, name]);
        fields::set(&mut own, &name, value);
    }
    Ok(own)
}

/// Adds what the policy wants to the letter and nobody has set, such as `success_action_status`.
pub(super) fn add_demanded(params: &UploadParams, fields: &mut Vec<(String, String)>) {
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
pub(super) fn set_content_type(
    params: &UploadParams,
    file: &FileFacts,
    extras: &Extras,
    fields: &mut Vec<(String, String)>,
) -> Result<Option<String>, Error> {
    let is_type =
        |own: &&str| !own.is_empty() && text::all(own, |byte| matches!(byte, b' '..=b'~'));
    if let Some(own) = extras
        .content_type
        .as_deref()
        .filter(|own| !own.is_empty() && !is_type(own))
    {
        return Err(invalid(
            "The content type {} is none: expected one such as `image/png`",
            &[&fields::quoted(own)],
        ));
    }
    let demanded = params
        .policy()
        .into_iter()
        .flat_map(Policy::demanded)
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
            fields::set(fields, fields::CONTENT_TYPE, chosen);
        }
        fields::set(fields, fields::OSS_CONTENT_TYPE, chosen);
    }
    Ok(chosen)
}
