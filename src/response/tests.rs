use proptest::prelude::*;

use super::*;
use crate::error::{Code, Phase};

/// Where nothing is secret.
fn read(answer: &Answer, has_callback: bool) -> Result<Uploaded, Error> {
    super::read(answer, has_callback, &Secrets::default())
}

fn answer(status: u16, body: &str) -> Answer {
    Answer {
        status,
        body: String::from(body),
        ..Answer::default()
    }
}

fn error_xml(code: &str, message: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>\n  <Code>{code}</Code>\n  <Message>{message}</Message>\n  \
         <RequestId>5CAC0CF8DE0170xxxxxxxxxx</RequestId>\n  <HostId>demo.oss-cn-hangzhou.aliyuncs.com</HostId>\n  \
         <EC>0006-00000227</EC>\n  <RecommendDoc>https://api.aliyun.com/troubleshoot?q=0006-00000227</RecommendDoc>\n</Error>\n"
    )
}

const POST_RESPONSE: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><PostResponse><Bucket>demo</Bucket>\
    <Location>http://demo.oss-cn-hangzhou.aliyuncs.com/k</Location><Key>k</Key><ETag>&quot;5B3C1A2E053D763E1B002CC607C5****&quot;</ETag></PostResponse>";

#[test]
fn success_is_an_exact_list() {
    for status in 0..=600 {
        for (body, successes) in [("", [200, 204]), (POST_RESPONSE, [201, 201])] {
            let is_success = read(&answer(status, body), false).is_ok();
            assert_eq!(is_success, successes.contains(&status), "{status}");
        }
    }
}

