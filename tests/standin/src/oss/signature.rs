//! The two ways to sign a form: both over the policy's text as it is sent.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use sha2::Sha256;

/// V1: Base64 of HMAC-SHA1.
pub(crate) fn sign_v1(secret: &str, policy: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    mac.update(policy.as_bytes());
    BASE64_STANDARD.encode(mac.finalize().into_bytes())
}

/// V4: lower-case hex of HMAC-SHA256 with a key derived from day and region.
pub(crate) fn sign_v4(secret: &str, day: &str, region: &str, policy: &str) -> String {
    use std::fmt::Write as _;
    let key = format!("aliyun_v4{secret}").into_bytes();
    let signature = [day, region, "oss", "aliyun_v4_request", policy]
        .iter()
        .fold(key, |key, message| hmac_sha256(&key, message));
    signature.iter().fold(String::new(), |mut hex, byte| {
        // Writing to a String does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn hmac_sha256(key: &[u8], message: &str) -> Vec<u8> {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return Vec::new();
    };
    mac.update(message.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn vectors() -> Value {
        serde_json::from_str(include_str!("../../../vectors/post-policy.json")).unwrap()
    }

    #[test]
    fn v1_signatures_are_those_of_the_java_sdk() {
        let vectors = vectors();
        let secret = vectors["secret"].as_str().unwrap();
        let v1 = vectors["v1"].as_array().unwrap();
        assert_eq!(v1.len(), 2);
        for vector in v1 {
            let policy = vector["policy_base64"].as_str().unwrap();
            assert_eq!(
                sign_v1(secret, policy),
                vector["signature"],
                "{}",
                vector["name"]
            );
        }
    }

    #[test]
    fn v4_signature_is_that_of_ali_oss_and_the_go_sdk() {
        let vectors = vectors();
        let secret = vectors["secret"].as_str().unwrap();
        for vector in vectors["v4"].as_array().unwrap() {
            let text = |name: &str| vector[name].as_str().unwrap();
            let signature = sign_v4(secret, text("date"), text("region"), text("policy_base64"));
            assert_eq!(signature, text("x-oss-signature"));
            assert_eq!(
                sign_v1(secret, text("policy_base64")),
                text("v1_signature_of_same_policy")
            );
        }
    }
}
