//! Changes to upload parameters, whatever their shape, signed anew so that only the change is wrong.

use std::fmt::Write as _;

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use sha1::Sha1;
use sha2::Sha256;

use crate::account;

type Answer = Map<String, Value>;

/// A decoded policy.
pub(super) struct Policy {
    document: Value,
    /// When it ends, if that changed.
    expires: Option<i64>,
}

impl Policy {
    pub(super) fn expire_at(&mut self, second: i64) {
        let (Ok(time), Some(expiration)) = (
            Timestamp::from_second(second),
            self.document.get_mut("expiration"),
        ) else {
            return;
        };
        *expiration = json!(time.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string());
        self.expires = Some(second);
    }

    pub(super) fn shift(&mut self, seconds: i64) {
        let expiration = self.document.get("expiration").and_then(Value::as_str);
        if let Some(time) = expiration.and_then(|text| text.parse::<Timestamp>().ok()) {
            self.expire_at(time.as_second() + seconds);
        }
    }

    pub(super) fn limit(&mut self, bytes: i64) {
        self.drop_condition("content-length-range");
        self.add(json!(["content-length-range", 0, bytes]));
    }

    pub(super) fn pin_type(&mut self, kind: &str) {
        self.add(json!(["eq", "$content-type", kind]));
    }

    fn drop_condition(&mut self, operator: &str) {
        if let Some(Value::Array(conditions)) = self.document.get_mut("conditions") {
            conditions
                .retain(|condition| condition.get(0).and_then(Value::as_str) != Some(operator));
        }
    }

    fn add(&mut self, condition: Value) {
        if let Some(Value::Array(conditions)) = self.document.get_mut("conditions") {
            conditions.push(condition);
        }
    }
}

/// Changes the policy and signs it anew with the stand-in's key.
pub(super) fn change_policy(answer: &mut Answer, change: impl FnOnce(&mut Policy)) {
    let decoded = text(answer, &["Policy", "policy"])
        .and_then(|policy| BASE64.decode(policy).ok())
        .and_then(|json| serde_json::from_slice(&json).ok());
    let Some(document) = decoded else { return };
    let mut policy = Policy {
        document,
        expires: None,
    };
    change(&mut policy);
    let encoded = BASE64.encode(policy.document.to_string());
    let secret = match text(answer, &["SecurityToken", "security_token"]) {
        Some(_) => account::STS_SECRET,
        None => account::ACCESS_KEY_SECRET,
    };
    let signature = sign(answer, secret, &encoded);
    set(answer, &["Policy", "policy"], &json!(encoded));
    set(answer, &["Signature", "signature"], &json!(signature));
    if let Some(expires) = policy.expires {
        set(answer, &["ExpireTime", "expire"], &json!(expires));
    }
}

/// A signature that is well-formed and of somebody else's key.
pub(super) fn sign_with_foreign_key(answer: &mut Answer) {
    let Some(policy) = text(answer, &["Policy", "policy"]).map(str::to_owned) else {
        return;
    };
    let signature = sign(answer, "somebody-elses-secret", &policy);
    set(answer, &["Signature", "signature"], &json!(signature));
}

/// Another host in place of OSS's.
pub(super) fn set_host(answer: &mut Answer, host: &str) {
    set(answer, &["Endpoint"], &json!(host));
    set(answer, &["host"], &json!(format!("https://{host}")));
}

/// Another bucket than the policy's.
pub(super) fn set_bucket(answer: &mut Answer, bucket: &str) {
    set(answer, &["BucketName"], &json!(bucket));
    if let Some(host) = text(answer, &["host"]) {
        let host = host.replace(account::OWN_BUCKET, bucket);
        set(answer, &["host"], &json!(host));
    }
}

fn text<'a>(answer: &'a Answer, names: &[&str]) -> Option<&'a str> {
    names.iter().find_map(|name| answer.get(*name)?.as_str())
}

/// Sets the fields of these names that are there.
fn set(answer: &mut Answer, names: &[&str], value: &Value) {
    for name in names {
        if let Some(field) = answer.get_mut(*name) {
            *field = value.clone();
        }
    }
}

/// With the version of the signature that the answer carries.
fn sign(answer: &Answer, secret: &str, policy: &str) -> String {
    match text(answer, &["x_oss_credential"]) {
        Some(credential) => sign_v4(secret, credential, policy),
        None => sign_v1(secret, policy),
    }
}

fn sign_v1(secret: &str, policy: &str) -> String {
    Hmac::<Sha1>::new_from_slice(secret.as_bytes())
        .map(|mac| BASE64.encode(mac.chain_update(policy).finalize().into_bytes()))
        .unwrap_or_default()
}

/// The key is derived from the scope of the credential: `id/day/region/oss/aliyun_v4_request`.
fn sign_v4(secret: &str, credential: &str, policy: &str) -> String {
    let start = format!("aliyun_v4{secret}").into_bytes();
    let signature = credential
        .split('/')
        .skip(1)
        .chain([policy])
        .fold(start, |key, part| {
            Hmac::<Sha256>::new_from_slice(&key)
                .map(|mac| mac.chain_update(part).finalize().into_bytes().to_vec())
                .unwrap_or_default()
        });
    let mut hex = String::new();
    for byte in signature {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

#[cfg(test)]
mod tests {
    use super::*;

    /// tests/vectors/post-policy.json: aliyun-oss-java-sdk and alibabacloud-oss-go-sdk-v2.
    #[test]
    fn both_versions_sign_as_the_sdks_do() {
        let vectors: Value =
            serde_json::from_str(include_str!("../../../vectors/post-policy.json")).unwrap();
        let secret = vectors["secret"].as_str().unwrap();
        let v1 = &vectors["v1"][0];
        assert_eq!(
            sign_v1(secret, v1["policy_base64"].as_str().unwrap()),
            v1["signature"]
        );
        let v4 = &vectors["v4"][0];
        let credential = v4["x-oss-credential"].as_str().unwrap();
        assert_eq!(
            sign_v4(secret, credential, v4["policy_base64"].as_str().unwrap()),
            v4["x-oss-signature"]
        );
    }
}
