//! The signed fields of an answer, and whether they are complete.

use crate::error::Error;
use crate::form::fields as names;
use crate::json::Json;

use super::shapes::{Entries, Names, missing, to_text};
use super::{ParamsRules, invalid};

/// What each name at the top of an answer is called in the form. Names in the spelling of the form are known anyway.
const FIELD_ALIASES: [(&str, &str); 5] = [
    ("accessid", names::ACCESS_KEY_ID),
    ("accesskeyid", names::ACCESS_KEY_ID),
    ("securitytoken", names::SECURITY_TOKEN),
    ("signatureversion", names::SIGNATURE_VERSION),
    ("version", names::SIGNATURE_VERSION),
];

/// Every form field in the answer, in OSS's spelling.
pub(super) fn form_fields(
    entries: &Entries,
    nested: Option<&Entries>,
) -> Result<Vec<(String, String)>, Error> {
    let mut fields = Vec::new();
    for (own, value) in entries {
        let Some(name) = top_level_field(own, value) else {
            continue;
        };
        if let Some(value) = to_text(own, value)? {
            names::set(&mut fields, &name, &value);
        }
    }
    for (own, value) in nested.unwrap_or_default() {
        let name = names::spelled(own);
        if matches!(name.as_str(), names::KEY | names::FILE | "submit") {
            continue;
        }
        if let Some(value) = to_text(own, value)? {
            names::set(&mut fields, &name, &value);
        }
    }
    let has = |name| names::find(&fields, name).is_some();
    if has(names::REDIRECT) {
        return Err(invalid(
            "`{}` cannot work for an upload by script: leave it out",
            &[names::REDIRECT],
        ));
    }
    if has(names::CREDENTIAL)
        || names::find(&fields, names::SIGNATURE_VERSION)
            .is_some_and(|version| version.starts_with("OSS4"))
    {
        if !has(names::SIGNATURE_VERSION) {
            fields.push((
                String::from(names::SIGNATURE_VERSION),
                String::from("OSS4-HMAC-SHA256"),
            ));
        }
        // V1's fields beside V4's would make OSS ask for all three of them.
        fields.retain(|(name, _)| name != names::ACCESS_KEY_ID);
        for (name, _) in &mut fields {
            if name == names::SIGNATURE {
                *name = String::from(names::SIGNATURE_V4);
            }
        }
    }
    Ok(fields)
}

/// The form field that a name at the top of the answer stands for. `Expires` there is a time, not a header.
fn top_level_field(own: &str, value: &Json) -> Option<String> {
    if own.starts_with(names::CALLBACK_VAR) {
        return Some(String::from(own));
    }
    for (alias, name) in FIELD_ALIASES {
        if names::alike(alias, own) {
            // An API's own version is none of a signature.
            let foreign = name == names::SIGNATURE_VERSION
                && !value.as_str().is_some_and(|text| text.starts_with("OSS"));
            return (!foreign).then(|| String::from(name));
        }
    }
    let name = names::spelled(own);
    let known = names::canonical(&name).is_some() || name.starts_with(names::META);
    (known && !matches!(name.as_str(), names::KEY | names::FILE | "Expires")).then_some(name)
}

/// Nothing signed is an error unless the page says that nothing need be; something half-signed always is.
pub(super) fn check_signed(
    fields: &[(String, String)],
    names: Names,
    rules: &ParamsRules,
) -> Result<(), Error> {
    let has = |name| names::find(fields, name).is_some();
    let missing_field = |name: &'static str, expected| {
        if has(name) {
            Ok(())
        } else {
            Err(missing(name, expected))
        }
    };
    if has(names::CREDENTIAL) || has(names::SIGNATURE_VERSION) {
        missing_field(names::POLICY, "the Base64 text that was signed")?;
        missing_field(names::SIGNATURE_V4, "its signature")?;
        if has(names::ACCESS_KEY_ID_V2) {
            return Ok(());
        }
        missing_field(
            names::CREDENTIAL,
            "AccessKey id, day, region and service of the signature",
        )?;
        return missing_field(
            names::DATE,
            "the time of the signature, such as 20231203T121212Z",
        );
    }
    let foreign = has("x-amz-signature") || has("AWSAccessKeyId");
    let v1 = [names::ACCESS_KEY_ID, names::POLICY, names::SIGNATURE];
    if foreign || v1.into_iter().all(has) {
        return Ok(());
    }
    if !v1.into_iter().any(has) {
        return if rules.anonymous {
            Ok(())
        } else {
            Err(invalid(
                "The parameters say where to upload, but carry no signature: the backend must sign a policy for this bucket \
                 (`Policy`, `Signature` and `OssAccessKeyId`, or the V4 fields), or the page allow `anonymous` uploads",
                &[],
            ))
        };
    }
    for (field, lower, expected) in [
        (
            names::ACCESS_KEY_ID,
            "accessid",
            "the AccessKey id that signed",
        ),
        (names::POLICY, "policy", "the Base64 text that was signed"),
        (names::SIGNATURE, "signature", "its signature"),
    ] {
        if !has(field) {
            let pascal = match field {
                names::ACCESS_KEY_ID => "OssAccessKeyId",
                names::POLICY => "Policy",
                _ => field,
            };
            return Err(missing(names.of(pascal, lower), expected));
        }
    }
    Ok(())
}
