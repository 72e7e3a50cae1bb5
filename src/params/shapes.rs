//! The shapes of answers: which names mean what, and which wrappings are usual.

use crate::error::Error;
use crate::form::fields as names;
use crate::json::Json;
use crate::policy::Policy;
use crate::text;
use crate::timestamp;

use super::target::{self, Target};
use super::{Key, ParamsRules, UploadParams, invalid, refusal, signed};

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
            _ => Err(invalid(
                "The backend's answer is {}: expected an object with upload parameters",
                &[answer.kind()],
            )),
        };
    };
    if let Some(error) = refusal::stated(entries) {
        return Err(error);
    }
    let has = |any: &[&str]| any.iter().any(|name| find(entries, &[name]).is_some());
    if has(&STRONG) {
        return parameters(entries, rules);
    }
    if wrappings > 0 {
        for name in ENVELOPES {
            if let Some((_, inner @ (Json::Object(_) | Json::String(_)))) = find(entries, &[name]) {
                return unwrap(inner, rules, wrappings - 1);
            }
        }
    }
    if has(&WEAK) {
        return parameters(entries, rules);
    }
    Err(refusal::in_words(entries).unwrap_or_else(|| {
        invalid("The backend's answer holds no upload parameters: expected `Policy`, `Signature` and their fellows", &[])
    }))
}

fn parameters(entries: &Entries, rules: &ParamsRules) -> Result<UploadParams, Error> {
    let names = Names {
        pascal: entries
            .first()
            .and_then(|(name, _)| name.bytes().next())
            .is_some_and(|first| first.is_ascii_uppercase()),
    };
    let nested = match find(entries, &["fields"]) {
        Some((_, Json::Object(nested))) => Some(nested.as_slice()),
        Some((own, other)) => return Err(wrong_kind(own, other, "an object")),
        None => None,
    };
    let fields = names::ordered(signed::form_fields(entries, nested)?);
    let policy_text = names::find(&fields, names::POLICY);
    let policy = policy_text.and_then(Policy::decode);
    signed::check_signed(&fields, names, rules)?;

    let mut bucket = first_text(entries, &BUCKET)?;
    if let (None, Some(nested)) = (&bucket, nested) {
        bucket = first_text(nested, &["bucket"])?;
    }
    if let Some((own, bucket)) = &bucket {
        target::check_bucket(own, bucket)?;
    }
    let bucket = bucket.map(|(_, bucket)| bucket);
    let target = target(entries, bucket.as_deref(), names, rules)?;
    let bucket = bucket.or(target.bucket);

    let key = match key(entries, nested)? {
        Some(key) => key,
        // `{ url, fields }` may leave the key to the page; and who needs no signature needs no key either.
        None if nested.is_some() || policy_text.is_none() => policy
            .as_ref()
            .and_then(Policy::key)
            .unwrap_or(Key::Prefix(String::new())),
        None => {
            return Err(missing(
                names.of("TempFileKey", "dir"),
                "the object key, or the prefix under which it is made",
            ));
        }
    };
    Ok(UploadParams {
        url: target.url,
        host: target.host,
        bucket,
        key,
        expires_at_ms: expiry(entries)?,
        fields,
        policy,
    })
}

/// How names are written in this answer, so that messages use the words of the backend's author.
#[derive(Clone, Copy)]
pub(super) struct Names {
    pascal: bool,
}

impl Names {
    pub(super) fn of(self, pascal: &'static str, lower: &'static str) -> &'static str {
        if self.pascal { pascal } else { lower }
    }
}

fn target(
    entries: &Entries,
    bucket: Option<&str>,
    names: Names,
    rules: &ParamsRules,
) -> Result<Target, Error> {
    if let Some((own, host)) = first_text(entries, &HOST)? {
        return target::of_host(&own, &host, bucket, rules);
    }
    let endpoint = first_text(entries, &ENDPOINT)?;
    if let (None, Some((own, url))) = (&endpoint, first_text(entries, &URL)?) {
        return target::of_host(&own, &url, bucket, rules);
    }
    match (endpoint, bucket) {
        (Some((own, endpoint)), Some(bucket)) => target::of_bucket(&own, &endpoint, bucket, rules),
        (Some(_), None) => Err(missing(
            names.of("BucketName", "bucket"),
            "the bucket to upload to",
        )),
        (None, Some(_)) => Err(missing(
            names.of("Endpoint", "endpoint"),
            "the bucket's endpoint, such as `oss-cn-hangzhou.aliyuncs.com`",
        )),
        (None, None) => Err(missing(
            names.of("Endpoint", "host"),
            "where to upload, such as `https://my-bucket.oss-cn-hangzhou.aliyuncs.com`",
        )),
    }
}

