use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use proptest::prelude::*;

use uuid::Uuid;

use super::*;
use crate::error::{Code, Error, Phase};
use crate::file::FileFacts;
use crate::form::tests::{pair, rows};
use crate::form::{Extras, PostForm};
use crate::json::Json;
use crate::params::{ParamsRules, UploadParams};

fn vector(version: &str, index: usize) -> String {
    let path = [
        env!("CARGO_MANIFEST_DIR"),
        "/tests/vectors/post-policy.json",
    ]
    .concat();
    let vectors: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    String::from(vectors[version][index]["policy_base64"].as_str().unwrap())
}

fn encode(policy: &str) -> String {
    BASE64_STANDARD.encode(policy)
}

/// A form with these extras under a policy with these conditions, and what the policy says to it.
fn judge(conditions: &str, file: &FileFacts, extras: &Extras) -> Result<PostForm, Error> {
    let policy = encode(&format!(
        r#"{{"expiration":"2033-12-03T13:12:12.000Z","conditions":[{conditions}]}}"#
    ));
    let answer = serde_json::json!({
        "accessid": "id", "host": "https://demo.example.com", "policy": policy, "signature": "s", "dir": "u/",
    });
    let answer = Json::from(answer);
    let params = UploadParams::read(&answer, &ParamsRules::default(), Json::parse).unwrap();
    let form = PostForm::new(&params, file, extras, Uuid::nil())?;
    let policy = params.policy().unwrap();
    policy.check(form.checked(file, Some("demo")))?;
    Ok(form)
}

fn png(size: u64) -> FileFacts {
    FileFacts {
        name: String::from("a.png"),
        size,
        content_type: String::from("image/png"),
    }
}

fn key(key: &str) -> Extras {
    Extras {
        key: Some(String::from(key)),
        ..Extras::default()
    }
}

/// aliyun-oss-java-sdk, `PostPolicyTest`: the first policy; `\\$` in its JSON is a literal dollar.
#[test]
fn java_vector_with_eq_and_starts_with() {
    let policy = Policy::decode(&vector("v1", 0), Json::parse).unwrap();
    assert_eq!(policy.expiration_ms(), Some(1_584_589_446_476));
    assert_eq!(policy.bucket(), Some("gen-post-policy"));
    let text = String::from;
    assert!(
        policy.conditions()
            == [
                Condition::Eq(text("bucket"), text("gen-post-policy")),
                Condition::Eq(text("key"), text("user/eric/${filename}")),
                Condition::StartsWith(text("key"), text("user/eric")),
                Condition::StartsWith(text("x-oss-meta-tag"), text("dummy_etag")),
                Condition::ContentLengthRange(1, 1024),
            ]
    );
}

/// The same test's second policy.
#[test]
fn java_vector_with_in_and_not_in() {
    let policy = Policy::decode(&vector("v1", 1), Json::parse).unwrap();
    let text = String::from;
    assert!(
        policy.conditions()[4..]
            == [
                Condition::In(
                    text("content-type"),
                    vec![text("image/jpg"), text("image/png")]
                ),
                Condition::NotIn(text("cache-control"), vec![text("no-cache")]),
            ]
    );
}

#[test]
fn base64_of_any_server() {
    let padded = vector("v4", 0);
    let policy = Policy::decode(&padded, Json::parse).unwrap();
    assert_eq!(
        Policy::decode(padded.trim_end_matches('='), Json::parse).as_ref(),
        Some(&policy)
    );
    let lines = padded
        .as_bytes()
        .chunks(76)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect::<Vec<_>>()
        .join("\r\n");
    assert_eq!(Policy::decode(&lines, Json::parse), Some(policy));
}

