//! Policies: the conditions that OSS holds a form to, and the two signatures under them.

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Serialize, Serializer};
use serde_json::json;
use sha1::Sha1;
use sha2::Sha256;
use time::{Duration, OffsetDateTime, macros::format_description};

use crate::{Callback, Limits, acs3::hex, credentials::Credentials};

const V4: &str = "OSS4-HMAC-SHA256";

/// What the form is held to.
pub(crate) struct Pins<'a> {
    pub(crate) bucket: &'a str,
    /// Exactly this key …
    pub(crate) key: Option<&'a str>,
    /// … or any key that starts with this.
    pub(crate) dir: Option<&'a str>,
    /// The form's `callback` field.
    pub(crate) callback: Option<&'a str>,
    /// The form's `x-oss-object-acl` field.
    pub(crate) acl: Option<&'a str>,
    pub(crate) forbid_overwrite: bool,
    pub(crate) limits: &'a Limits,
}

/// A policy and its V1 signature, both ready for the form.
pub(crate) struct SignedV1 {
    pub(crate) policy: String,
    pub(crate) signature: String,
    pub(crate) expires: i64,
}

/// A policy and its V4 signature with the fields that go with it.
pub(crate) struct SignedV4 {
    pub(crate) policy: String,
    pub(crate) signature: String,
    pub(crate) credential: String,
    pub(crate) date: String,
    pub(crate) expires: i64,
}

impl SignedV4 {
    pub(crate) const VERSION: &'static str = V4;
}

/// HMAC-SHA1 over the policy's Base64 text.
pub(crate) fn sign_v1(pins: &Pins<'_>, credentials: &Credentials, now: OffsetDateTime) -> SignedV1 {
    let (policy, expires) = document(pins, &[], credentials, now);
    let signature = v1_signature(&credentials.access_key_secret, &policy);
    SignedV1 {
        policy,
        signature,
        expires,
    }
}

/// HMAC-SHA256 over the policy's Base64 text, with a key derived from day, region and product.
pub(crate) fn sign_v4(
    pins: &Pins<'_>,
    region: &str,
    credentials: &Credentials,
    now: OffsetDateTime,
) -> SignedV4 {
    let date = now
        .format(format_description!(
            "[year][month][day]T[hour][minute][second]Z"
        ))
        .unwrap_or_default();
    let day = date.split('T').next().unwrap_or_default();
    let credential = format!(
        "{}/{day}/{region}/oss/aliyun_v4_request",
        credentials.access_key_id
    );
    let further = [
        ("x-oss-signature-version", V4),
        ("x-oss-credential", &credential),
        ("x-oss-date", &date),
    ];
    let (policy, expires) = document(pins, &further, credentials, now);
    let signature = v4_signature(&credentials.access_key_secret, day, region, &policy);
    SignedV4 {
        policy,
        signature,
        credential,
        date,
        expires,
    }
}

fn v1_signature(secret: &str, policy: &str) -> String {
    BASE64.encode(hmac::<Hmac<Sha1>>(secret.as_bytes(), policy))
}

fn v4_signature(secret: &str, day: &str, region: &str, policy: &str) -> String {
    let start = format!("aliyun_v4{secret}").into_bytes();
    let signature = [day, region, "oss", "aliyun_v4_request", policy]
        .iter()
        .fold(start, |key, part| hmac::<Hmac<Sha256>>(&key, part));
    hex(&signature)
}

fn hmac<M: KeyInit + Mac>(key: &[u8], text: &str) -> Vec<u8> {
    // A key may have any length: this cannot fail.
    <M as KeyInit>::new_from_slice(key)
        .map(|mac| mac.chain_update(text).finalize().into_bytes().to_vec())
        .unwrap_or_default()
}

/// One line of a policy.
enum Condition<'a> {
    Is(&'a str, &'a str),
    Operator(&'a str, &'a str, &'a str),
    In(&'a str, &'a [String]),
    Length(u64, u64),
}

impl Serialize for Condition<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Is(field, value) => serializer.collect_map([(field, value)]),
            Self::Operator(operator, field, value) => {
                (operator, field, value).serialize(serializer)
            }
            Self::In(field, values) => ("in", field, values).serialize(serializer),
            Self::Length(min, max) => ("content-length-range", min, max).serialize(serializer),
        }
    }
}

#[derive(Serialize)]
struct Document<'a> {
    expiration: &'a str,
    conditions: Vec<Condition<'a>>,
}

/// The policy's Base64 text, and when it ends (Unix seconds).
fn document(
    pins: &Pins<'_>,
    further: &[(&str, &str)],
    credentials: &Credentials,
    now: OffsetDateTime,
) -> (String, i64) {
    let lifetime = Duration::seconds(pins.limits.lifetime.try_into().unwrap_or(i64::MAX));
    let expires = now.saturating_add(lifetime);
    // OSS takes no signature of a key that has ended.
    let expires = credentials.ends.map_or(expires, |ends| expires.min(ends));
    let expiration = expires
        .format(format_description!(
            "[year]-[month]-[day]T[hour]:[minute]:[second].000Z"
        ))
        .unwrap_or_default();
    let Limits {
        min_size,
        max_size,
        types,
        ..
    } = pins.limits;
    let mut conditions = Vec::with_capacity(12);
    conditions.push(Condition::Is("bucket", pins.bucket));
    conditions.extend(
        further
            .iter()
            .map(|(name, value)| Condition::Is(name, value)),
    );
    let token = credentials.security_token.as_deref();
    let pinned = [
        ("x-oss-security-token", token),
        ("x-oss-object-acl", pins.acl),
        (
            "x-oss-forbid-overwrite",
            pins.forbid_overwrite.then_some("true"),
        ),
    ];
    conditions.extend(
        pinned
            .into_iter()
            .filter_map(|(name, value)| Some(Condition::Is(name, value?))),
    );
    conditions.extend(pins.key.map(|key| Condition::Operator("eq", "$key", key)));
    conditions.extend(
        pins.dir
            .map(|dir| Condition::Operator("starts-with", "$key", dir)),
    );
    conditions.push(Condition::Length(*min_size, *max_size));
    conditions.extend(type_condition(types));
    conditions.extend(
        pins.callback
            .map(|callback| Condition::Is("callback", callback)),
    );
    let document = Document {
        expiration: &expiration,
        conditions,
    };
    let mut json = Vec::with_capacity(512);
    // Text and numbers only: this cannot fail.
    let _ = serde_json::to_writer(&mut json, &document);
    (BASE64.encode(json), expires.unix_timestamp())
}

fn type_condition(types: &[String]) -> Option<Condition<'_>> {
    match types {
        [] => None,
        [pattern] if pattern.ends_with('*') => Some(Condition::Operator(
            "starts-with",
            "$content-type",
            pattern.trim_end_matches('*'),
        )),
        exact => Some(Condition::In("$content-type", exact)),
    }
}

/// The form's `callback` field.
pub(crate) fn callback_field(callback: &Callback) -> String {
    let Callback {
        url,
        body,
        body_type,
    } = callback;
    BASE64.encode(
        json!({ "callbackUrl": url, "callbackBody": body, "callbackBodyType": body_type })
            .to_string(),
    )
}

#[cfg(test)]
mod tests;
