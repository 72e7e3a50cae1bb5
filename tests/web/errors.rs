//! Errors as JavaScript sees them.

use oss_direct_upload::browser::api::{normalize_params, parse_policy};
use oss_direct_upload::error::{Code, Error, Phase, Refusal};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::world::{get, object};

#[wasm_bindgen_test]
fn each_code_is_an_error_with_stack_and_code() {
    for code in Code::ALL {
        let error = JsValue::from(Error::new(code, Phase::Post, "It went wrong."));
        assert!(error.is_instance_of::<js_sys::Error>());
        assert_eq!(get(&error, "name"), "UploadError");
        assert_eq!(get(&error, "code"), code.as_str());
        assert_eq!(get(&error, "phase"), "post");
        assert_eq!(get(&error, "message"), "It went wrong.");
        assert_eq!(get(&error, "retryable"), false);
        assert!(!get(&error, "stack").as_string().unwrap().is_empty());
        for absent in ["status", "requestId", "oss", "hint", "cause"] {
            assert!(get(&error, absent).is_undefined(), "{absent}");
        }
    }
}

#[wasm_bindgen_test]
fn details_are_kept() {
    let mut error = Error::new(Code::OssRefused, Phase::Post, "OSS refused the upload.");
    error.status = Some(403);
    error.request_id = Some("5C3D9175B6FC201293AD4890".into());
    error.hint = Some("Ask again.".into());
    error.oss = Some(Box::new(Refusal {
        code: "AccessDenied".into(),
        message: "Invalid according to Policy".into(),
        ec: Some("0007-00000001".into()),
        host_id: Some("b.oss-cn-hangzhou.aliyuncs.com".into()),
        recommend_doc: Some("https://api.aliyun.com/troubleshoot".into()),
    }));
    let error = JsValue::from(error);
    let json = js_sys::JSON::stringify(&error).unwrap();
    let plain = js_sys::JSON::parse(&String::from(json)).unwrap();
    for of in [&error, &plain] {
        assert_eq!(get(of, "message"), "OSS refused the upload.");
        assert_eq!(get(of, "status"), 403);
        assert_eq!(get(of, "requestId"), "5C3D9175B6FC201293AD4890");
        assert_eq!(get(of, "hint"), "Ask again.");
        let oss = get(of, "oss");
        assert_eq!(get(&oss, "code"), "AccessDenied");
        assert_eq!(get(&oss, "ec"), "0007-00000001");
        assert_eq!(get(&oss, "hostId"), "b.oss-cn-hangzhou.aliyuncs.com");
        assert_eq!(
            get(&oss, "recommendDoc"),
            "https://api.aliyun.com/troubleshoot"
        );
    }
}

#[wasm_bindgen_test]
fn a_text_that_is_no_policy() {
    let error = parse_policy("not a policy").unwrap_err();
    assert_eq!(get(&error, "code"), "INVALID_PARAMS");
    assert_eq!(get(&error, "name"), "UploadError");
}

#[wasm_bindgen_test]
fn a_policy_in_the_words_of_the_types() {
    // The policy of OSS's PostObject documentation, shortened.
    let json = r#"{"expiration":"2023-12-03T13:00:00.000Z","conditions":[{"bucket":"examplebucket"},
        ["content-length-range",1,10],["eq","$success_action_status","201"],["starts-with","$key","user/eric/"],
        ["in","$content-type",["image/jpg","image/png"]],["not-in","$cache-control",["no-cache"]]]}"#;
    let base64 = web_sys::window().unwrap().btoa(json).unwrap();
    let policy = parse_policy(&base64).unwrap();
    assert_eq!(get(&policy, "expiration"), "2023-12-03T13:00:00.000Z");
    let conditions = js_sys::JSON::stringify(&get(&policy, "conditions")).unwrap();
    assert_eq!(
        String::from(conditions),
        concat!(
            r#"[{"operator":"eq","field":"bucket","value":"examplebucket"},"#,
            r#"{"operator":"content-length-range","min":1,"max":10},"#,
            r#"{"operator":"eq","field":"success_action_status","value":"201"},"#,
            r#"{"operator":"starts-with","field":"key","value":"user/eric/"},"#,
            r#"{"operator":"in","field":"content-type","values":["image/jpg","image/png"]},"#,
            r#"{"operator":"not-in","field":"cache-control","values":["no-cache"]}]"#
        )
    );
}

#[wasm_bindgen_test]
fn an_answer_that_is_no_parameters_names_what_is_missing() {
    let odd = [
        JsValue::UNDEFINED,
        JsValue::NULL,
        5.into(),
        "text".into(),
        JsValue::symbol(None),
        js_sys::Function::new_no_args("").into(),
    ];
    for answer in odd {
        let error = normalize_params(&answer, &JsValue::UNDEFINED).unwrap_err();
        assert_eq!(get(&error, "code"), "INVALID_PARAMS");
    }
    let cyclic = object(&[]);
    js_sys::Reflect::set(&cyclic, &"data".into(), &cyclic).unwrap();
    let error = normalize_params(&cyclic, &JsValue::UNDEFINED).unwrap_err();
    assert_eq!(get(&error, "code"), "INVALID_PARAMS");
}

#[wasm_bindgen_test]
fn parameters_are_read_without_their_secrets() {
    let vectors = include_str!("../vectors/create-temp-file-upload-url.json");
    let sample = js_sys::JSON::parse(vectors).unwrap();
    let params = normalize_params(&get(&sample, "response"), &JsValue::UNDEFINED).unwrap();
    assert_eq!(get(&params, "signatureVersion"), "V1");
    assert_eq!(
        get(&params, "url"),
        "https://hbr-temp-bucket.oss-cn-shenzhen.aliyuncs.com/"
    );
    assert_eq!(
        get(&params, "key"),
        "temp/1440155109798732/upload/2022-07-29/49bed34c-b430-4e7e-89b1-4be2b734f95c/iaclone.diff"
    );
    // 1654326678 s after 1970.
    assert_eq!(get(&params, "expiration"), "2022-06-04T07:11:18.000Z");
    assert!(get(&params, "policy").is_undefined());
}
