//! The signed fields of an answer, and whether they are complete.

use crate::error::{Error, Expected, Reason};
use crate::json::{Json, Parse};
use crate::oss::{Fields, base64, field};

use super::MAX_FIELDS;
use super::answer::{Answer, to_text};

const V4_VERSION: &str = "OSS4-HMAC-SHA256";

/// What answers call fields of the form. Names in the spelling of the form are known anyway.
const ALIASES: [(&str, &str); 5] = [
    ("accessid", field::ACCESS_KEY_ID),
    ("accesskeyid", field::ACCESS_KEY_ID),
    ("securitytoken", field::SECURITY_TOKEN),
    ("signatureversion", field::SIGNATURE_VERSION),
    ("version", field::SIGNATURE_VERSION),
];

/// Every form field in the answer, in OSS's spelling.
pub(super) fn form_fields(answer: &Answer<'_>, parse: Parse) -> Result<Fields, Error> {
    let mut fields = Fields::new();
    for (name, value) in answer.entries {
        if let Some(field) = top_level_field(name, value) {
            set(&mut fields, &field, name, value)?;
        }
    }
    for (name, value) in answer.form.unwrap_or_default() {
        let field = alias(name).map_or_else(|| field::spelled(name), String::from);
        let is_other = matches!(field.as_str(), field::KEY | field::FILE | "submit")
            || field::alike(name, CALLBACK_VARS);
        if !is_other {
            set(&mut fields, &field, name, value)?;
        }
    }
    if fields.contains(field::REDIRECT) {
        return Err(Reason::AnswerRedirects.into());
    }
    let entries = answer.entries.iter().chain(answer.form.unwrap_or_default());
    for (_, value) in entries.filter(|(name, _)| field::alike(name, CALLBACK_VARS)) {
        add_callback_vars(&mut fields, value, parse)?;
    }
    settle_version(&mut fields);
    Ok(fields)
}

/// Other operations of OSS carry callback variables in one parameter, as JSON or as Base64 of JSON. A form has a field
/// for each.
const CALLBACK_VARS: &str = "callback-var";

fn add_callback_vars(fields: &mut Fields, vars: &Json, parse: Parse) -> Result<(), Error> {
    let parsed = vars
        .as_str()
        .and_then(|text| parse(text).or_else(|| parse(&base64::decode(text)?)));
    if let Json::Object(entries) = parsed.as_ref().unwrap_or(vars) {
        if entries.len() > MAX_FIELDS {
            return Err(Reason::TooManyFields { max: MAX_FIELDS }.into());
        }
        for (name, value) in entries {
            let var = name.strip_prefix(field::CALLBACK_VAR).unwrap_or(name);
            let field = format!("{}{var}", field::CALLBACK_VAR);
            fields.set(&field, &to_text(name, value)?);
        }
    }
    Ok(())
}

fn set(fields: &mut Fields, field: &str, name: &str, value: &Json) -> Result<(), Error> {
    // Some backends say so that there is none.
    let may_be_none = matches!(field, field::CALLBACK | field::SECURITY_TOKEN);
    if may_be_none && matches!(value, Json::Bool(false)) {
        return Ok(());
    }
    let value = to_text(name, value)?;
    if !value.is_empty() {
        fields.set(field, &value);
    }
    Ok(())
}

/// V4's fields under V4's names, and none of V1's beside them: those would make OSS ask for all of V1's.
fn settle_version(fields: &mut Fields) {
    let version = fields.get(field::SIGNATURE_VERSION);
    let is_v4 = version.is_some_and(|version| version.starts_with("OSS4"))
        || fields.contains(field::CREDENTIAL);
    if !is_v4 {
        return;
    }
    if version.is_none() {
        fields.set(field::SIGNATURE_VERSION, V4_VERSION);
    }
    fields.remove(field::ACCESS_KEY_ID);
    if let Some(signature) = fields.remove(field::SIGNATURE) {
        fields.set(field::SIGNATURE_V4, &signature.value);
    }
}

/// The form field that a name at the top of the answer stands for. `Expires` there is a time, not a header.
fn top_level_field(name: &str, value: &Json) -> Option<String> {
    if name.starts_with(field::CALLBACK_VAR) {
        return Some(String::from(name));
    }
    if let Some(field) = alias(name) {
        // An API's own version is none of a signature.
        let is_foreign = field == field::SIGNATURE_VERSION
            && !value.as_str().is_some_and(|text| text.starts_with("OSS"));
        return (!is_foreign).then(|| String::from(field));
    }
    let field = field::spelled(name);
    let is_known = field::canonical(&field).is_some() || field.starts_with(field::META);
    let is_other = matches!(field.as_str(), field::KEY | field::FILE | field::EXPIRES);
    (is_known && !is_other).then_some(field)
}

fn alias(name: &str) -> Option<&'static str> {
    ALIASES
        .into_iter()
        .find_map(|(alias, field)| field::alike(alias, name).then_some(field))
}

/// A field that has to be there.
struct Needed {
    field: &'static str,
    /// What answers in PascalCase call it.
    pascal_case: &'static str,
    /// What other answers call it.
    otherwise: &'static str,
    expected: Expected,
}

impl Needed {
    /// A field that every answer calls as the form does.
    const fn new(field: &'static str, expected: Expected) -> Self {
        Self {
            field,
            pascal_case: field,
            otherwise: field,
            expected,
        }
    }
}

const V1: [Needed; 3] = [
    Needed {
        field: field::ACCESS_KEY_ID,
        pascal_case: "OssAccessKeyId",
        otherwise: "accessid",
        expected: Expected::AccessKeyId,
    },
    Needed {
        field: field::POLICY,
        pascal_case: "Policy",
        otherwise: "policy",
        expected: Expected::Policy,
    },
    Needed {
        field: field::SIGNATURE,
        pascal_case: "Signature",
        otherwise: "signature",
        expected: Expected::Signature,
    },
];
const V4: [Needed; 2] = [
    Needed::new(field::POLICY, Expected::Policy),
    Needed::new(field::SIGNATURE_V4, Expected::Signature),
];
/// Beside V4, but not where there is an `x-oss-access-key-id`.
const V4_SCOPE: [Needed; 2] = [
    Needed::new(field::CREDENTIAL, Expected::Credential),
    Needed::new(field::DATE, Expected::SignatureDate),
];

/// Nothing signed is an error unless the page says that nothing need be; something half-signed always is.
pub(super) fn check(fields: &Fields, answer: &Answer<'_>) -> Result<(), Error> {
    let has = |name: &str| fields.contains(name);
    let all = |needed: &[Needed]| match needed.iter().find(|needed| !has(needed.field)) {
        Some(missing) => {
            Err(answer.missing(missing.pascal_case, missing.otherwise, missing.expected))
        }
        None => Ok(()),
    };
    if has(field::CREDENTIAL) || has(field::SIGNATURE_VERSION) {
        all(&V4)?;
        return if has(field::ACCESS_KEY_ID_V2) {
            Ok(())
        } else {
            all(&V4_SCOPE)
        };
    }
    if has(field::AMZ_SIGNATURE) || has(field::AMZ_ACCESS_KEY_ID) {
        return Ok(());
    }
    if V1.iter().any(|needed| has(needed.field)) {
        return all(&V1);
    }
    if answer.rules.anonymous {
        return Ok(());
    }
    Err(Reason::Unsigned.into())
}
