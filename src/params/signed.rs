//! The signed fields of an answer, and whether they are complete.

use crate::error::Error;
use crate::form::fields as names;
use crate::json::Json;

use super::shapes::{Answer, to_text};
use super::{invalid, invalid_value};

type Fields = Vec<(String, String)>;

/// What each name at the top of an answer is called in the form. Names in the spelling of the form are known anyway.
const FIELD_ALIASES: [(&str, &str); 5] = [
    ("accessid", names::ACCESS_KEY_ID),
    ("accesskeyid", names::ACCESS_KEY_ID),
    ("securitytoken", names::SECURITY_TOKEN),
    ("signatureversion", names::SIGNATURE_VERSION),
    ("version", names::SIGNATURE_VERSION),
];

/// Every form field in the answer, in OSS's spelling.
pub(super) fn form_fields(answer: &Answer) -> Result<Fields, Error> {
    let mut fields = Vec::new();
    for (own, value) in answer.entries {
        if let Some(name) = top_level_field(own, value) {
            set(&mut fields, &name, own, value)?;
        }
    }
    for (own, value) in answer.nested.unwrap_or_default() {
        let name = names::spelled(own);
        if !matches!(name.as_str(), names::KEY | names::FILE | "submit") {
            set(&mut fields, &name, own, value)?;
        }
    }
    if names::has(&fields, names::REDIRECT) {
        return Err(invalid_value(
            say!("`{}` cannot work for an upload by script: leave it out"),
            names::REDIRECT,
        ));
    }
    let version = names::find(&fields, names::SIGNATURE_VERSION).unwrap_or_default();
    if version.starts_with("OSS4") || names::has(&fields, names::CREDENTIAL) {
        if version.is_empty() {
            names::set(&mut fields, names::SIGNATURE_VERSION, "OSS4-HMAC-SHA256");
        }
        let mut v4 = Vec::new();
        for (name, value) in &fields {
            match name.as_str() {
                // V1's fields beside V4's would make OSS ask for all three of them.
                names::ACCESS_KEY_ID => {}
                names::SIGNATURE => names::set(&mut v4, names::SIGNATURE_V4, value),
                _ => names::set(&mut v4, name, value),
            }
        }
        return Ok(v4);
    }
    Ok(fields)
}

fn set(fields: &mut Fields, name: &str, own: &str, value: &Json) -> Result<(), Error> {
    let value = to_text(own, value)?;
    if !value.is_empty() {
        names::set(fields, name, &value);
    }
    Ok(())
}

/// The form field that a name at the top of the answer stands for. `Expires` there is a time, not a header.
fn top_level_field(own: &str, value: &Json) -> Option<String> {
    if own.starts_with(names::CALLBACK_VAR) {
        return Some(String::from(own));
    }
    for &(alias, name) in &FIELD_ALIASES {
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

/// A field that has to be there, how PascalCase and other answers call it, and what it is.
type Needed = (&'static str, &'static str, &'static str, &'static str);

const V1: [Needed; 3] = [
    (
        names::ACCESS_KEY_ID,
        "OssAccessKeyId",
        "accessid",
        say!("the AccessKey id that signed"),
    ),
    (
        names::POLICY,
        "Policy",
        "policy",
        say!("the Base64 text that was signed"),
    ),
    (names::SIGNATURE, "Signature", "signature", "its signature"),
];
const V4: [Needed; 2] = [
    (
        names::POLICY,
        names::POLICY,
        names::POLICY,
        say!("the Base64 text that was signed"),
    ),
    (
        names::SIGNATURE_V4,
        names::SIGNATURE_V4,
        names::SIGNATURE_V4,
        "its signature",
    ),
];
/// Beside V4, but not where there is an `x-oss-access-key-id`.
const V4_SCOPE: [Needed; 2] = [
    (
        names::CREDENTIAL,
        names::CREDENTIAL,
        names::CREDENTIAL,
        say!("AccessKey id, day, region and service of the signature"),
    ),
    (
        names::DATE,
        names::DATE,
        names::DATE,
        say!("the time of the signature, such as 20231203T121212Z"),
    ),
];

/// Nothing signed is an error unless the page says that nothing need be; something half-signed always is.
pub(super) fn check(fields: &Fields, answer: &Answer) -> Result<(), Error> {
    let has = |name: &str| names::has(fields, name);
    let all = |needed: &[Needed]| {
        for (name, pascal, lower, expected) in needed {
            if !has(name) {
                return Err(answer.missing(pascal, lower, expected));
            }
        }
        Ok(())
    };
    if has(names::CREDENTIAL) || has(names::SIGNATURE_VERSION) {
        all(&V4)?;
        return if has(names::ACCESS_KEY_ID_V2) {
            Ok(())
        } else {
            all(&V4_SCOPE)
        };
    }
    if has("x-amz-signature") || has("AWSAccessKeyId") {
        return Ok(());
    }
    if V1.iter().any(|(name, ..)| has(name)) {
        return all(&V1);
    }
    if answer.rules.anonymous {
        return Ok(());
    }
    Err(invalid(
        say!(
            "The parameters say where to upload, but carry no signature: the backend must sign a policy for this bucket \
         (`Policy`, `Signature` and `OssAccessKeyId`, or the V4 fields), or the page allow `anonymous` uploads"
        ),
        &[],
    ))
}
