//! What is posted is what is stored.

use oss_direct_upload::crc64::Crc64;
use oss_direct_upload::file::FileFacts;
use oss_direct_upload::form::{Extras, Pair, PostForm};
use oss_direct_upload::oss::Secrets;
use oss_direct_upload::params::Key;
use oss_direct_upload::response::{self, Answer, Uploaded};
use serde_json::Value;
use standin::Options;

use crate::support::{Cloud, ROUTES, content, file, post, sha256, unique, upload};

fn crc64(content: &[u8]) -> u64 {
    let mut crc = Crc64::new();
    crc.update(content);
    crc.finish()
}

/// One object under the form's key, and it is the file.
async fn assert_stored(
    cloud: &Cloud,
    form: &PostForm,
    answer: &Answer,
    content: &[u8],
) -> (Uploaded, Value) {
    let uploaded = response::read(answer, form.has_callback(), &Secrets::default()).unwrap();
    assert_eq!(uploaded.crc64, Some(crc64(content)));
    assert!(uploaded.request_id.is_some() && uploaded.etag.is_some());
    let mut objects = cloud.stored(form.key()).await;
    assert_eq!(objects.len(), 1, "{}", form.key());
    let object = objects.pop().unwrap();
    assert_eq!(object["sha256"], sha256(content));
    assert_eq!(object["size"], content.len() as u64);
    assert_eq!(
        object["headers"]["content-type"],
        form.content_type(),
        "{object}"
    );
    (uploaded, object)
}

fn naughty_names() -> [String; 12] {
    [
        String::from("报告 2026.pdf"),
        String::from("🎉.png"),
        String::from("a\"b.txt"),
        String::from("a\r\nb.txt"),
        String::from("${filename}.txt"),
        "n".repeat(255),
        String::from("a\\"),
        String::from("%22 %0D%0A.txt"),
        String::from("a;b='c'.txt"),
        String::from(".."),
        String::from("--.txt"),
        String::from("no-extension"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_name_by_every_route() {
    let cloud = Cloud::start().await;
    for route in ROUTES {
        for name in naughty_names() {
            let content = content(1000);
            let file = file(&name, "text/plain", &content);
            let (form, answer) = upload(&cloud, route, &file, &Extras::default(), &content).await;
            let (uploaded, _) = assert_stored(&cloud, &form, &answer, &content).await;
            assert_eq!(uploaded.status, answer.status, "{route} {name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sizes_and_types() {
    let cloud = Cloud::start().await;
    for (len, content_type) in [
        (0, "text/plain"),
        (1, ""),
        (5 << 20, "video/mp4"),
        (65_537, "Text/X-Odd; charset=utf-8"),
    ] {
        let content = content(len);
        let file = file(&format!("f{len}.bin"), content_type, &content);
        for route in ROUTES {
            let (form, answer) = upload(&cloud, route, &file, &Extras::default(), &content).await;
            let expected = if content_type.is_empty() {
                "application/octet-stream"
            } else {
                content_type
            };
            assert_eq!(form.content_type(), expected);
            assert_stored(&cloud, &form, &answer, &content).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn path_style() {
    let cloud = Cloud::with(Options {
        path_style: true,
        ..Options::default()
    })
    .await;
    let content = content(100);
    for route in ROUTES {
        let file = file("path.bin", "", &content);
        let (form, answer) = upload(&cloud, route, &file, &Extras::default(), &content).await;
        assert_stored(&cloud, &form, &answer, &content).await;
    }
}

/// The content itself looks like the end of a form.
#[tokio::test(flavor = "multi_thread")]
async fn content_that_looks_like_a_form() {
    let cloud = Cloud::start().await;
    let content = b"\r\n------oss-direct-upload-00000000000000000000000000000000--\r\n\r\n--\r\n";
    let file = file("form.txt", "text/plain", content);
    let (form, answer) = upload(&cloud, ROUTES[0], &file, &Extras::default(), content).await;
    assert_stored(&cloud, &form, &answer, content).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_set_of_prefix_parameters_serves_many_files() {
    let cloud = Cloud::start().await;
    let first = file("a.bin", "", b"x");
    for route in ["/api/policy/v1", "/api/policy/v4"] {
        let params = cloud.params(route, &first, "").await;
        assert!(params.is_reusable());
        for name in ["a.bin", "b.bin"] {
            let facts = FileFacts {
                name: String::from(name),
                ..first.clone()
            };
            let form = PostForm::new(
                &params,
                &facts,
                &Extras::default(),
                unique(&[route, name].concat()),
            )
            .unwrap();
            let answer = post(&params, &form, b"x").await;
            assert_stored(&cloud, &form, &answer, b"x").await;
        }
    }
    let fixed = cloud.params("/api/upload-params", &first, "").await;
    assert!(matches!(fixed.key(), Key::Fixed(key) if key.ends_with("/a.bin")));
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_of_the_page() {
    let cloud = Cloud::start().await;
    let pair = |name: &str, value: &str| Pair::new(name, value);
    let extras = Extras {
        content_type: Some(String::from("text/html")),
        fields: vec![
            pair("content-disposition", "attachment; filename=\"x.html\""),
            pair("Cache-Control", "max-age=60"),
            pair("success_action_status", "201"),
            pair("note", "two\r\nlines"),
        ],
        metadata: vec![pair("author", "me"), pair("Tag-2", "b")],
        callback_vars: vec![pair("user", "1")],
        key: None,
    };
    let file = file("a.html", "text/plain", b"<p>");
    let (form, answer) = upload(&cloud, "/api/policy/v1", &file, &extras, b"<p>").await;
    let (uploaded, object) = assert_stored(&cloud, &form, &answer, b"<p>").await;
    assert_eq!(uploaded.status, 201);
    assert_eq!(
        object["headers"]["content-disposition"], "attachment; filename=\"x.html\"",
        "{object}"
    );
    assert_eq!(object["headers"]["cache-control"], "max-age=60");
    assert_eq!(
        object["metadata"],
        serde_json::json!({ "author": "me", "tag-2": "b" })
    );
}
