//! What `CreateTempFileUploadUrl` signs: a V1 policy, HMAC-SHA1 over its Base64 text.

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha1::Sha1;

use crate::account;

/// The policy's Base64 text and its signature, with the account's long-lived key.
pub(crate) fn sign_v1(policy: &Value) -> Option<(String, String)> {
    let policy = BASE64.encode(policy.to_string());
    let signature = signature_v1(account::ACCESS_KEY_SECRET, &policy)?;
    Some((policy, signature))
}

/// Base64 of HMAC-SHA1.
pub(crate) fn signature_v1(secret: &str, policy: &str) -> Option<String> {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(policy.as_bytes());
    Some(BASE64.encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// tests/vectors/post-policy.json: aliyun-oss-java-sdk, PostPolicyTest.java.
    #[test]
    fn signatures_of_the_java_sdk() {
        let vectors: Value =
            serde_json::from_str(include_str!("../../../vectors/post-policy.json")).unwrap();
        for vector in vectors["v1"].as_array().unwrap() {
            let signature = signature_v1(
                vectors["secret"].as_str().unwrap(),
                vector["policy_base64"].as_str().unwrap(),
            );
            assert_eq!(
                signature.unwrap(),
                vector["signature"],
                "{}",
                vector["name"]
            );
        }
    }
}
