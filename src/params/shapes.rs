//! The shapes of answers: which names mean what, and which wrappings are usual.

use crate::error::Error;
use crate::form::fields as names;
use crate::json::Json;
use crate::policy::Policy;
use crate::text;
use crate::timestamp;

use super::target::{self, Address, Target};
use super::{Key, ParamsRules, UploadParams, invalid, invalid_value, refusal, signed};

pub(super) type Entries = [(String, Json)];

/// Names under which the parameters may lie, an outer one first.
const ENVELOPES: [&str; 6] = [
    "data",
    "body",
    "result",
    "response",
    "params",
    "uploadParams",
];
/// Names that only parameters have.
const STRONG: [&str; 9] = [
    "policy",
    "signature",
    "xosssignature",
    "fields",
    "tempfilekey",
    "endpoint",
    "accessid",
    "ossaccesskeyid",
    "xosscredential",
];
/// Names that parameters have, and other things too.
const WEAK: [&str; 4] = ["host", "bucketname", "dir", "url"];
/// Wrappings inside one another that are still looked through.
const MAX_WRAPPINGS: u8 = 6;

const BUCKET: [&str; 2] = ["BucketName", "bucket"];
const ENDPOINT: [&str; 1] = ["Endpoint"];
const HOST: [&str; 1] = ["host"];
const URL: [&str; 2] = ["url", "uploadUrl"];
const KEY: [&str; 4] = ["TempFileKey", "Key", "objectKey", "objectName"];
const DIR: [&str; 3] = ["dir", "prefix", "keyPrefix"];
const EXPIRY: [&str; 5] = ["ExpireTime", "expire", "expires", "expiration", "expiresAt"];

pub(super) fn read(answer: &Json, rules: &ParamsRules) -> Result<UploadParams, Error> {
    unwrap(answer, rules, MAX_WRAPPINGS)
}

fn unwrap(answer: &Json, rules: &ParamsRules, wrappings: u8) -> Result<UploadParams, Error> {
    let Json::Object(entries) = answer else {
        // A handler that serialises twice, and the `body` of serverless functions, give JSON in text.
        return match answer.as_str().and_then(Json::parse) {
            Some(inner @ Json::Object(_)) if wrappings > 0 => unwrap(&inner, rules, wrappings - 1),
            _ => Err(invalid_value(
                say!("The backend's answer is {}: expected an object with upload parameters"),
                answer.kind(),
            )),
        };
    };
    if let Some(error) = refusal::stated(entries) {
        return Err(error);
    }
    if find(entries, &STRONG).is_some() {
        return parameters(entries, rules);
    }
    if wrappings > 0 {
        for name in &ENVELOPES {
            if let Some((_, inner @ (Json::Object(_) | Json::String(_)))) = find(entries, &[name]) {
                return unwrap(inner, rules, wrappings - 1);
            }
        }
    }
    if find(entries, &WEAK).is_some() {
        return parameters(entries, rules);
    }
    Err(refusal::in_words(entries, None).unwrap_or_else(|| {
        invalid(say!("The backend's answer holds no upload parameters: expected `Policy`, `Signature` and their fellows"), &[])
    }))
}

fn parameters(entries: &Entries, rules: &ParamsRules) -> Result<UploadParams, Error> {
    let nested = match find(entries, &["fields"]) {
        Some((_, Json::Object(nested))) => Some(nested.as_slice()),
        Some((own, other)) => return Err(wrong_kind(own, other, "an object")),
        None => None,
    };
    let answer = Answer {
        entries,
        nested,
        rules,
    };
    let fields = signed::form_fields(&answer)?;
    let policy = names::find(&fields, names::POLICY).and_then(Policy::decode);
    signed::check(&fields, &answer)?;
    let target = answer.target()?;
    let key = answer.key(&fields, policy.as_ref())?;
    Ok(UploadParams {
        target,
        key,
        expires_at_ms: answer.expiry()?,
        fields,
        policy,
    })
}

/// An answer that holds parameters.
pub(super) struct Answer<'a> {
    pub(super) entries: &'a Entries,
    /// The form's fields, where they lie apart.
    pub(super) nested: Option<&'a Entries>,
    pub(super) rules: &'a ParamsRules,
}

impl<'a> Answer<'a> {
    /// That a name is missing, written as this answer's names are: in the words of the backend's author.
    pub(super) fn missing(&self, pascal: &str, lower: &str, expected: &str) -> Error {
        let first = self
            .entries
            .first()
            .and_then(|(name, _)| name.as_bytes().first());
        let is_pascal = first.is_some_and(u8::is_ascii_uppercase);
        invalid(
            say!("`{}` is missing in the backend's answer: expected {}"),
            &[if is_pascal { pascal } else { lower }, expected],
        )
    }