/// Status 200 and 204 without a body, 201 with `PostResponse`, 200 with the application server's JSON where there is a
/// callback ("Response elements" of `PostObject`, "Callback"). All else was written by somebody else.
#[test]
fn a_success_has_the_body_that_oss_sends() {
    let error = error_xml("InternalError", "m");
    for (status, body, has_callback, is_success) in [
        (200, "", true, true),
        (200, " \r\n", false, true),
        (200, r#"{"Status":"OK"}"#, true, true),
        (200, "[1]", true, true),
        (200, "true", true, true),
        (200, r#"{"Status":"OK"}"#, false, false),
        (200, r#"{"code":500}"#, false, false),
        (200, "Sign in to the WiFi", false, false),
        (200, "Sign in to the WiFi", true, false),
        (200, POST_RESPONSE, false, false),
        (200, &"x".repeat(100_000), false, false),
        (201, "", false, false),
        (201, r#"{"Status":"OK"}"#, true, false),
        (201, "<Other/>", false, false),
        (204, "x", false, false),
        (204, r#"{"Status":"OK"}"#, true, false),
        (202, "", false, false),
        (205, "", false, false),
        (200, &error, false, false),
        (204, &error, false, false),
    ] {
        let read = read(&answer(status, body), has_callback);
        assert_eq!(read.is_ok(), is_success, "{status} {body}");
    }
}

#[test]
fn an_error_document_is_a_refusal_whatever_the_status() {
    for status in [200, 201, 204, 206, 302, 403, 500] {
        let error = read(&answer(status, &error_xml("AccessDenied", "m")), true).unwrap_err();
        assert_eq!(error.code(), Code::OssRefused, "{status}");
        assert_eq!(error.status, Some(status));
    }
}

#[test]
fn a_refusal_beside_203_is_only_the_callbacks_if_it_says_so() {
    let error = read(&answer(203, &error_xml("AccessDenied", "m")), true).unwrap_err();
    assert_eq!(error.code(), Code::OssRefused);
}

#[test]
fn text_that_nobody_calls_html_is_not_a_page() {
    let error = read(&answer(200, "stored"), false).unwrap_err();
    assert!(
        matches!(
            error.reason,
            Reason::NotOss {
                found: Foreign::Other,
                ..
            }
        ),
        "{error:?}"
    );
}

#[test]
fn debug_tells_status_and_request_id_and_no_body() {
    let answer = Answer {
        request_id: Some(String::from("5F7A")),
        ..answer(403, "<StringToSign>c2ln</StringToSign>")
    };
    assert_eq!(
        format!("{answer:?}"),
        r#"Answer { status: 403, request_id: Some("5F7A"), .. }"#
    );
}

#[test]
fn a_redirected_answer_is_none() {
    let redirected = |to: Option<&str>| Answer {
        redirected: Some(Redirected {
            to: to.map(String::from),
        }),
        ..answer(204, "")
    };
    let error = read(&redirected(Some("https://evil.example")), false).unwrap_err();
    assert_eq!(
        (error.code(), error.retryable),
        (Code::InvalidResponse, false)
    );
    assert!(
        error
            .to_string()
            .contains("redirected to https://evil.example"),
        "{error}"
    );
    assert!(read(&redirected(None), false).is_err());
}

/// What a page says that stands in for OSS's answer may be what is verified all the same.
#[test]
fn only_an_unredirected_success_with_a_checksum_claims_something() {
    let with_crc64 = |status| Answer {
        crc64: Some(String::from("7")),
        ..answer(status, "added by a proxy")
    };
    assert_eq!(claimed(&with_crc64(200)).unwrap().crc64, Some(7));
    assert!(claimed(&with_crc64(403)).is_none());
    assert!(claimed(&answer(200, "x")).is_none());
    let redirected = Answer {
        redirected: Some(Redirected::default()),
        ..with_crc64(200)
    };
    assert!(claimed(&redirected).is_none());
}

#[test]
fn headers_of_a_success() {
    let headers = Answer {
        status: 204,
        request_id: Some(String::from("534B371674E88A4D8906****")),
        etag: Some(String::from("\"D41D8CD98F00B204E9800998ECF8****\"")),
        crc64: Some(String::from("11051210869376104954")),
        version_id: Some(String::from(
            "CAEQNRiBgIDMh4mD0BYiIDUzNDA4OGNmZjBjYTQ0YmI4Y2I4ZmVlYzJlNGVk****",
        )),
        ..Answer::default()
    };
    let uploaded = read(&headers, false).unwrap();
    assert_eq!(uploaded.crc64, Some(0x995d_c9bb_df19_39fa));
    assert_eq!(
        (uploaded.etag, uploaded.version_id),
        (headers.etag, headers.version_id)
    );
    assert_eq!(
        (uploaded.status, uploaded.request_id, uploaded.callback),
        (204, headers.request_id, None)
    );
}

#[test]
fn checksums_are_unsigned_decimal_numbers() {
    for (text, crc) in [
        ("18446744073709551615", Some(u64::MAX)),
        ("0", Some(0)),
        (" 7 ", Some(7)),
        ("18446744073709551616", None),
        ("-1", None),
        ("+1", None),
        ("", None),
        ("995dc9bbdf1939fa", None),
    ] {
        let answer = Answer {
            crc64: Some(String::from(text)),
            ..answer(200, "")
        };
        assert_eq!(read(&answer, false).unwrap().crc64, crc, "{text}");
    }
}

/// `success_action_status` 201: `PostResponse` with Bucket, ETag, Key and Location.
#[test]
fn a_201_with_xml() {
    let uploaded = read(&answer(201, POST_RESPONSE), false).unwrap();
    assert_eq!(
        uploaded.etag.as_deref(),
        Some("\"5B3C1A2E053D763E1B002CC607C5****\"")
    );
    assert_eq!(uploaded.callback, None);
}

#[test]
fn the_callbacks_answer_is_passed_on() {
    let body = r#"{"Status":"OK"}"#;
    assert_eq!(
        read(&answer(200, body), true).unwrap().callback.as_deref(),
        Some(body)
    );
    assert_eq!(read(&answer(200, ""), false).unwrap().callback, None);
}

/// "203 errors" of the OSS documentation.
#[test]
fn a_failed_callback_means_stored() {
    let message = "Error Status : -1.OSS can not connect to your callbackUrl, please check it.";
    let failed = error_xml("CallbackFailed", message);
    for (body, has_callback) in [(&failed, true), (&failed, false), (&String::new(), true)] {
        let error = read(&answer(203, body), has_callback).unwrap_err();
        assert_eq!(
            (error.code(), error.phase(), error.retryable, error.status),
            (Code::CallbackFailed, Phase::Post, false, Some(203))
        );
        assert!(
            error.to_string().starts_with("The file is stored"),
            "{error}"
        );
    }
    // A proxy may answer with 203, too: "stored" is said only where OSS says it.
    for (body, has_callback) in [("<html>", true), ("<html>", false), ("", false)] {
        let error = read(&answer(203, body), has_callback).unwrap_err();
        assert_eq!(error.code(), Code::InvalidResponse, "{body}");
    }
    let error = read(&answer(203, &error_xml("CallbackFailed", message)), true).unwrap_err();
    assert!(error.to_string().contains("OSS can not connect"), "{error}");
    assert_eq!(error.refusal().unwrap().code, "CallbackFailed");
}

/// Codes, statuses and texts of the PostObject, 4xx and 5xx pages; whether a retry may help, as OSS's SDKs have it.
const REFUSALS: [(u16, &str, &str, bool); 14] = [
    (
        403,
        "AccessDenied",
        "Invalid according to Policy: Policy Condition failed: [\"eq\", \"$success_action_status\", \"200\"]",
        false,
    ),
    (
        403,
        "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
        false,
    ),
    (
        400,
        "EntityTooLarge",
        "Your proposed upload exceeds the maximum allowed size.",
        false,
    ),
    (
        400,
        "InvalidArgument",
        "The bucket POST must contain the specified 'key'. If it is specified, please check the order of the fields",
        false,
    ),
    (
        400,
        "RequestTimeout",
        "Your socket connection to the server was not read from or written to within the timeout period. Idle connections will be closed.",
        true,
    ),
    (
        400,
        "IncompleteBody",
        "You did not provide the number of bytes specified by the Content-Length HTTP header.",
        true,
    ),
    (
        400,
        "MalformedPOSTRequest",
        "The body of your POST request is not well-formed multipart/form-data.",
        true,
    ),
    (
        404,
        "NoSuchBucket",
        "The specified bucket does not exist.",
        false,
    ),
    (
        409,
        "FileAlreadyExists",
        "The object you specified already exists and can not be overwritten.",
        false,
    ),
    (
        500,
        "InternalError",
        "Please contact the server administrator, oss@service.aliyun.com.",
        true,
    ),
    (
        503,
        "UploadTrafficRateLimitExceeded",
        "Please reduce your upload request traffic.",
        true,
    ),
    (
        403,
        "SecurityTokenExpired",
        "The security token you provided has expired.",
        true,
    ),
    (
        403,
        "InvalidAccessKeyId",
        "The OSS Access Key Id you provided does not exist in our records.",
        true,
    ),
    (403, "UserDisable", "UserDisable", false),
];

#[test]
fn refusals() {
    for (status, code, message, retryable) in REFUSALS {
        let error = read(&answer(status, &error_xml(code, message)), true).unwrap_err();
        assert_eq!(
            (error.code(), error.retryable, error.status),
            (Code::OssRefused, retryable, Some(status)),
            "{code}"
        );
        assert_eq!(
            error.request_id.as_deref(),
            Some("5CAC0CF8DE0170xxxxxxxxxx")
        );
        let oss = error.refusal().unwrap();
        assert_eq!((oss.code.as_str(), oss.message.as_str()), (code, message));
        assert_eq!(oss.ec.as_deref(), Some("0006-00000227"));
        assert_eq!(
            oss.host_id.as_deref(),
            Some("demo.oss-cn-hangzhou.aliyuncs.com")
        );
        assert_eq!(
            oss.recommend_doc.as_deref(),
            Some("https://api.aliyun.com/troubleshoot?q=0006-00000227")
        );
    }
}

#[test]
fn an_expired_policy_has_its_own_code() {
    let error = read(
        &answer(
            403,
            &error_xml(
                "AccessDenied",
                "Invalid according to Policy: Policy expired.",
            ),
        ),
        false,
    )
    .unwrap_err();
    assert_eq!((error.code(), error.retryable), (Code::PolicyExpired, true));
    assert_eq!(
        error.to_string(),
        "OSS refused the upload with AccessDenied: Invalid according to Policy: Policy expired."
    );
}

#[test]
fn headers_before_the_body() {
    let answer = Answer {
        request_id: Some(String::from("from-header")),
        ec: Some(String::from("0006-00000213")),
        ..answer(403, &error_xml("AccessDenied", "x"))
    };
    let error = read(&answer, false).unwrap_err();
    assert_eq!(error.request_id.as_deref(), Some("from-header"));
    assert_eq!(
        error.refusal().unwrap().ec.as_deref(),
        Some("0006-00000213")
    );
}

#[test]
fn who_is_not_oss() {
    let html = "\n<!DOCTYPE html><html><body>Sign in to WiFi</body></html>";
    for (status, body, retryable) in [
        (200, html, false),
        (201, "<HTML>", false),
        (403, html, false),
        (502, html, true),
        (504, "", true),
        (429, "slow down", true),
        (400, "<Error><Co", false),
        (403, "<?xml version=\"1.0\"?><Error><Code>Access", false),
        (400, "<Other><Code>X</Code></Other>", false),
        (302, "", false),
        (206, "", false),
        (200, "hello", false),
    ] {
        let error = read(&answer(status, body), true).unwrap_err();
        assert_eq!(
            (error.code(), error.retryable, error.status),
            (Code::InvalidResponse, retryable, Some(status)),
            "{status} {body}"
        );
    }
    let typed = Answer {
        content_type: Some(String::from("text/html")),
        ..answer(200, "hello")
    };
    assert_eq!(
        read(&typed, true).unwrap_err().to_string(),
        "The answer with HTTP status 200 came with an HTML page."
    );
}

#[test]
fn a_document_that_is_cut_off_still_has_its_code() {
    let body =
        "<?xml version=\"1.0\"?><Error><Code>EntityTooLarge</Code><Message>Your proposed upl";
    let error = read(&answer(400, body), false).unwrap_err();
    assert_eq!(
        (error.code(), error.refusal().unwrap().code.as_str()),
        (Code::OssRefused, "EntityTooLarge")
    );
    assert_eq!(
        read(&answer(400, body), false).unwrap_err().to_string(),
        "OSS refused the upload with EntityTooLarge."
    );
}

/// On signature errors OSS adds these elements; and a failed condition is printed with its value.
#[test]
fn what_oss_echoes_of_a_signature_is_not_copied() {
    let body = "<Error><Code>SignatureDoesNotMatch</Code><Message>No match.</Message><OSSAccessKeyId>LTAI-secret</OSSAccessKeyId>\
        <SignatureProvided>sig-secret</SignatureProvided><StringToSign>eyJ-secret</StringToSign><StringToSignBytes>0A-secret</StringToSignBytes></Error>";
    let condition = error_xml(
        "AccessDenied",
        "Invalid according to Policy: Policy Condition failed: [\"eq\", \"$x-oss-security-token\", \"token-secret\"]",
    );
    for body in [body, &condition] {
        let answer = answer(403, body);
        let error = read(&answer, false).unwrap_err();
        let debug = format!("{error:?} {answer:?}");
        assert!(!debug.contains("secret"), "{debug}");
    }
    let error = read(&answer(403, &condition), false).unwrap_err();
    assert!(
        error.to_string().contains("x-oss-security-token"),
        "{error}"
    );
}

#[test]
fn long_words_are_cut() {
    let error = read(&answer(400, &error_xml("X", &"报".repeat(1000))), false).unwrap_err();
    assert!(error.to_string().len() < 600 && error.to_string().ends_with('…'));
}

#[test]
fn stored_already() {
    let answer = Answer {
        request_id: Some(String::from("id")),
        etag: Some(String::from("\"another's\"")),
        ..answer(409, &error_xml("FileAlreadyExists", "x"))
    };
    let uploaded = already_stored(&answer);
    assert_eq!(
        (
            uploaded.status,
            uploaded.request_id.as_deref(),
            uploaded.etag
        ),
        (409, Some("id"), None)
    );
}

proptest! {
    #[test]
    fn no_answer_makes_it_panic(status in any::<u16>(), body in any::<String>(), near in "<Error>(<Code>)?[<>/!A-Za-z&;#-]{0,40}", crc64 in any::<String>(), typed in any::<String>()) {
        for body in [body, near] {
            let answer = Answer { status, body, crc64: Some(crc64.clone()), content_type: Some(typed.clone()), ..Answer::default() };
            let _ = read(&answer, true);
        }
    }
}
