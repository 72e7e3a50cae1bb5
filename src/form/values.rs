//! What the fields hold beside the signed ones: the page's own, what the policy demands, the file's type.

use crate::error::Error;
use crate::file::FileFacts;
use crate::params::UploadParams;
use crate::text;

use super::{Extras, fields, invalid_value};

/// The page's own fields, each under its full name in OSS's spelling.
pub(super) fn for_each_own(extras: &Extras, mut own: impl FnMut(&str, &str)) -> Result<(), Error> {
    for (name, value) in &extras.fields {
        let name = fields::spelled(name);
        if fields::is_secret(&name) || matches!(name.as_str(), fields::KEY | fields::FILE) {
            return Err(invalid_value(
                say!(
                    "The form field `{}` belongs to the signed parameters: the page cannot set it"
                ),
                &name,
            ));
        }
        if name == fields::REDIRECT {
            return Err(invalid_value(
                say!("`{}` cannot work for an upload by script: leave it out"),
                fields::REDIRECT,
            ));
        }
        own(&name, value);
    }
    for (name, value) in &extras.metadata {
        if !fields::is_token(name) {
            return Err(invalid_value(
                say!("The metadata name \"{}\" is none: expected letters, digits and hyphens"),
                name,
            ));
        }
        own(&text::concat(&[fields::META, name]), value);
    }
    for (name, value) in &extras.callback_vars {
        // OSS matches `${x:name}` in the callback's body with lower-case field names only.
        if !fields::is_token(name) || text::count(name, |byte| byte.is_ascii_uppercase()) > 0 {
            return Err(invalid_value(
                say!(
                    "The callback variable \"{}\" is none: expected lower-case letters, digits, `_` and `-`"
                ),
                name,
            ));
        }
        own(&text::concat(&[fields::CALLBACK_VAR, name]), value);
    }
    Ok(())
}

/// Adds what the policy wants to the letter and nobody has set, such as `success_action_status`.
pub(super) fn add_demanded(params: &UploadParams, fields: &mut Vec<(String, String)>) {
    for condition in params.conditions() {
        let Some((field, value)) = condition.demanded() else {
            continue;
        };
        let name = fields::spelled(field);
        // Neither what others settle, as they do the type afterwards, nor what cannot be made up.
        let others = text::is_any(
            &name,
            &[
                "bucket",
                fields::KEY,
                fields::FILE,
                fields::POLICY,
                fields::REDIRECT,
                fields::CALLBACK,
                fields::CONTENT_TYPE,
                fields::OSS_CONTENT_TYPE,
            ],
        );
        if !others && !fields::has(fields, &name) {
            fields::set(fields, &name, value);
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
    let own = extras.content_type.as_deref().unwrap_or_default();
    if !own.is_empty() && !is_type(own) {
        return Err(invalid_value(
            say!("The content type {} is none: expected one such as `image/png`"),
            &fields::quoted(own),
        ));
    }
    let mut demanded = "";
    for condition in params.conditions() {
        if let Some((field, value)) = condition.demanded()
            && fields::is_content_type(field)
        {
            demanded = value;
            break;
        }
    }
    let candidates = [
        own,
        fields::find(fields, fields::OSS_CONTENT_TYPE).unwrap_or_default(),
        fields::find(fields, fields::CONTENT_TYPE).unwrap_or_default(),
        &file.content_type,
        demanded,
    ];
    let Some(chosen) = candidates.iter().find(|candidate| is_type(candidate)) else {
        return Ok(None);
    };
    let chosen = String::from(*chosen);
    if fields::has(fields, fields::CONTENT_TYPE) {
        fields::set(fields, fields::CONTENT_TYPE, &chosen);
    }
    fields::set(fields, fields::OSS_CONTENT_TYPE, &chosen);
    Ok(Some(chosen))
}

fn is_type(text: &str) -> bool {
    !text.is_empty() && text::all(text, |byte| matches!(byte, b' '..=b'~'))
}