    /// Text of the first of these names that has any, at the top of the answer or among the form's fields.
    fn text(&self, any_of: &[&str], any_of_nested: &[&str]) -> Result<Text<'a>, Error> {
        let text = first_text(self.entries, any_of)?;
        match self.nested {
            Some(nested) if text.value.is_empty() => first_text(nested, any_of_nested),
            _ => Ok(text),
        }
    }

    fn target(&self) -> Result<Target, Error> {
        let bucket = self.text(&BUCKET, &["bucket"])?;
        let bucket_name = bucket.value.as_str();
        if !bucket_name.is_empty() {
            target::check_bucket(bucket.own, bucket_name)?;
        }
        let mut kind = Address::Host;
        let mut address = first_text(self.entries, &HOST)?;
        if address.value.is_empty() {
            let endpoint = first_text(self.entries, &ENDPOINT)?;
            address = first_text(self.entries, &URL)?;
            if !endpoint.value.is_empty() {
                kind = Address::Endpoint;
                address = endpoint;
            }
        }
        if address.value.is_empty() {
            let (lower, expected) = if bucket_name.is_empty() {
                (
                    "host",
                    say!(
                        "where to upload, such as `https://my-bucket.oss-cn-hangzhou.aliyuncs.com`"
                    ),
                )
            } else {
                (
                    "endpoint",
                    say!("the bucket's endpoint, such as `oss-cn-hangzhou.aliyuncs.com`"),
                )
            };
            return Err(self.missing("Endpoint", lower, expected));
        }
        if kind == Address::Endpoint && bucket_name.is_empty() {
            return Err(self.missing("BucketName", "bucket", "the bucket to upload to"));
        }
        target::read(kind, address.own, &address.value, bucket_name, self.rules)
    }

    fn key(&self, fields: &[(String, String)], policy: Option<&Policy>) -> Result<Key, Error> {
        let key = self.text(&KEY, &KEY)?;
        if !key.value.is_empty() {
            check_key(key.own, &key.value)?;
            return Ok(Key::Fixed(key.value));
        }
        if let Some((own, dir)) = find(self.entries, &DIR) {
            let Some(dir) = dir.as_str() else {
                return Err(wrong_kind(own, dir, "text"));
            };
            check_key(own, dir)?;
            return Ok(Key::Prefix(String::from(dir)));
        }
        // `{ url, fields }` may leave the key to the page; and who needs no signature needs no key either.
        if self.nested.is_none() && names::find(fields, names::POLICY).is_some() {
            return Err(self.missing(
                "TempFileKey",
                "dir",
                say!("the object key, or the prefix under which it is made"),
            ));
        }
        let signed = policy.and_then(Policy::key);
        Ok(signed.unwrap_or(Key::Prefix(String::new())))
    }

    fn expiry(&self) -> Result<Option<i64>, Error> {
        let Some((own, value)) = find(self.entries, &EXPIRY) else {
            return Ok(None);
        };
        let text = match value {
            Json::Number(_) => {
                return Ok(value.as_i64().and_then(timestamp::from_number));
            }
            Json::String(text) => text.trim_ascii(),
            other => return Err(wrong_kind(own, other, "a time in Unix seconds")),
        };
        if let Some(number) = number(text) {
            return Ok(timestamp::from_number(number));
        }
        let time = timestamp::from_iso(text);
        // A local time says nothing: whose clock was it?
        if time.is_none() && timestamp::from_iso(&text::concat(&[text, "Z"])).is_none() {
            return Err(invalid_value(
                say!("`{}` is no time: expected Unix seconds, milliseconds or ISO 8601"),
                own,
            ));
        }
        Ok(time)
    }
}

/// Object naming rules: 1 to 1023 bytes, not beginning with a slash or backslash.
fn check_key(own: &str, key: &str) -> Result<(), Error> {
    if key.len() > 1023 {
        return Err(invalid_value(
            say!("`{}` is too long: OSS allows object keys of 1023 bytes"),
            own,
        ));
    }
    if let Some(b'/' | b'\\') = key.as_bytes().first() {
        return Err(invalid_value(
            say!("`{}` begins with a slash: OSS allows no such object key"),
            own,
        ));
    }
    Ok(())
}

/// A whole number. A negative one is no time at all: as good as zero.
fn number(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix("-") {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix("+").unwrap_or(text)),
    };
    let number = i64::try_from(text::number(digits, 10)?).ok()?;
    Some(if negative { 0 } else { number })
}

/// The first of these names that has a value, in the answer's own spelling.
pub(super) fn find<'a>(entries: &'a Entries, any_of: &[&str]) -> Option<&'a (String, Json)> {
    for name in any_of {
        for entry in entries {
            if names::alike(&entry.0, name) && !matches!(entry.1, Json::Null) {
                return Some(entry);
            }
        }
    }
    None
}

/// A text in the answer, empty where there is none.
struct Text<'a> {
    /// Its name in the answer's own spelling.
    own: &'a str,
    value: String,
}

/// Text of the first of these names that has any.
fn first_text<'a>(entries: &'a Entries, any_of: &[&str]) -> Result<Text<'a>, Error> {
    for name in any_of {
        if let Some((own, value)) = find(entries, &[name]) {
            let value = to_text(own, value)?;
            if !value.is_empty() {
                return Ok(Text { own, value });
            }
        }
    }
    Ok(Text {
        own: "",
        value: String::new(),
    })
}

/// The value as text; `null` is none.
pub(super) fn to_text(own: &str, value: &Json) -> Result<String, Error> {
    match value.to_text() {
        None if !matches!(value, Json::Null) => Err(wrong_kind(own, value, "text")),
        text => Ok(text.unwrap_or_default()),
    }
}

fn wrong_kind(own: &str, value: &Json, expected: &str) -> Error {
    invalid("`{}` is {}: expected {}", &[own, value.kind(), expected])
}
