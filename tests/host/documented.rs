//! The samples that Alibaba Cloud documents.

use oss_direct_upload::file::FileFacts;
use oss_direct_upload::form::{Extras, PostForm};
use oss_direct_upload::json::Json;
use oss_direct_upload::params::{Key, ParamsRules, UploadParams};
use uuid::Uuid;

use crate::support::{json, vector};

/// Cloud Backup, `CreateTempFileUploadUrl`, sample success response. Its Policy is masked and does not decode.
#[test]
fn create_temp_file_upload_url() {
    let answer = json(&vector("create-temp-file-upload-url.json")["response"]);
    let params = UploadParams::read(&answer, &ParamsRules::default(), Json::parse).unwrap();
    let key =
        "temp/1440155109798732/upload/2022-07-29/49bed34c-b430-4e7e-89b1-4be2b734f95c/iaclone.diff";
    assert_eq!(
        params.url(),
        "https://hbr-temp-bucket.oss-cn-shenzhen.aliyuncs.com/"
    );
    assert_eq!(
        params.host(),
        "hbr-temp-bucket.oss-cn-shenzhen.aliyuncs.com"
    );
    assert_eq!(params.bucket(), Some("hbr-temp-bucket"));
    assert_eq!(params.key(), &Key::Fixed(String::from(key)));
    assert_eq!(params.expires_at_ms(), Some(1_654_326_678_000));
    assert!(!params.is_reusable());
    assert!(params.policy().is_none() && params.policy_unreadable());

    let file = FileFacts {
        name: String::from("iaclone.diff"),
        size: 5,
        content_type: String::from("text/x-diff"),
    };
    let form = PostForm::new(
        &params,
        &file,
        &Extras::default(),
        Uuid::from_bytes([0xab; 16]),
    )
    .unwrap();
    assert_eq!(form.key(), key);
    assert!(form.uncovered().is_empty());
    let boundary = "----oss-direct-upload-abababababababababababababababab";
    assert_eq!(
        form.request_content_type(),
        format!("multipart/form-data; boundary={boundary}")
    );
    let field = |name: &str, value: &str| {
        format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        )
    };
    let expected = [
        field("key", key),
        field("OSSAccessKeyId", "LTAI****Up"),
        field("policy", "eyJleH****V19"),
        field("Signature", "RmhI****0A="),
        field("x-oss-content-type", "text/x-diff"),
        format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"iaclone.diff\"\r\n\
             Content-Type: text/x-diff\r\n\r\n"
        ),
    ]
    .concat();
    assert_eq!(str::from_utf8(form.head()).unwrap(), expected);
    assert_eq!(
        String::from_utf8(form.tail()).unwrap(),
        format!("\r\n--{boundary}--\r\n")
    );
    assert_eq!(
        form.overhead_len(),
        (form.head().len() + form.tail().len()) as u64
    );
}
