//! Whatever comes in answer to a form: only OSS's own words of success are one, and no message shows a secret.
#![no_main]

use libfuzzer_sys::fuzz_target;
use oss_direct_upload::oss::{Fields, Secrets};
use oss_direct_upload::response::{self, Answer};
use oss_direct_upload_fuzz::in_time;

const SECRET: &str = "c2lnbmF0dXJlLW9mLWEtZm9ybQ==";

// Two bytes for what a form cannot say, then headers and body, one a line.
fuzz_target!(|input: (u8, bool, &str)| {
    let (status, has_callback, text) = input;
    let mut lines = text.splitn(4, '\n');
    let mut line = || {
        lines
            .next()
            .filter(|line| !line.is_empty())
            .map(String::from)
    };
    let answer = Answer {
        status: [200, 201, 203, 204, 302, 400, 403, 409, 500, 503][usize::from(status) % 10],
        content_type: line(),
        crc64: line(),
        retry_after: line(),
        body: line().unwrap_or_default(),
        ..Answer::default()
    };
    let mut fields = Fields::new();
    fields.set("Signature", SECRET);
    let secrets = Secrets::of(&fields);
    let is_empty = answer.body.trim_ascii().is_empty();
    match in_time(|| response::read(&answer, has_callback, &secrets)) {
        Ok(_) => match answer.status {
            200 => assert!(is_empty || has_callback),
            201 => assert!(answer.body.contains("PostResponse")),
            status => assert!(status == 204 && is_empty, "{status}"),
        },
        Err(error) => {
            let said = format!("{error} {error:?}");
            assert!(!said.contains(SECRET), "{said}");
        }
    }
    if let Some(claimed) = response::claimed(&answer) {
        assert!(claimed.crc64.is_some());
    }
});
