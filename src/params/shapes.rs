//! The shapes of answers: which names mean what, and which wrappings are usual.

use crate::error::{Error, Expected, Reason};
use crate::json::{Json, Kind, Parse};
use crate::oss::{Fields, field, key, time};
use crate::policy::{KeyRule, Policy};

use super::answer::{Answer, Entries, find, first_text, wrong_kind};
use super::target::{self, Address, AddressKind, Target};
use super::{Key, ParamsRules, UploadParams, refusal, signed};

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
const HOST: [&str; 1] = ["host"];
const URL: [&str; 2] = ["url", "uploadUrl"];
const KEY: [&str; 4] = ["TempFileKey", "Key", "objectKey", "objectName"];
const DIR: [&str; 3] = ["dir", "prefix", "keyPrefix"];
const EXPIRY: [&str; 5] = ["ExpireTime", "expire", "expires", "expiration", "expiresAt"];

pub(super) fn read(
    answer: &Json,
    rules: &ParamsRules,
    parse: Parse,
) -> Result<UploadParams, Error> {
    unwrap(answer, rules, parse, MAX_WRAPPINGS)
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
    if let Some(error) = refusal::stated(entries) {
        return Err(error);
    }
    if find(entries, &STRONG).is_some() {
        return parameters(entries, rules, parse);
    }
    if wrappings > 0 {
        for name in ENVELOPES {
            if let Some((_, inner @ (Json::Object(_) | Json::String(_)))) = find(entries, &[name]) {
                return unwrap(inner, rules, parse, wrappings - 1);
            }
        }
    }
    if find(entries, &WEAK).is_some() {
        return parameters(entries, rules, parse);
    }
    Err(refusal::in_words(entries, None).unwrap_or_else(|| Reason::NoParams.into()))
}

fn parameters(entries: &Entries, rules: &ParamsRules, parse: Parse) -> Result<UploadParams, Error> {
    let form = match find(entries, &["fields"]) {
        Some((_, Json::Object(form))) => Some(form.as_slice()),
        Some((name, other)) => return Err(wrong_kind(name, other, Kind::Object)),
        None => None,
    };
    let answer = Answer {
        entries,
        form,
        rules,
    };
    let fields = signed::form_fields(&answer)?;
    let policy = fields
        .get(field::POLICY)
        .and_then(|base64| Policy::decode(base64, parse));
    signed::check(&fields, &answer)?;
    let target = target(&answer)?;
    let key = object_key(&answer, &fields, policy.as_ref())?;
    Ok(UploadParams {
        target,
        key,
        stated_expiry_ms: stated_expiry_ms(&answer)?,
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
        let Some(dir) = dir.as_str() else {
            return Err(wrong_kind(name, dir, Kind::String));
        };
        check_key(name, dir)?;
        return Ok(Key::Prefix(String::from(dir)));
    }
    // `{ url, fields }` may leave the key to the page; and who needs no signature needs no key either.
    if answer.form.is_none() && fields.contains(field::POLICY) {
        return Err(answer.missing("TempFileKey", "dir", Expected::Key));
    }
    Ok(match policy.and_then(Policy::key) {
        Some(KeyRule::Exactly(key)) => Key::Fixed(String::from(key)),
        Some(KeyRule::Below(prefix)) => Key::Prefix(String::from(prefix)),
        None => Key::Prefix(String::new()),
    })
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

fn stated_expiry_ms(answer: &Answer<'_>) -> Result<Option<i64>, Error> {
    let Some((name, value)) = find(answer.entries, &EXPIRY) else {
        return Ok(None);
    };
    let text = match value {
        Json::Number(_) => return Ok(value.as_i64().and_then(time::from_number)),
        Json::String(text) => text.trim_ascii(),
        other => return Err(wrong_kind(name, other, Kind::Number)),
    };
    if let Ok(number) = text.parse() {
        return Ok(time::from_number(number));
    }
    let time = time::from_iso(text);
    // A local time says nothing: whose clock was it?
    let is_local = time::from_iso(&format!("{text}Z")).is_some();
    if time.is_none() && !is_local {
        let name = String::from(name);
        return Err(Reason::NotATime { name }.into());
    }
    Ok(time)
}
