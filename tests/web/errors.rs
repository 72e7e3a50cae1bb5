//! Errors as JavaScript sees them.

use oss_direct_upload::error::{Code, Error, Phase, Refusal};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::world::get;

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