fn key(entries: &Entries, nested: Option<&Entries>) -> Result<Option<Key>, Error> {
    for entries in [Some(entries), nested].into_iter().flatten() {
        if let Some((own, key)) = first_text(entries, &KEY)? {
            check_key(&own, &key)?;
            return Ok(Some(Key::Fixed(key)));
        }
    }
    let Some((own, dir)) = find(entries, &DIR) else {
        return Ok(None);
    };
    let Some(dir) = dir.as_str() else {
        return Err(wrong_kind(own, dir, "text"));
    };
    if !dir.is_empty() {
        check_key(own, dir)?;
    }
    Ok(Some(Key::Prefix(String::from(dir))))
}

/// Object naming rules: 1 to 1023 bytes, not beginning with a slash or backslash.
fn check_key(own: &str, key: &str) -> Result<(), Error> {
    if key.len() > 1023 {
        return Err(invalid(
            "`{}` is too long: OSS allows object keys of 1023 bytes",
            &[own],
        ));
    }
    if let Some(b'/' | b'\\') = key.as_bytes().first() {
        return Err(invalid(
            "`{}` begins with a slash: OSS allows no such object key",
            &[own],
        ));
    }
    Ok(())
}

fn expiry(entries: &Entries) -> Result<Option<i64>, Error> {
    let Some((own, value)) = find(entries, &EXPIRY) else {
        return Ok(None);
    };
    let number = match value {
        Json::Number(_) => value.as_i64().or(Some(0)),
        Json::String(text) => number(text.trim_ascii()),
        other => return Err(wrong_kind(own, other, "a time in Unix seconds")),
    };
    if let Some(number) = number {
        return Ok(timestamp::from_number(number));
    }
    let text = value.as_str().unwrap_or_default();
    // A local time says nothing: whose clock was it?
    let local = timestamp::from_iso(&text::concat(&[text.trim_ascii(), "Z"])).is_some();
    match timestamp::from_iso(text) {
        None if !local => Err(invalid(
            "`{}` is no time: expected Unix seconds, milliseconds or ISO 8601",
            &[own],
        )),
        time => Ok(time),
    }
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
pub(super) fn find<'a>(entries: &'a Entries, any_of: &[&str]) -> Option<(&'a str, &'a Json)> {
    any_of.iter().find_map(|name| {
        entries.iter().find_map(|(own, value)| {
            (names::alike(own, name) && *value != Json::Null).then_some((own.as_str(), value))
        })
    })
}

/// Text of the first of these names that has any; an empty text counts as none.
fn first_text(entries: &Entries, any_of: &[&str]) -> Result<Option<(String, String)>, Error> {
    for name in any_of {
        if let Some((own, value)) = find(entries, &[name])
            && let Some(text) = to_text(own, value)?
        {
            return Ok(Some((String::from(own), text)));
        }
    }
    Ok(None)
}

pub(super) fn to_text(own: &str, value: &Json) -> Result<Option<String>, Error> {
    match value {
        Json::Null => Ok(None),
        value => match value.to_text() {
            Some(text) => Ok(Some(text).filter(|text| !text.is_empty())),
            None => Err(wrong_kind(own, value, "text")),
        },
    }
}

fn wrong_kind(own: &str, value: &Json, expected: &str) -> Error {
    invalid("`{}` is {}: expected {}", &[own, value.kind(), expected])
}

pub(super) fn missing(name: &str, expected: &str) -> Error {
    invalid(
        "`{}` is missing in the backend's answer: expected {}",
        &[name, expected],
    )
}
