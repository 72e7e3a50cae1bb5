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
mod tests {
    use super::*;
    use serde_json::Value;
    use time::macros::datetime;

    fn vectors() -> Value {
        serde_json::from_str(include_str!("../../../tests/vectors/post-policy.json")).unwrap()
    }

    /// tests/vectors/post-policy.json: aliyun-oss-java-sdk, PostPolicyTest.java.
    #[test]
    fn v1_signatures_of_the_java_sdk() {
        let vectors = vectors();
        let secret = vectors["secret"].as_str().unwrap();
        for vector in vectors["v1"].as_array().unwrap() {
            let policy = vector["policy_base64"].as_str().unwrap();
            assert_eq!(
                v1_signature(secret, policy),
                vector["signature"],
                "{}",
                vector["name"]
            );
        }
    }

    /// tests/vectors/post-policy.json: alibabacloud-oss-go-sdk-v2 and ali-oss agree on it.
    #[test]
    fn v4_signature_of_the_go_sdk() {
        let vectors = vectors();
        let secret = vectors["secret"].as_str().unwrap();
        let vector = &vectors["v4"][0];
        let text = |name: &str| vector[name].as_str().unwrap().to_owned();
        let signature = v4_signature(
            secret,
            &text("date"),
            &text("region"),
            &text("policy_base64"),
        );
        assert_eq!(signature, text("x-oss-signature"));
    }

    fn decoded(policy: &str) -> String {
        String::from_utf8(BASE64.decode(policy).unwrap()).unwrap()
    }

    fn credentials(token: Option<&str>) -> Credentials {
        Credentials::fixed("AAAAAAAAAAAAAAAA", "BBBB", token)
    }

    #[test]
    fn bucket_key_size_type_and_end_are_pinned() {
        let limits = Limits {
            min_size: 1,
            max_size: 1024,
            types: vec!["image/jpg".to_owned(), "image/png".to_owned()],
            lifetime: 3600,
        };
        let pins = Pins {
            bucket: "examplebucket",
            key: Some("user/eric/1.png"),
            dir: None,
            callback: None,
            acl: Some("private"),
            forbid_overwrite: true,
            limits: &limits,
        };
        let signed = sign_v1(
            &pins,
            &credentials(None),
            datetime!(2023-12-03 12:12:12 UTC),
        );
        assert_eq!(
            decoded(&signed.policy),
            r#"{"expiration":"2023-12-03T13:12:12.000Z","conditions":[{"bucket":"examplebucket"},{"x-oss-object-acl":"private"},{"x-oss-forbid-overwrite":"true"},["eq","$key","user/eric/1.png"],["content-length-range",1,1024],["in","$content-type",["image/jpg","image/png"]]]}"#
        );
        assert_eq!(signed.expires, 1_701_609_132);
    }

    #[test]
    fn v4_pins_what_the_document_lists() {
        let limits = Limits {
            types: vec!["image/*".to_owned()],
            ..Limits::default()
        };
        let pins = Pins {
            bucket: "examplebucket",
            key: None,
            dir: Some("user/eric/"),
            callback: Some("e30="),
            acl: None,
            forbid_overwrite: false,
            limits: &limits,
        };
        let now = datetime!(2023-12-03 12:12:12 UTC);
        let signed = sign_v4(&pins, "cn-hangzhou", &credentials(Some("token")), now);
        assert_eq!(
            decoded(&signed.policy),
            r#"{"expiration":"2023-12-03T12:22:12.000Z","conditions":[{"bucket":"examplebucket"},{"x-oss-signature-version":"OSS4-HMAC-SHA256"},{"x-oss-credential":"AAAAAAAAAAAAAAAA/20231203/cn-hangzhou/oss/aliyun_v4_request"},{"x-oss-date":"20231203T121212Z"},{"x-oss-security-token":"token"},["starts-with","$key","user/eric/"],["content-length-range",0,1073741824],["starts-with","$content-type","image/"],{"callback":"e30="}]}"#
        );
        assert_eq!(signed.date, "20231203T121212Z");
    }

    #[test]
    fn a_policy_ends_with_the_key_that_signed_it() {
        let limits = Limits::default();
        let pins = Pins {
            bucket: "examplebucket",
            key: None,
            dir: Some("a/"),
            callback: None,
            acl: None,
            forbid_overwrite: false,
            limits: &limits,
        };
        let mut temporary = credentials(Some("token"));
        temporary.ends = Some(datetime!(2023-12-03 12:15:00 UTC));
        let signed = sign_v1(&pins, &temporary, datetime!(2023-12-03 12:12:12 UTC));
        assert_eq!(signed.expires, 1_701_605_700);
        let policy = decoded(&signed.policy);
        assert!(
            policy.contains(r#""expiration":"2023-12-03T12:15:00.000Z""#),
            "{policy}"
        );
        assert!(
            policy.contains(r#"{"x-oss-security-token":"token"}"#),
            "{policy}"
        );
    }
}
