use super::*;
use serde_json::Value;
use time::macros::datetime;

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../../tests/vectors/post-policy.json")).unwrap()
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
