use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::*;
use crate::error::{Code, Phase, Reason};
use proptest::prelude::*;
use serde_json::json;

fn read_with(answer: &serde_json::Value, rules: &ParamsRules) -> Result<UploadParams, Error> {
    UploadParams::read(&Json::from(answer.clone()), rules, Json::parse)
}

fn read(answer: &serde_json::Value) -> Result<UploadParams, Error> {
    read_with(answer, &ParamsRules::default())
}

fn names(params: &UploadParams) -> Vec<&str> {
    params.fields().names().collect()
}

fn vector(name: &str) -> serde_json::Value {
    let path = [env!("CARGO_MANIFEST_DIR"), "/tests/vectors/", name].concat();
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The V4 vector's policy: expires 2023-12-03T13:12:12Z, bucket `examplebucket`, keys under `user/eric/`.
fn v4_policy() -> String {
    String::from(
        vector("post-policy.json")["v4"][0]["policy_base64"]
            .as_str()
            .unwrap(),
    )
}

/// The documented V1 answer ("Add signatures on the server, configure upload callbacks, and directly transfer data").
fn v1() -> serde_json::Value {
    json!({
        "accessid": "6MKOqxGiGU4AUk44",
        "host": "http://post-test.oss-cn-hangzhou.aliyuncs.com",
        "policy": v4_policy(),
        "signature": "VsxOcOudxDbtNSvz93CLaXPz+4s=",
        "expire": 1_446_727_949,
        "callback": "eyJjYWxsYmFja1VybCI6Imh0dHA6Ly9vc3MtZGVtby5hbGl5dW5jcy5jb20ifQ==",
        "dir": "user-dirs/",
    })
}

#[test]
fn v1_as_documented() {
    let mut answer = v1();
    // The document's own host is http, which no https page may post to: OSS speaks https, too.
    let params = read(&answer).unwrap();
    assert_eq!(
        params.url(),
        "https://post-test.oss-cn-hangzhou.aliyuncs.com/"
    );
    assert_eq!(params.key(), &Key::Prefix(String::from("user-dirs/")));
    assert!(params.is_reusable());
    assert_eq!(
        names(&params),
        ["OSSAccessKeyId", "policy", "Signature", "callback"]
    );
    assert_eq!(params.signature_version(), SignatureVersion::V1);
    // The policy was signed, `expire` was not.
    assert_eq!(params.expires_at_ms(), Some(1_701_609_132_000));
    // The host may say another name: it could be an access point's alias.
    assert_eq!(params.bucket(), Some("examplebucket"));
    answer["policy"] = json!("****");
    assert_eq!(read(&answer).unwrap().bucket(), Some("post-test"));
    answer["host"] = json!("https://files.example.com");
    assert_eq!(read(&answer).unwrap().bucket(), None);
}

/// The documented V4 answer ("Obtain signature information from the server and upload data to OSS").
fn v4() -> serde_json::Value {
    json!({
        "policy": v4_policy(),
        "x_oss_signature_version": "OSS4-HMAC-SHA256",
        "x_oss_credential": "STS.example/20231203/cn-hangzhou/oss/aliyun_v4_request",
        "x_oss_date": "20231203T121212Z",
        "signature": "7efc837b505e6efdab106288c9d27560eec7198fbfc5edf9e70c9111ec2283c5",
        "dir": "user-dir",
        "host": "https://examplebucket.oss-cn-hangzhou.aliyuncs.com",
        "security_token": "a-token",
        "callback": "",
    })
}

const V4_NAMES: [&str; 6] = [
    "x-oss-signature-version",
    "x-oss-credential",
    "x-oss-date",
    "policy",
    "x-oss-signature",
    "x-oss-security-token",
];

#[test]
fn v4_as_documented() {
    let params = read(&v4()).unwrap();
    assert_eq!(names(&params), V4_NAMES);
    assert_eq!(params.signature_version(), SignatureVersion::V4);
    assert_eq!(params.expires_at_ms(), Some(1_701_609_132_000));

    // The Java sample of the same page calls the version `version`.
    let mut java = v4();
    java["version"] = java["x_oss_signature_version"].take();
    assert_eq!(read(&java).unwrap().fields(), params.fields());
    // An API's own version is none of the signature.
    java["version"] = json!("2.0");
    assert_eq!(read(&java).unwrap().fields(), params.fields());
    // Without it, the credential still says what it is; a long-lived key has no token.
    java["version"] = json!(null);
    java["security_token"] = json!("");
    java["accessid"] = json!("not wanted beside V4");
    assert_eq!(names(&read(&java).unwrap()), &V4_NAMES[..5]);
}

#[test]
fn names_in_every_case() {
    let params = read(&v4()).unwrap();
    let camel = json!({
        "policy": v4_policy(),
        "xOssSignatureVersion": "OSS4-HMAC-SHA256",
        "xOssCredential": "STS.example/20231203/cn-hangzhou/oss/aliyun_v4_request",
        "xOssDate": "20231203T121212Z",
        "xOssSignature": "7efc837b505e6efdab106288c9d27560eec7198fbfc5edf9e70c9111ec2283c5",
        "dir": "user-dir",
        "host": "examplebucket.oss-cn-hangzhou.aliyuncs.com/",
        "securityToken": "a-token",
    });
    assert_eq!(read(&camel).unwrap(), params);
}

/// PrepareUpload's documented answer, and what the backend signed for that physical bucket.
#[test]
fn prepare_upload() {
    let mut answer = vector("prepare-upload.json")["response"].clone();
    let error = read(&answer).unwrap_err();
    assert_eq!(error.code(), Code::InvalidParams);
    assert!(error.to_string().contains("carry no signature"), "{error}");

    let anonymous = ParamsRules {
        anonymous: true,
        ..ParamsRules::default()
    };
    let params = read_with(&answer, &anonymous).unwrap();
    assert_eq!(params.url(), "https://test-xxxxxx.eos.aliyuncs.com/");
    assert_eq!(params.signature_version(), SignatureVersion::None);
    assert_eq!(
        (params.fields().len(), params.key()),
        (0, &Key::Prefix(String::new()))
    );

    for (name, value) in [
        ("Key", "user/eric/a.png"),
        ("OssAccessKeyId", "STS.example"),
        ("Policy", v4_policy().as_str()),
        ("Signature", "/TgmcpUjIphELW1ldidVLmBF6x0="),
        ("SecurityToken", "a-token"),
        ("ExpireTime", "2023-12-03T13:00:00Z"),
    ] {
        answer[name] = json!(value);
    }
    let params = read(&answer).unwrap();
    assert_eq!(params.bucket(), Some("test-xxxxxx"));
    assert_eq!(params.key(), &Key::Fixed(String::from("user/eric/a.png")));
    assert_eq!(
        names(&params),
        [
            "OSSAccessKeyId",
            "policy",
            "Signature",
            "x-oss-security-token"
        ]
    );
    // The policy was signed, `ExpireTime` was not.
    assert_eq!(params.expires_at_ms(), Some(1_701_609_132_000));
}

#[test]
fn url_and_fields() {
    let fields = json!({
        "x-oss-signature-version": "OSS4-HMAC-SHA256",
        "X-OSS-Credential": "STS.example/20231203/cn-hangzhou/oss/aliyun_v4_request",
        "x-oss-date": "20231203T121212Z",
        "policy": v4_policy(),
        "x-oss-signature": "7efc837b505e6efdab106288c9d27560eec7198fbfc5edf9e70c9111ec2283c5",
        "key": "user/eric/${filename}",
        "success_action_status": 201,
        "x-oss-meta-author": "me",
        "Expires": "Thu, 01 Dec 2033 16:00:00 GMT",
        "file": "",
        "name": "plupload's",
    });
    let url = "https://examplebucket.oss-cn-hangzhou.aliyuncs.com";
    let mut answer = json!({ "url": url, "fields": fields });
    let params = read(&answer).unwrap();
    assert_eq!(
        params.key(),
        &Key::Fixed(String::from("user/eric/${filename}"))
    );
    let mut expected = V4_NAMES[..5].to_vec();
    // Undocumented ones keep their order.
    expected.extend([
        "success_action_status",
        "Expires",
        "x-oss-meta-author",
        "name",
    ]);
    assert_eq!(names(&params), expected);
    assert_eq!(params.fields().get("success_action_status"), Some("201"));

    answer["key"] = json!("user/eric/b.png");
    assert_eq!(
        read(&answer).unwrap().key(),
        &Key::Fixed(String::from("user/eric/b.png"))
    );

    // Without a key the policy says under which prefix one may be made.
    answer.as_object_mut().unwrap().remove("key");
    answer["fields"].as_object_mut().unwrap().remove("key");
    assert_eq!(
        read(&answer).unwrap().key(),
        &Key::Prefix(String::from("user/eric/"))
    );

    answer["fields"] = json!("policy=…");
    let error = read(&answer).unwrap_err();
    assert_eq!(error.to_string(), "`fields` is text: expected an object.");
}

#[test]
fn s3_style_fields_are_passed_on() {
    let fields = json!({
        "bucket": "examplebucket", "key": "a.png", "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": "id/20231203/cn-hangzhou/s3/aws4_request", "X-Amz-Date": "20231203T121212Z",
        "Policy": v4_policy(), "X-Amz-Signature": "00",
    });
    let params = read(
        &json!({ "url": "https://examplebucket.oss-cn-hangzhou.aliyuncs.com/", "fields": fields }),
    )
    .unwrap();
    assert_eq!(
        names(&params),
        [
            "policy",
            "bucket",
            "X-Amz-Algorithm",
            "X-Amz-Credential",
            "X-Amz-Date",
            "X-Amz-Signature"
        ]
    );
    assert_eq!(params.signature_version(), SignatureVersion::V4);
    assert_eq!(params.bucket(), Some("examplebucket"));
}

#[test]
fn envelopes() {
    let bare = read(&v4()).unwrap();
    for answer in [
        json!({ "code": 0, "data": v4() }),
        json!({ "code": 200, "msg": "ok", "data": v4() }),
        json!({ "code": "00000", "message": "success", "data": v4() }),
        json!({ "code": 20000, "message": "done", "data": { "result": v4() } }),
        json!({ "success": true, "data": v4() }),
        json!({ "Success": true, "Code": "OK", "Message": "successful", "Data": v4() }),
        json!({ "headers": {}, "statusCode": 200, "body": v4() }),
        json!({ "statusCode": 200, "body": v4().to_string() }),
        json!({ "result": { "body": { "data": v4() } } }),
        // Complete parameters outrank a guess from `code` and `msg`.
        json!({ "code": 10000, "msg": "success", "data": v4() }),
        json!({ "code": 1000, "msg": "success", "data": v4() }),
        json!({ "code": "A00000", "msg": "success", "data": v4() }),
        json!({ "code": 500, "message": "broken", "data": v4() }),
        json!({ "errno": -1, "errmsg": "", "data": v4() }),
        // Whatever the wrapping is called.
        json!({ "code": 0, "msg": "success", "content": v4() }),
        json!({ "payload": v4() }),
        json!({ "code": 0, "Model": v4(), "total": { "count": 1 } }),
        json!(v4().to_string()),
    ] {
        assert_eq!(read(&answer), Ok(bare.clone()), "{answer}");
    }
}

#[test]
fn parameters_are_looked_for_in_six_wrappings() {
    let wrapped = |times| (0..times).fold(v4(), |inner, _| json!({ "data": inner }));
    // The innermost names of parameters are seen from the wrapping around them: it counts as one.
    assert!(read(&wrapped(6)).is_ok());
    assert_eq!(read(&wrapped(7)).unwrap_err().reason, Reason::NoParams);

    let quoted = |times| (0..times).fold(v4(), |inner, _| json!(inner.to_string()));
    assert!(read(&quoted(1)).is_ok());
    let around = |times| (0..times).fold(quoted(1), |inner, _| json!({ "data": inner }));
    assert!(read(&around(5)).is_ok());
    // Each text and each object counts.
    let texts = |times| (0..times).fold(v4(), |inner, _| json!({ "data": inner.to_string() }));
    assert!(read(&texts(3)).is_ok());
    assert_eq!(read(&texts(4)).unwrap_err().reason, Reason::NoParams);
    let error = read(&around(6)).unwrap_err();
    assert!(
        matches!(error.reason, Reason::AnswerNotAnObject { .. }),
        "{error}"
    );
}

#[test]
fn refusals_in_the_servers_own_words() {
    for (answer, message, code) in [
        (
            json!({ "Success": false, "Code": "FileNameIllegal", "Message": "File name is illegal.", "RequestId": "R-1" }),
            "The backend refused to hand out upload parameters: File name is illegal. (FileNameIllegal).",
            "FileNameIllegal",
        ),
        (
            json!({ "code": 40101, "msg": "not signed in", "data": null }),
            "The backend refused to hand out upload parameters: not signed in (40101).",
            "40101",
        ),
        (
            json!({ "success": false, "data": v4() }),
            "The backend refused to hand out upload parameters.",
            "",
        ),
        (
            json!({ "success": "False", "data": v4() }),
            "The backend refused to hand out upload parameters.",
            "",
        ),
        // The innermost knows best.
        (
            json!({ "code": 500, "msg": "broken", "data": { "success": false, "code": "quota", "message": "too many files" } }),
            "The backend refused to hand out upload parameters: too many files (quota).",
            "quota",
        ),
        (
            json!({ "error": { "code": "quota", "message": "too many files today" } }),
            "The backend refused to hand out upload parameters: too many files today (quota).",
            "quota",
        ),
        (
            json!({ "error": "nope" }),
            "The backend refused to hand out upload parameters: nope.",
            "",
        ),
        (
            json!({ "code": 500, "message": "broken", "data": { "host": "a.example" } }),
            "The backend refused to hand out upload parameters: broken (500).",
            "500",
        ),
        (
            json!({ "code": "2FA_REQUIRED" }),
            "The backend refused to hand out upload parameters: 2FA_REQUIRED.",
            "2FA_REQUIRED",
        ),
        (
            json!({ "code": 403 }),
            "The backend refused to hand out upload parameters: 403.",
            "403",
        ),
        (
            json!({ "code": 1, "msg": "no right to upload", "data": {} }),
            "The backend refused to hand out upload parameters: no right to upload (1).",
            "1",
        ),
        (
            json!({ "code": 0, "msg": "unsuccessful", "data": null }),
            "The backend refused to hand out upload parameters: unsuccessful (0).",
            "0",
        ),
        (
            json!({ "code": 1, "message": "", "msg": "no right", "data": {} }),
            "The backend refused to hand out upload parameters: no right (1).",
            "1",
        ),
        (
            json!({ "error": {}, "errorCode": 7, "errorMsg": "didn't succeed" }),
            "The backend refused to hand out upload parameters: didn't succeed (7).",
            "7",
        ),
        (
            json!({ "ok": false, "detail": "quota exceeded", "data": v4() }),
            "The backend refused to hand out upload parameters: quota exceeded.",
            "",
        ),
    ] {
        let error = read(&answer).unwrap_err();
        assert_eq!(
            (error.code(), error.phase()),
            (Code::ParamsRefused, Phase::Params)
        );
        assert_eq!(error.to_string(), message);
        assert_eq!(error.refusal().map_or("", |oss| &oss.code), code);
    }
}

#[test]
fn parameters_are_found_beside_words_of_success() {
    for answer in [
        json!({ "result": "success", "content": v4() }),
        json!({ "response": "OK", "obj": v4() }),
        json!({ "response": "OK", "params": { "data": v4() } }),
        json!({ "code": 0, "data": {}, "payload": v4() }),
    ] {
        assert!(read(&answer).is_ok(), "{answer}");
    }
}

#[test]
fn more_callback_variables_than_fields_are_refused() {
    let with = |count| {
        let vars: serde_json::Map<_, _> = (0..count)
            .map(|number| (format!("x:v{number}"), json!("1")))
            .collect();
        let mut answer = v4();
        answer["callback-var"] = vars.into();
        answer
    };
    let error = read(&with(MAX_FIELDS + 1)).unwrap_err();
    assert_eq!(error.reason, Reason::TooManyFields { max: MAX_FIELDS });
    assert!(read(&with(MAX_FIELDS)).is_ok());
}

#[test]
fn a_secret_elsewhere_in_the_answer_is_masked() {
    let answer = json!({
        "error": { "code": "Bad", "message": "cannot use a-secret-signature-of-us" },
        "form": { "signature": "a-secret-signature-of-us" },
        "success": false
    });
    let error = read(&answer).unwrap_err();
    assert!(error.to_string().contains("cannot use ***"), "{error}");
}

/// Every error of PrepareUpload's documented table, in the shape of the RPC gateway.
#[test]
fn errors_of_the_rpc_gateway() {
    for row in vector("prepare-upload.json")["errors"].as_array().unwrap() {
        let (status, code, message) = (
            row[0].as_u64().unwrap(),
            row[1].as_str().unwrap(),
            row[2].as_str().unwrap(),
        );
        let body = json!({
            "RequestId": "6666C5A5-75ED-422E-A022-7121FA18C968", "HostId": "ens.aliyuncs.com", "Code": code, "Message": message,
            "Recommend": "https://api.aliyun.com/troubleshoot?q=x",
        });
        let json = Json::from(body.clone());
        let error = refused_by_backend(
            u16::try_from(status).unwrap(),
            "application/json",
            Some(&json),
        );
        assert_eq!(error.code(), Code::ParamsRefused);
        assert!(
            error.to_string().contains(message.trim_end_matches('.'))
                && error.to_string().contains(code),
            "{error}"
        );
        assert_eq!(
            error.request_id.as_deref(),
            Some("6666C5A5-75ED-422E-A022-7121FA18C968")
        );
        assert_eq!(error.status, Some(u16::try_from(status).unwrap()));
        let oss = error.refusal().unwrap();
        assert_eq!((oss.code.as_str(), oss.message.as_str()), (code, message));
        assert_eq!(oss.host_id.as_deref(), Some("ens.aliyuncs.com"));
        assert_eq!(
            oss.recommend_doc.as_deref(),
            Some("https://api.aliyun.com/troubleshoot?q=x")
        );
        // The same with HTTP 200.
        assert_eq!(read(&body).unwrap_err().refusal().unwrap().code, code);
    }
}

#[test]
fn answers_that_are_no_json() {
    for (status, content_type, code, retryable) in [
        (200, "text/html; charset=utf-8", Code::InvalidParams, false),
        (200, "text/plain", Code::InvalidParams, false),
        (401, "text/html", Code::ParamsRefused, false),
        (404, "application/json", Code::ParamsRefused, false),
        (429, "", Code::ParamsRefused, true),
        (502, "text/html", Code::ParamsRefused, true),
    ] {
        let error = refused_by_backend(status, content_type, None);
        assert_eq!(
            (error.code(), error.retryable, error.status),
            (code, retryable, Some(status)),
            "{error}"
        );
    }
    assert_eq!(
        refused_by_backend(200, "text/html", None).to_string(),
        "The backend answered with HTML instead of upload parameters in JSON."
    );
}

/// A code or a status that passes with time is enough.
#[test]
fn a_refusal_in_words_may_pass() {
    for (status, code, retryable) in [
        (200, "Throttling.User", true),
        (503, "Other", true),
        (400, "Throttling.User", true),
        (400, "Other", false),
    ] {
        let body = Json::from(json!({ "Code": code, "Message": "m" }));
        let error = refused_by_backend(status, "application/json", Some(&body));
        assert_eq!(error.retryable, retryable, "{status} {code}");
    }
}

#[test]
fn what_the_gateway_echoes_of_a_signature_is_cut() {
    let error = read(&json!({
        "Code": "SignatureDoesNotMatch",
        "Message": "Specified signature is not matched with our calculation. server string to sign is:POST&%2F&AccessKeyId%3DLTAIexample",
    }))
    .unwrap_err();
    assert!(!format!("{error:?}").contains("LTAI"), "{error:?}");
    assert!(error.to_string().contains("not matched"), "{error}");
}

#[test]
fn bad_answers_name_the_field() {
    let sample = vector("create-temp-file-upload-url.json")["response"].clone();
    for field in [
        "Endpoint",
        "BucketName",
        "TempFileKey",
        "OssAccessKeyId",
        "Policy",
        "Signature",
    ] {
        for bad in [json!(null), json!(""), json!({}), json!([1])] {
            let mut answer = sample.clone();
            answer[field] = bad.clone();
            let error = read(&answer).unwrap_err();
            assert_eq!(error.code(), Code::InvalidParams);
            assert!(
                error.to_string().contains(field) && error.to_string().contains("expected"),
                "{field} {bad}: {error}"
            );
        }
    }
    for field in ["host", "policy", "signature", "x_oss_date", "dir"] {
        let mut answer = v4();
        answer.as_object_mut().unwrap().remove(field);
        let error = read(&answer).unwrap_err();
        let name = match field {
            "x_oss_date" => "x-oss-date",
            "signature" => "x-oss-signature",
            field => field,
        };
        assert!(
            error.to_string().contains(&format!("`{name}`")),
            "{field}: {error}"
        );
    }
    for (answer, message) in [
        (
            json!([1]),
            "The backend's answer is a list: expected an object with upload parameters.",
        ),
        (
            json!(null),
            "The backend's answer is null: expected an object with upload parameters.",
        ),
        (
            json!("<html>"),
            "The backend's answer is text: expected an object with upload parameters.",
        ),
        (
            json!({}),
            "The backend's answer holds no upload parameters: expected `Policy`, `Signature` and what belongs to them.",
        ),
        (
            json!({ "data": {} }),
            "The backend's answer holds no upload parameters: expected `Policy`, `Signature` and what belongs to them.",
        ),
    ] {
        assert_eq!(read(&answer).unwrap_err().to_string(), message);
    }
}

#[test]
fn keys_and_buckets_must_be_legal() {
    let mut answer = vector("create-temp-file-upload-url.json")["response"].clone();
    for bad in ["/a", "\\a", &"k".repeat(1024)] {
        answer["TempFileKey"] = json!(bad);
        assert!(
            read(&answer)
                .unwrap_err()
                .to_string()
                .starts_with("`TempFileKey`")
        );
    }
    answer["TempFileKey"] = json!("k".repeat(1023));
    assert!(read(&answer).is_ok());
    for bad in [
        "ab",
        "Bucket",
        "a.b",
        "-ab",
        "ab-",
        "evil.example/",
        "a b",
        &"b".repeat(64),
        "名字名",
    ] {
        answer["BucketName"] = json!(bad);
        assert!(
            read(&answer)
                .unwrap_err()
                .to_string()
                .starts_with("`BucketName`"),
            "{bad}"
        );
    }
}

#[test]
fn a_redirect_is_refused() {
    let mut answer = v4();
    answer["success_action_redirect"] = json!("https://app.example.com/done");
    assert!(
        read(&answer)
            .unwrap_err()
            .to_string()
            .contains("success_action_redirect")
    );
}

#[test]
fn times() {
    let mut answer = vector("create-temp-file-upload-url.json")["response"].clone();
    for (stated, ms) in [
        (json!(1_654_326_678), Some(1_654_326_678_000)),
        (json!("1654326678"), Some(1_654_326_678_000)),
        (json!(1_654_326_678_123_i64), Some(1_654_326_678_123)),
        (json!("2022-06-04T07:11:18Z"), Some(1_654_326_678_000)),
        (json!("2022-06-04 15:11:18"), None),
        (json!(300), None),
        (json!(null), None),
    ] {
        answer["ExpireTime"] = stated.clone();
        assert_eq!(read(&answer).unwrap().expires_at_ms(), ms, "{stated}");
    }
    // Nobody signed it: what cannot be read is no error.
    for bad in [
        json!("soon"),
        json!({}),
        json!(true),
        json!("2026/12/01 12:00:00"),
        json!(""),
    ] {
        answer["ExpireTime"] = bad.clone();
        assert_eq!(read(&answer).unwrap().expires_at_ms(), None, "{bad}");
    }
    // Beside a policy that can be read, it says nothing.
    answer["Policy"] = json!(v4_policy());
    for stated in [
        json!(1_600_000_000),
        json!(4_000_000_000_i64),
        json!("soon"),
        json!(false),
    ] {
        answer["ExpireTime"] = stated.clone();
        assert_eq!(
            read(&answer).unwrap().expires_at_ms(),
            Some(1_701_609_132_000),
            "{stated}"
        );
    }
}

/// Neither a key nor a prefix: the page has to name the object.
#[test]
fn an_answer_without_a_key_serves_a_page_that_has_one() {
    let mut answer = v1();
    answer.as_object_mut().unwrap().remove("dir");
    assert!(read(&answer).unwrap_err().to_string().contains("`dir`"));
    let rules = ParamsRules {
        page_has_key: true,
        ..ParamsRules::default()
    };
    let params = read_with(&answer, &rules).unwrap();
    assert_eq!(params.key(), &Key::Prefix(String::new()));
    // So does the only one that the policy allows.
    let policy = json!({ "expiration": "2023-12-03T13:12:12Z", "conditions": [["eq", "$key", "only/this"]] });
    answer["policy"] = json!(BASE64_STANDARD.encode(policy.to_string()));
    assert_eq!(
        read_with(&answer, &rules).unwrap().key(),
        &Key::Fixed(String::from("only/this"))
    );
    // A key that the answer has stays.
    answer["key"] = json!("user/eric/a.png");
    assert_eq!(
        read_with(&answer, &rules).unwrap().key(),
        &Key::Fixed(String::from("user/eric/a.png"))
    );
}

#[test]
fn a_dir_is_a_folder_and_a_prefix_stays() {
    let mut answer = v1();
    for (name, given, key) in [
        ("dir", "a/20190102", "a/20190102/"),
        ("dir", "a/20190102/", "a/20190102/"),
        ("dir", "", ""),
        ("Dir", "a", "a/"),
        ("prefix", "a/20190102", "a/20190102"),
        ("keyPrefix", "a-", "a-"),
    ] {
        let object = answer.as_object_mut().unwrap();
        object.retain(|own, _| !["dir", "Dir", "prefix", "keyPrefix"].contains(&own.as_str()));
        answer[name] = json!(given);
        let params = read(&answer).unwrap();
        assert_eq!(
            params.key(),
            &Key::Prefix(String::from(key)),
            "{name} {given}"
        );
    }
}

#[test]
fn callbacks_and_their_variables() {
    let mut answer = v4();
    for none in [json!(false), json!(null), json!("")] {
        answer["callback"] = none;
        assert_eq!(read(&answer).unwrap().fields().get("callback"), None);
    }
    let vars = json!({ "x:uid": "42", "order": 7 });
    let base64 = BASE64_STANDARD.encode(vars.to_string());
    for (name, given) in [
        ("callback-var", vars.clone()),
        ("callbackVar", vars.clone()),
        ("callback_var", json!(vars.to_string())),
        ("callback-var", json!(base64)),
    ] {
        let mut answer = v4();
        answer[name] = given.clone();
        let params = read(&answer).unwrap();
        assert_eq!(params.fields().get("x:uid"), Some("42"), "{name} {given}");
        assert_eq!(params.fields().get("x:order"), Some("7"), "{name} {given}");
        assert!(!params.fields().contains(name));
    }
    let fields = json!({ "policy": v4_policy(), "OSSAccessKeyId": "id", "Signature": "s", "callback": false, "callback-var": vars });
    let params = read(&json!({ "url": "https://a.example.com", "fields": fields })).unwrap();
    let expected = ["OSSAccessKeyId", "policy", "Signature", "x:uid", "x:order"];
    assert_eq!(names(&params), expected);
}

/// The answer of `DashScope`'s getPolicy, as its documentation shows it.
#[test]
fn dashscope() {
    let answer = json!({
        "request_id": "52f4383a-c67d-9f8c-9b3c-4e1d4c8a1f6c",
        "data": {
            "policy": v4_policy(),
            "signature": "g5K...d40=",
            "upload_dir": "dashscope-instant/xxx/2024-07-18/xxx",
            "upload_host": "https://dashscope-file-xxx.oss-cn-beijing.aliyuncs.com",
            "expire_in_seconds": 300,
            "max_file_size_mb": 100,
            "oss_access_key_id": "LTAI5tG7vL6zZFFbuNrkCjdo",
            "x_oss_object_acl": "private",
            "x_oss_forbid_overwrite": "true",
        },
    });
    let params = read(&answer).unwrap();
    assert_eq!(
        params.url(),
        "https://dashscope-file-xxx.oss-cn-beijing.aliyuncs.com/"
    );
    let folder = String::from("dashscope-instant/xxx/2024-07-18/xxx/");
    assert_eq!(params.key(), &Key::Prefix(folder));
    assert_eq!(
        names(&params),
        [
            "OSSAccessKeyId",
            "policy",
            "Signature",
            "x-oss-forbid-overwrite",
            "x-oss-object-acl"
        ]
    );
}

/// The second version of the signature is not the first one ("Include a V2 signature" of the OSS documentation).
#[test]
fn v2_is_called_v2() {
    let answer = json!({
        "host": "https://demo.oss-cn-hangzhou.aliyuncs.com", "dir": "", "policy": v4_policy(),
        "x-oss-signature-version": "OSS2", "x-oss-access-key-id": "id", "x-oss-signature": "00",
    });
    let params = read(&answer).unwrap();
    assert_eq!(params.signature_version().as_str(), "V2");
}

#[test]
fn an_answer_that_says_success_but_holds_nothing_shows_the_shapes() {
    for answer in [
        json!({ "code": 0, "msg": "success", "content": {} }),
        json!({ "code": 200, "message": "request success", "data": null }),
        json!({ "code": 0, "msg": "操作成功" }),
        json!({ "code": 10000, "msg": "success", "data": { "token": "x" } }),
        json!({ "code": 0, "msg": "" }),
        json!({ "code": 20000 }),
    ] {
        let error = read(&answer).unwrap_err();
        assert_eq!(error.reason, Reason::NoParams, "{answer}");
    }
}

/// Nobody needs a thousand fields, and every step over them has to end soon.
#[test]
fn many_fields_are_refused_at_once() {
    let many = |count| -> serde_json::Map<_, _> {
        (0..count)
            .map(|n| (format!("field-{n}"), json!("v")))
            .collect()
    };
    let mut answer = v4();
    answer.as_object_mut().unwrap().extend(many(10_000));
    assert_eq!(
        read(&answer).unwrap_err().reason,
        Reason::TooManyFields { max: 1000 }
    );
    let mut answer = v4();
    let own = answer.as_object().unwrap().len();
    answer.as_object_mut().unwrap().extend(many(1000 - own));
    assert!(read(&answer).is_ok());
    let answer = json!({ "url": "https://a.example.com", "fields": many(1001) });
    assert_eq!(
        read(&answer).unwrap_err().reason,
        Reason::TooManyFields { max: 1000 }
    );
    let anonymous = ParamsRules {
        anonymous: true,
        ..ParamsRules::default()
    };
    let answer = json!({ "url": "https://a.example.com", "fields": many(1000) });
    assert_eq!(read_with(&answer, &anonymous).unwrap().fields().len(), 1000);
}

#[test]
fn what_a_backend_echoes_is_masked() {
    let error = read(&json!({
        "success": false, "message": "bad token CAIS-token-of-42 for policy eyJleHBpcmF0aW9uIjo",
        "data": { "securityToken": "CAIS-token-of-42", "policy": "eyJleHBpcmF0aW9uIjoiMjAyMyJ9" },
    }))
    .unwrap_err();
    assert!(
        error.to_string().contains("bad token *** for policy ***"),
        "{error}"
    );
}

#[test]
fn debug_holds_no_secret() {
    let params = read(&v4()).unwrap();
    let debug = format!("{params:?} {:?}", params.policy());
    assert!(
        debug.contains(params.url()) && debug.contains("user-dir/"),
        "{debug}"
    );
    for secret in [
        "a-token",
        "7efc837b",
        "eyJ",
        "STS.example",
        "AAAAAAAAAAAAAAAA",
    ] {
        assert!(!debug.contains(secret), "{debug}");
    }
}

#[test]
fn object_urls_are_escaped() {
    let params = read(&v4()).unwrap();
    // RFC 3986: unreserved characters stay, UTF-8 bytes are escaped with upper-case digits.
    assert_eq!(
        params.object_url("a b/报.png?#%"),
        "https://examplebucket.oss-cn-hangzhou.aliyuncs.com/a%20b/%E6%8A%A5.png%3F%23%25"
    );
    // A browser would resolve these (URL standard, "double-dot path segment").
    for (key, path) in [
        ("a/../b", "a%2F%2E%2E%2Fb"),
        ("./a/.", "%2E%2Fa%2F%2E"),
        ("..a/b..", "..a/b.."),
        ("a//b", "a//b"),
    ] {
        let url = params.object_url(key);
        assert_eq!(
            url,
            format!("https://examplebucket.oss-cn-hangzhou.aliyuncs.com/{path}")
        );
    }
}

fn any_answer() -> impl Strategy<Value = serde_json::Value> {
    let name = prop::sample::select(vec![
        "Endpoint",
        "BucketName",
        "TempFileKey",
        "OssAccessKeyId",
        "Policy",
        "Signature",
        "ExpireTime",
        "Success",
        "Code",
        "Message",
        "host",
        "dir",
        "policy",
        "signature",
        "accessid",
        "expire",
        "callback",
        "url",
        "fields",
        "key",
        "data",
        "body",
        "result",
        "x_oss_credential",
        "x_oss_date",
        "error",
        "x-oss-meta-a",
        "x:v",
        "file",
    ]);
    let text = prop_oneof![
        any::<String>(),
        Just(v4_policy()),
        "(https?://)?[a-z0-9.:@/?#\\[\\]-]{0,20}",
        "[{}\\[\\]\":,a-z]{0,12}",
    ];
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(serde_json::Value::from),
        any::<i64>().prop_map(serde_json::Value::from),
        any::<f64>().prop_map(serde_json::Value::from),
        text.prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(4, 64, 12, move |inner| {
        prop_oneof![
            prop::collection::vec((name.clone().prop_map(String::from), inner.clone()), 0..12)
                .prop_map(|entries| serde_json::Value::Object(entries.into_iter().collect())),
            prop::collection::vec(inner, 0..3).prop_map(serde_json::Value::from),
        ]
    })
}

proptest! {
    #[test]
    fn no_answer_makes_it_panic(answer in any_answer(), status in any::<u16>(), content_type in any::<String>()) {
        let json = Json::from(answer);
        let rules = ParamsRules { anonymous: true, ..ParamsRules::default() };
        if let Ok(params) = UploadParams::read(&json, &rules, Json::parse) {
            prop_assert!(params.url().ends_with('/'));
            let _ = (params.expires_at_ms(), params.object_url("k"), params.signature_version());
        }
        let _ = refused_by_backend(status, &content_type, Some(&json));
    }
}

#[test]
fn secrets_are_known_wherever_they_stand() {
    let shown = read(&v4())
        .unwrap()
        .secrets()
        .shown(&format!("so: {}", v4_policy()));
    assert_eq!(shown, "so: ***");
    let listed = json!([{ "deep": [{ "signature": "0123456789abcdef" }] }]);
    let answer = Json::from(listed);
    assert_eq!(
        secrets_in_answer(&answer).shown("so: 0123456789abcdef"),
        "so: ***"
    );
}