#[test]
fn what_is_no_policy() {
    for text in [
        "",
        "eyJleH****V19",
        "AAAA",
        &encode("{}"),
        &encode("[]"),
        &encode(r#"{"expiration":"2033-12-03T13:12:12Z"}"#),
        &encode(r#"{"expiration":1,"conditions":[]}"#),
    ] {
        assert_eq!(Policy::decode(text, Json::parse), None, "{text}");
    }
}

#[test]
fn lenient_spellings() {
    // `\$` of the PostObject documentation; names with and without `$`, operators in any case; unknown kinds are OSS's.
    let policy = encode(
        r#"{ "expiration" : "2033-12-03T13:12:12Z", "conditions" : [ ["EQ", "success_action_status", 200], ["eq","$key","u\/\${filename}"],
            ["matches", "$key", ".*"], 123, ["$key"], ["in", "$key", "x"], ["content-length-range", "1", 2], ["content-length-range", -1, 2],
            {"a": {}}, [] ] }"#,
    );
    let text = String::from;
    assert!(
        Policy::decode(&policy, Json::parse).unwrap().conditions()
            == [
                Condition::Eq(text("success_action_status"), text("200")),
                Condition::Eq(text("key"), text("u/${filename}")),
            ]
    );
}

/// Error numbers 0006-00000212 to -00000223 of the OSS documentation. Refusing is OSS's, telling is ours.
#[test]
fn policies_that_oss_will_refuse() {
    let policy = |expiration: &str, conditions: &str| {
        let document = format!(r#"{{"expiration":"{expiration}","conditions":[{conditions}]}}"#);
        Policy::decode(&encode(&document), Json::parse).unwrap()
    };
    let good = "2033-12-03T13:12:12.000Z";
    for expiration in [
        "2033-02-19 13:19:00",
        "2033-02-19 13:19:00Z",
        "2033-02-19T13:19:00+08:00",
        "tomorrow",
    ] {
        let flaw = Flaw::Expiration {
            expiration: String::from(expiration),
        };
        assert_eq!(policy(expiration, r#"{"bucket":"b"}"#).flaws(), [flaw]);
    }
    for (conditions, flaw) in [
        ("", Flaw::NoConditions),
        (
            r#"["ends-with","$key",".png"]"#,
            Flaw::Operator {
                operator: String::from("ends-with"),
            },
        ),
        (r#"["content-length-range",20,10]"#, Flaw::SizeRange),
        (r#"["content-length-range",-1,10]"#, Flaw::SizeRange),
        (r#"["content-length-range",0,"10"]"#, Flaw::SizeRange),
        (r#"["eq","$key"]"#, Flaw::Condition),
        (r#"{"a":{}}"#, Flaw::Condition),
        ("1", Flaw::Condition),
    ] {
        let policy = policy(good, conditions);
        assert_eq!(policy.flaws(), [flaw], "{conditions}");
        assert_eq!(policy.conditions(), []);
    }
    assert_eq!(policy(good, r#"["content-length-range",0,10]"#).flaws(), []);
    // Not ours to refuse: the file is judged by what is understood.
    assert!(judge(r#"["content-length-range",20,10]"#, &png(15), &key("k")).is_ok());
}

/// One example stands behind "the field must be there", and it is of `eq`.
#[test]
fn not_in_says_nothing_of_an_absent_field() {
    let not_in = r#"["not-in","$cache-control",["no-cache"]]"#;
    assert!(judge(not_in, &png(1), &key("k")).is_ok());
    assert!(
        judge(
            r#"["in","$cache-control",["no-cache"]]"#,
            &png(1),
            &key("k")
        )
        .is_err()
    );
}

#[test]
fn a_policy_with_too_many_conditions_is_not_judged() {
    let policy = |count| {
        let conditions = vec![r#"["starts-with","$a",""]"#; count].join(",");
        encode(&format!(
            r#"{{"expiration":"2033-12-03T13:12:12Z","conditions":[{conditions}]}}"#
        ))
    };
    assert!(Policy::decode(&policy(1000), Json::parse).is_some());
    assert!(Policy::decode(&policy(1001), Json::parse).is_none());
    let entries: Vec<_> = (0..1001).map(|n| format!(r#""f{n}":"v""#)).collect();
    let mapping = format!(
        r#"{{"expiration":"2033-12-03T13:12:12Z","conditions":[{{{}}}]}}"#,
        entries.join(",")
    );
    assert!(Policy::decode(&encode(&mapping), Json::parse).is_none());
}

#[test]
fn violations_in_words() {
    let typed = |content_type: &str| Extras {
        content_type: Some(String::from(content_type)),
        ..key("u/k")
    };
    let meta = Extras {
        metadata: vec![pair("tag", "x")],
        ..key("u/k")
    };
    let cached = Extras {
        fields: vec![pair("Cache-Control", "no-cache")],
        ..key("u/k")
    };
    for (conditions, extras, message) in [
        (
            r#"["content-length-range",0,10485760]"#,
            &key("k"),
            "The file is 12 MB, the policy allows at most 10 MB.",
        ),
        (
            r#"["content-length-range",12582913,99999999]"#,
            &key("k"),
            "The file is 12582912 bytes, the policy allows at least 12582913 bytes.",
        ),
        (
            r#"["eq","$key","u/other"]"#,
            &key("k"),
            r#"The policy wants the object key to be "u/other", but it is "u/k"."#,
        ),
        (
            r#"["starts-with","$key","v/"]"#,
            &key("k"),
            r#"The policy wants the object key to start with "v/", but it is "u/k"."#,
        ),
        (
            r#"{"bucket":"other"}"#,
            &key("k"),
            r#"The policy wants the bucket to be "other", but it is "demo"."#,
        ),
        (
            r#"["in","$content-type",["image/jpg","image/gif"]]"#,
            &key("k"),
            r#"The policy wants the content type to be one of "image/jpg", "image/gif", but it is "image/png"."#,
        ),
        (
            r#"["not-in","$Content-Type",["text/html"]]"#,
            &typed("text/html"),
            r#"The policy wants the content type to be none of "text/html", but it is "text/html"."#,
        ),
        (
            r#"["eq","$x-oss-content-type","image/jpg"]"#,
            &key("k"),
            r#"The policy wants the content type to be "image/jpg", but it is "image/png"."#,
        ),
        (
            r#"["starts-with","$x-oss-meta-tag","dummy"]"#,
            &key("k"),
            "The policy demands the form field `x-oss-meta-tag`, which is not set.",
        ),
        (
            r#"["starts-with","$X-OSS-Meta-Tag","dummy"]"#,
            &meta,
            r#"The policy wants the form field `X-OSS-Meta-Tag` to start with "dummy", but it is "x"."#,
        ),
        (
            r#"["not-in","$cache-control",["no-cache"]]"#,
            &cached,
            r#"The policy wants the form field `cache-control` to be none of "no-cache", but it is "no-cache"."#,
        ),
        (
            r#"["eq","$OSSAccessKeyId","another"]"#,
            &key("k"),
            "The policy was signed for another value of the form field `OSSAccessKeyId`.",
        ),
    ] {
        let error = judge(conditions, &png(12 << 20), extras).unwrap_err();
        // The bucket is no matter of the file's: the parameters contradict themselves.
        let phase = if conditions.contains("bucket") {
            Phase::Params
        } else {
            Phase::Check
        };
        assert_eq!(
            (error.code(), error.phase(), error.retryable),
            (Code::PolicyViolation, phase, false)
        );
        assert_eq!(error.to_string(), message, "{conditions}");
    }
}

#[test]
fn what_is_allowed() {
    let meta = Extras {
        metadata: vec![pair("tag", "dummy_etag")],
        ..key("k")
    };
    for (conditions, extras) in [
        (r#"["content-length-range",12582912,12582912]"#, &key("k")),
        (
            r#"["starts-with","$key","u/"],["starts-with","$key",""]"#,
            &key("k"),
        ),
        (r#"{"bucket":"demo"},{"key":"u/k"}"#, &key("k")),
        (
            r#"["in","$content-type",["image/jpg","image/png"]]"#,
            &key("k"),
        ),
        (
            r#"["starts-with","$content-type","image/"],["eq","x-oss-meta-tag","dummy_etag"]"#,
            &meta,
        ),
        ("", &key("k")),
    ] {
        assert!(
            judge(conditions, &png(12 << 20), extras).is_ok(),
            "{conditions}"
        );
    }
}

#[test]
fn an_unknown_bucket_is_not_judged() {
    let policy = Policy::decode(
        &encode(r#"{"expiration":"2033-12-03T13:12:12Z","conditions":[{"bucket":"real"}]}"#),
        Json::parse,
    )
    .unwrap();
    let form = judge("", &png(1), &key("k")).unwrap();
    assert!(policy.check(form.checked(&png(1), None)).is_ok());
    assert!(policy.check(form.checked(&png(1), Some("demo"))).is_err());
}

#[test]
fn a_file_without_a_type_counts_as_octets() {
    let nameless = FileFacts {
        content_type: String::new(),
        ..png(1)
    };
    let error = judge(
        r#"["in","$content-type",["image/jpg","image/png"]]"#,
        &nameless,
        &key("k"),
    )
    .unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("but it is \"application/octet-stream\"."),
        "{error}"
    );
    // Only one type is allowed, so it must be this one.
    let form = judge(
        r#"["eq","$content-type","image/jpg"]"#,
        &nameless,
        &key("k"),
    )
    .unwrap();
    assert_eq!(form.content_type(), "image/jpg");
}

/// What the policy demands to the letter is set, for the page has no other choice.
#[test]
fn demanded_fields_are_added() {
    let conditions = r#"{"success_action_status":"201"},["eq","$x-oss-object-acl","private"],["starts-with","$name",""],
        {"x-oss-security-token":"a-token"},{"callback":"x"},{"bucket":"demo"}"#;
    let error = judge(conditions, &png(1), &key("k")).unwrap_err();
    assert!(error.to_string().contains("`callback`"), "{error}");
    let form = judge(
        &conditions.replace(r#"{"callback":"x"},"#, ""),
        &png(1),
        &key("k"),
    )
    .unwrap();
    let added = rows(form.fields().iter().filter(|field| {
        ![
            "OSSAccessKeyId",
            "policy",
            "Signature",
            "key",
            "x-oss-content-type",
        ]
        .contains(&field.name.as_str())
    }));
    assert_eq!(
        added,
        [
            pair("x-oss-security-token", "a-token"),
            pair("success_action_status", "201"),
            pair("x-oss-object-acl", "private"),
            pair("name", ""),
        ]
    );
}

#[test]
fn sizes_in_words() {
    for (size, limit, words) in [
        (1, 0, "1 byte, the policy allows at most 0 bytes"),
        (2048, 1023, "2 KB, the policy allows at most 1023 bytes"),
        (1_600_000, 1 << 20, "1.5 MB, the policy allows at most 1 MB"),
        (
            (10 << 20) + 1,
            10 << 20,
            "10485761 bytes, the policy allows at most 10485760 bytes",
        ),
        ((1 << 20) - 1, 1024, "1 MB, the policy allows at most 1 KB"),
        (3 << 30, 5 << 29, "3 GB, the policy allows at most 2.5 GB"),
        (
            u64::MAX,
            1_u64 << 40,
            "The file is 17179869184 GB, the policy allows at most 1024 GB",
        ),
    ] {
        let policy = Policy::decode(&encode(&format!(
            r#"{{"expiration":"2033-12-03T13:12:12Z","conditions":[["content-length-range",0,{limit}]]}}"#
        )), Json::parse)
        .unwrap();
        let form = judge("", &png(1), &key("k")).unwrap();
        let error = policy.check(form.checked(&png(size), None)).unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[test]
fn debug_holds_no_secret() {
    let policy = encode(
        r#"{"expiration":"2033-12-03T13:12:12Z","conditions":[{"x-oss-security-token":"a-token"}]}"#,
    );
    let policy = Policy::decode(&policy, Json::parse).unwrap();
    let debug = format!("{policy:?} {:?}", policy.conditions());
    assert_eq!(
        debug,
        "Policy { expiration_ms: Some(2017228332000), .. } [x-oss-security-token]"
    );
}

#[test]
fn what_a_policy_says_of_bucket_key_and_fields() {
    let decode = |conditions: &str| {
        let policy =
            format!(r#"{{"expiration":"2033-12-03T13:12:12Z","conditions":[{conditions}]}}"#);
        Policy::decode(&encode(&policy), Json::parse).unwrap()
    };
    let exact = decode(
        r#"{"x-oss-meta-a":"m"},["starts-with","$key","u/"],["eq","$key","u/a"],{"bucket":"demo"}"#,
    );
    assert_eq!(exact.expiration(), "2033-12-03T13:12:12Z");
    assert_eq!(exact.bucket(), Some("demo"));
    assert_eq!(exact.key(), Some(KeyRule::Exactly("u/a")));
    let below = decode(r#"["starts-with","$key","u/"],["starts-with","$x-oss-meta-a","m"]"#);
    assert_eq!(below.bucket(), None);
    assert_eq!(below.key(), Some(KeyRule::Below("u/")));
    assert!(below.covers("X-OSS-Meta-A") && !below.covers("x-oss-meta-b"));
    assert!(!below.covers("Content-Type"));
    let typed = decode(r#"["in","$content-type",["image/png"]]"#);
    assert!(typed.covers("x-oss-content-type") && !typed.covers("key"));
}

fn any_condition() -> impl Strategy<Value = Condition> {
    let name = "[a-z][a-z-]{0,12}";
    // A backslash before a dollar is an escape, and would not come back.
    let value = any::<String>().prop_map(|value| value.replace('\\', ""));
    prop_oneof![
        (name, value.clone()).prop_map(|(field, value)| Condition::Eq(field, value)),
        (name, value.clone()).prop_map(|(field, value)| Condition::StartsWith(field, value)),
        (name, prop::collection::vec(value.clone(), 0..4))
            .prop_map(|(field, values)| Condition::In(field, values)),
        (name, prop::collection::vec(value, 0..4))
            .prop_map(|(field, values)| Condition::NotIn(field, values)),
        (0_u64..1 << 53, 0_u64..1 << 53)
            .prop_map(|(a, b)| { Condition::ContentLengthRange(a.min(b), a.max(b)) }),
    ]
}

fn print(conditions: &[Condition]) -> String {
    let dollar = |value: &String| value.replace('$', "\\$");
    let items: Vec<serde_json::Value> = conditions
        .iter()
        .enumerate()
        .map(|(index, condition)| match condition {
            Condition::Eq(field, value) if index % 2 == 0 => {
                serde_json::json!({ field: dollar(value) })
            }
            Condition::Eq(field, value) => {
                serde_json::json!(["eq", format!("${field}"), dollar(value)])
            }
            Condition::StartsWith(field, value) => {
                serde_json::json!(["starts-with", format!("${field}"), dollar(value)])
            }
            Condition::In(field, values) => {
                serde_json::json!(["in", field, values.iter().map(dollar).collect::<Vec<_>>()])
            }
            Condition::NotIn(field, values) => serde_json::json!([
                "not-in",
                field,
                values.iter().map(dollar).collect::<Vec<_>>()
            ]),
            Condition::ContentLengthRange(min, max) => {
                serde_json::json!(["content-length-range", min, max])
            }
        })
        .collect();
    serde_json::json!({ "expiration": "2033-12-03T13:12:12.000Z", "conditions": items }).to_string()
}

proptest! {
    #[test]
    fn what_is_printed_is_read_back(conditions in prop::collection::vec(any_condition(), 0..8)) {
        let policy = Policy::decode(&encode(&print(&conditions)), Json::parse).unwrap();
        prop_assert!(policy.conditions() == conditions);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in any::<Vec<u8>>(), text in any::<String>(), near in "[\\[\\]{}\",:$a-z0-9-]{0,60}") {
        let _ = Policy::decode(&text, Json::parse);
        let _ = Policy::decode(&BASE64_STANDARD.encode(bytes), Json::parse);
        let near = format!(r#"{{"expiration":"2033-12-03T13:12:12Z","conditions":[{near}]}}"#);
        let _ = Policy::decode(&BASE64_STANDARD.encode(near), Json::parse);
    }
}
