//! The shapes of answers: which names mean what, and which wrappings are usual.

use crate::error::{Error, Expected, Reason};
use crate::json::{Json, Kind, Parse};
use crate::oss::{Fields, field, key, time};
use crate::policy::{KeyRule, Policy};

use super::answer::{Answer, Entries, find, first_text, wrong_kind};
use super::target::{self, Address, AddressKind, Target};
use super::{Key, MAX_FIELDS, ParamsRules, UploadParams, refusal, signed};

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
const BUCKET_IN_FORM: [&str; 1] = ["bucket"];
const ENDPOINT: [&str; 1] = ["Endpoint"];
const HOST: [&str; 2] = ["host", "uploadHost"];
const URL: [&str; 2] = ["url", "uploadUrl"];
const KEY: [&str; 4] = ["TempFileKey", "Key", "objectKey", "objectName"];
const DIR: [&str; 2] = ["dir", "uploadDir"];
/// Not only of folders: `prefix` may end in the middle of a name.
const PREFIX: [&str; 2] = ["prefix", "keyPrefix"];
const EXPIRY: [&str; 5] = ["ExpireTime", "expire", "expires", "expiration", "expiresAt"];

pub(super) fn read(
    answer: &Json,
    rules: &ParamsRules,
    parse: Parse,
) -> Result<UploadParams, Error> {
    unwrap(answer, rules, parse, MAX_WRAPPINGS).map_err(|error| refusal::masked(error, answer))
}

fn unwrap(
    answer: &Json,
    rules: &ParamsRules,
    parse: Parse,
    wrappings: u8,
) -> Result<UploadParams, Error> {
    let Json::Object(entries) = answer else {
        // A handler that serialises twice, and the `body` of serverless functions, give JSON in text.
        return match answer.as_str().and_then(parse) {
            Some(inner @ Json::Object(_)) if wrappings > 0 => {
                unwrap(&inner, rules, parse, wrappings - 1)
            }
            _ => Err(Reason::AnswerNotAnObject {
                found: answer.kind(),
            }
            .into()),
        };
    };
    if entries.len() > MAX_FIELDS {
        return Err(Reason::TooManyFields { max: MAX_FIELDS }.into());
    }
    if let Some(error) = refusal::explicit(entries) {
        return Err(error);
    }
    let read = if find(entries, &STRONG).is_some() {
        parameters(entries, rules, parse)
    } else if let Some(inner) = wrapped(entries).filter(|_| wrappings > 0) {
        unwrap(inner, rules, parse, wrappings - 1)
    } else if find(entries, &WEAK).is_some() {
        parameters(entries, rules, parse)
    } else {
        Err(Reason::NoParams.into())
    };
    // Complete parameters outrank a guess from `code` and `msg`, which every backend fills in another way.
    read.map_err(|error| match error.reason {
        Reason::BackendRefused { .. } => error,
        _ => refusal::guessed(entries).unwrap_or(error),
    })
}

/// The first object that holds what only parameters have, or else what lies under one of the usual names.
fn wrapped(entries: &Entries) -> Option<&Json> {
    let certain = entries
        .iter()
        .map(|(_, inner)| inner)
        .find(|inner| matches!(inner, Json::Object(entries) if find(entries, &STRONG).is_some()));
    certain.or_else(|| {
        ENVELOPES.iter().find_map(|name| {
            let (_, inner) = find(entries, &[name])?;
            let may_be = match inner {
                Json::Object(_) => true,
                // JSON in text, which may be in quotes once more.
                Json::String(text) => text.trim_ascii_start().starts_with(['{', '"']),
                _ => false,
            };
            may_be.then_some(inner)
        })
    })
}

fn parameters(entries: &Entries, rules: &ParamsRules, parse: Parse) -> Result<UploadParams, Error> {
    let form = match find(entries, &["fields"]) {
        Some((_, Json::Object(form))) => Some(form.as_slice()),
        Some((name, other)) => return Err(wrong_kind(name, other, Kind::Object)),
        None => None,
    };
    if form.is_some_and(|form| form.len() > MAX_FIELDS) {
        return Err(Reason::TooManyFields { max: MAX_FIELDS }.into());
    }
    let answer = Answer {
        entries,
        form,
        rules,
    };
    let fields = signed::form_fields(&answer, parse)?;
    let policy = fields
        .get(field::POLICY)
        .and_then(|base64| Policy::decode(base64, parse));
    signed::check(&fields, &answer)?;
    let target = target(&answer)?;
    let key = object_key(&answer, &fields, policy.as_ref())?;
    Ok(UploadParams {
        target,
        key,
        stated_expiry_ms: stated_expiry_ms(&answer),
        fields,
        policy,
    })
}

