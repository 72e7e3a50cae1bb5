//! Whatever goes into a form: a strict reader finds every field again, in order, and the file's bytes last.
#![no_main]

use std::convert::Infallible;

use bytes::Bytes;
use futures::executor::block_on;
use futures::stream;
use libfuzzer_sys::fuzz_target;
use oss_direct_upload::file::FileFacts;
use oss_direct_upload::form::{Extras, Pair, PostForm};
use oss_direct_upload::json::Json;
use oss_direct_upload::params::{ParamsRules, UploadParams};
use oss_direct_upload_fuzz::in_time;
use uuid::Uuid;

const PARAMS: &str = r#"{"accessid":"id","host":"https://demo.oss-cn-hangzhou.aliyuncs.com","policy":"e30=","signature":"c2ln","dir":"u/"}"#;

// Name and type of the file, then fields: name and value in turn.
fuzz_target!(|input: (Vec<&str>, &[u8])| {
    let (texts, content) = input;
    let mut texts = texts.into_iter().map(String::from);
    let file = FileFacts {
        name: texts.next().unwrap_or_default(),
        content_type: texts.next().unwrap_or_default(),
        size: content.len() as u64,
    };
    let mut fields = Vec::new();
    while let (Some(name), Some(value)) = (texts.next(), texts.next()) {
        fields.push(Pair { name, value });
    }
    let extras = Extras {
        fields,
        ..Extras::default()
    };
    let params = UploadParams::read(
        &Json::parse(PARAMS).unwrap(),
        &ParamsRules::default(),
        Json::parse,
    )
    .unwrap();
    let Ok(form) = in_time(|| PostForm::new(&params, &file, &extras, Uuid::nil())) else {
        return;
    };
    let body = [form.head(), content, &form.tail()].concat();
    assert_eq!(
        body.len() as u64,
        form.overhead_len() + content.len() as u64
    );

    let mut expected: Vec<_> = form
        .fields()
        .iter()
        .map(|field| (field.name.clone(), field.value.clone().into_bytes()))
        .collect();
    expected.push((String::from("file"), content.to_vec()));
    assert!(read(&form, body.clone()) == expected, "another reader's");
    let boundary = form.request_content_type();
    let (_, boundary) = boundary.split_once("boundary=").unwrap();
    assert!(
        standin::read_multipart(boundary, &body, 1 << 16).as_ref() == Some(&expected),
        "the stand-in's"
    );
});

fn read(form: &PostForm, body: Vec<u8>) -> Vec<(String, Vec<u8>)> {
    let boundary = multer::parse_boundary(form.request_content_type()).unwrap();
    let body = stream::iter([Ok::<_, Infallible>(Bytes::from(body))]);
    let mut multipart = multer::Multipart::new(body, boundary);
    let mut fields = Vec::new();
    block_on(async {
        while let Some(field) = multipart.next_field().await.expect("a well-formed body") {
            let name = String::from(field.name().expect("a name"));
            fields.push((name, field.bytes().await.expect("a part's end").to_vec()));
        }
    });
    fields
}
