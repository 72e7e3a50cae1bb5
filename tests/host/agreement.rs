//! The check before sending and OSS's own come to the same end, for policies that a test signs itself.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use oss_direct_upload::error::Code;
use oss_direct_upload::form::{Extras, Pair, PostForm};
use oss_direct_upload::json::Json;
use oss_direct_upload::oss::Secrets;
use oss_direct_upload::params::{ParamsRules, UploadParams};
use oss_direct_upload::response;
use serde_json::{Value, json};
use sha1::Sha1;
use standin::account::{ACCESS_KEY_ID, ACCESS_KEY_SECRET, OWN_BUCKET};

use crate::support::{Cloud, file, json, post, sha256, unique, vector};

/// V1: Base64 of HMAC-SHA1 of the very text of the field `policy`.
fn signed(cloud: &Cloud, conditions: &str, fields: &Value) -> UploadParams {
    let policy =
        format!(r#"{{"expiration":"2099-01-01T00:00:00.000Z","conditions":[{conditions}]}}"#);
    let policy = BASE64_STANDARD.encode(policy);
    let mut mac = Hmac::<Sha1>::new_from_slice(ACCESS_KEY_SECRET.as_bytes()).unwrap();
    mac.update(policy.as_bytes());
    let mut all = json!({
        "OSSAccessKeyId": ACCESS_KEY_ID,
        "policy": policy,
        "Signature": BASE64_STANDARD.encode(mac.finalize().into_bytes()),
    });
    all.as_object_mut()
        .unwrap()
        .extend(fields.as_object().unwrap().clone());
    let answer = json!({ "url": cloud.host(OWN_BUCKET), "bucket": OWN_BUCKET, "fields": all });
    UploadParams::read(&json(&answer), &ParamsRules::default(), Json::parse).unwrap()
}

fn pairs(fields: &Value) -> Vec<Pair> {
    let fields = fields.as_object().unwrap().iter();
    fields
        .map(|(name, value)| Pair::new(name, value.as_str().unwrap()))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn both_judge_alike() {
    let cloud = Cloud::start().await;
    let vectors = vector("policy-verdicts.json");
    let text = |name: &str| vectors["file"][name].as_str().unwrap();
    let content = text("content").as_bytes();
    let facts = file(text("name"), text("type"), content);
    for case in vectors["verdicts"].as_array().unwrap() {
        let conditions = case["conditions"].as_str().unwrap();
        let params = signed(&cloud, conditions, &case["fields"]);
        let extras = Extras {
            metadata: pairs(&case["metadata"]),
            fields: pairs(&case["page"]),
            ..Extras::default()
        };
        let form = PostForm::new(&params, &facts, &extras, unique(conditions)).unwrap();
        let checked = params
            .policy()
            .unwrap()
            .check(form.checked(&facts, params.bucket()));
        let answer = post(&params, &form, content).await;
        let posted = response::read(&answer, form.has_callback(), &Secrets::default());
        assert_eq!(posted.is_ok(), case["allowed"], "OSS: {case} {posted:?}");
        assert_eq!(
            checked.is_ok(),
            case["allowed"],
            "the check: {case} {checked:?}"
        );
        if posted.is_ok() {
            assert_eq!(
                cloud.stored(form.key()).await[0]["sha256"],
                sha256(content),
                "{case}"
            );
        }
    }
}

/// A variable in the key: what OSS stores is what the form said.
#[tokio::test(flavor = "multi_thread")]
async fn both_expand_alike() {
    let cloud = Cloud::start().await;
    for name in [
        "a.txt",
        "报告 2026.pdf",
        "🎉.png",
        "a\"b.txt",
        "a\r\nb.txt",
        "${filename}.txt",
        "a\\",
        "dir/a.txt",
        "${filename}",
    ] {
        let params = signed(
            &cloud,
            r#"["starts-with","$key","expand/"]"#,
            &json!({ "key": "expand/${filename}" }),
        );
        let facts = file(name, "", name.as_bytes());
        let form = PostForm::new(&params, &facts, &Extras::default(), unique(name)).unwrap();
        let answer = post(&params, &form, name.as_bytes()).await;
        response::read(&answer, false, &Secrets::default()).unwrap();
        let stored = cloud.stored(form.key()).await;
        assert_eq!(stored[0]["sha256"], sha256(name.as_bytes()), "{name}");
    }
}

/// Never twice the same object: the second time OSS says that it is there.
#[tokio::test(flavor = "multi_thread")]
async fn overwriting_can_be_forbidden() {
    let cloud = Cloud::start().await;
    let params = signed(
        &cloud,
        r#"["eq","$key","once"]"#,
        &json!({ "key": "once", "x-oss-forbid-overwrite": "true" }),
    );
    let facts = file("a", "", b"1");
    let form = PostForm::new(&params, &facts, &Extras::default(), unique("once")).unwrap();
    assert!(form.forbids_overwrite());
    response::read(
        &post(&params, &form, b"1").await,
        false,
        &Secrets::default(),
    )
    .unwrap();
    let again = post(&params, &form, b"2").await;
    let error = response::read(&again, false, &Secrets::default()).unwrap_err();
    assert_eq!(
        (error.code(), error.status, error.retryable),
        (Code::OssRefused, Some(409), false)
    );
    assert_eq!(error.refusal().unwrap().code, "FileAlreadyExists");
    assert_eq!(response::already_stored(&again).status, 409);
    assert_eq!(cloud.stored("once").await[0]["sha256"], sha256(b"1"));
}