fn target(answer: &Answer<'_>) -> Result<Target, Error> {
    let bucket = answer.text(&BUCKET, &BUCKET_IN_FORM)?;
    if let Some(bucket) = &bucket {
        target::check_bucket(bucket)?;
    }
    let (kind, text) = if let Some(host) = first_text(answer.entries, &HOST)? {
        (AddressKind::Host, host)
    } else if let Some(endpoint) = first_text(answer.entries, &ENDPOINT)? {
        (AddressKind::Endpoint, endpoint)
    } else if let Some(url) = first_text(answer.entries, &URL)? {
        (AddressKind::Host, url)
    } else if bucket.is_some() {
        return Err(answer.missing("Endpoint", "endpoint", Expected::Endpoint));
    } else {
        return Err(answer.missing("Endpoint", "host", Expected::Host));
    };
    if kind == AddressKind::Endpoint && bucket.is_none() {
        return Err(answer.missing("BucketName", "bucket", Expected::Bucket));
    }
    let address = Address {
        kind,
        name: text.name,
        text: &text.value,
        bucket: bucket.as_ref().map_or("", |bucket| &bucket.value),
    };
    target::read(&address, answer.rules)
}

fn object_key(answer: &Answer<'_>, fields: &Fields, policy: Option<&Policy>) -> Result<Key, Error> {
    if let Some(key) = answer.text(&KEY, &KEY)? {
        check_key(key.name, &key.value)?;
        return Ok(Key::Fixed(key.value));
    }
    if let Some((name, dir)) = find(answer.entries, &DIR) {
        let mut folder = text_of_prefix(name, dir)?;
        // A folder is meant, whether it is written with its slash or without.
        if !folder.is_empty() && !folder.ends_with('/') {
            folder.push('/');
        }
        return Ok(Key::Prefix(folder));
    }
    if let Some((name, prefix)) = find(answer.entries, &PREFIX) {
        return Ok(Key::Prefix(text_of_prefix(name, prefix)?));
    }
    // `{ url, fields }` may leave the key to the page; who needs no signature needs no key either.
    let needs_key = answer.form.is_none() && fields.contains(field::POLICY);
    if needs_key && !answer.rules.page_has_key {
        return Err(answer.missing("TempFileKey", "dir", Expected::Key));
    }
    Ok(match policy.and_then(Policy::key) {
        Some(KeyRule::Exactly(key)) => Key::Fixed(String::from(key)),
        Some(KeyRule::Below(prefix)) if !needs_key => Key::Prefix(String::from(prefix)),
        _ => Key::Prefix(String::new()),
    })
}

fn text_of_prefix(name: &str, prefix: &Json) -> Result<String, Error> {
    let Some(prefix) = prefix.as_str() else {
        return Err(wrong_kind(name, prefix, Kind::String));
    };
    check_key(name, prefix)?;
    Ok(String::from(prefix))
}

fn check_key(name: &str, object_key: &str) -> Result<(), Error> {
    let name = String::from(name);
    if object_key.len() > key::MAX_LEN {
        return Err(Reason::AnswerKeyTooLong { name }.into());
    }
    if key::begins_with_slash(object_key) {
        return Err(Reason::AnswerKeyBeginsWithSlash { name }.into());
    }
    Ok(())
}

/// A time that the answer states beside the policy. Nobody signed it, so it is a hint: what cannot be read is no error.
fn stated_expiry_ms(answer: &Answer<'_>) -> Option<i64> {
    let (_, value) = find(answer.entries, &EXPIRY)?;
    match value {
        Json::Number(_) => value.as_i64().and_then(time::from_number),
        Json::String(text) => match text.trim_ascii().parse() {
            Ok(number) => time::from_number(number),
            Err(_) => time::from_iso(text),
        },
        _ => None,
    }
}
