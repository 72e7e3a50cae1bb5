//! §1.4: sizes.

use serde_json::json;

use crate::{
    form::{Part, Post, policy},
    http::{self, Then},
    rule::{Rule, refused, rule, stored},
};

const MIB: usize = 1024 * 1024;

pub fn rules() -> Vec<Rule> {
    vec![
        rule("§1.4", "a field's name has at most 8 KB", |t| {
            let post = t.post().set(&"n".repeat(8 * 1024), "");
            t.case("8192 bytes", &post, stored(204));
            let post = t.post().set(&"n".repeat(8 * 1024 + 1), "");
            let message = "Your name of form field is too long.";
            t.case(
                "8193 bytes",
                &post,
                refused(400, "FieldItemTooLong")
                    .ec("0006-00000110")
                    .message(message),
            );
        }),
        rule("§1.4", "a field's value has at most 2 MB", |t| {
            let post = t.post().set("x", vec![b'v'; 2 * MIB]);
            t.case("2 MiB", &post, stored(204));
            let post = t.post().set("x", vec![b'v'; 2 * MIB + 1]);
            t.case(
                "2 MiB + 1",
                &post,
                refused(400, "FieldItemTooLong").ec("0006-00000111"),
            );
        }),
        rule("§1.4", "all values before file have at most 8 MB", |t| {
            let with_values = |mut post: Post, last: usize| {
                for name in ["a", "b", "c"] {
                    post = post.set(name, vec![b'v'; 2 * MIB]);
                }
                let others: usize = post
                    .parts
                    .iter()
                    .map(|part| part.content.len())
                    .sum::<usize>()
                    - post.content().len();
                post.set("last", vec![b'v'; 8 * MIB - others + last])
            };
            let post = with_values(t.post(), 0);
            t.case("8 MiB", &post, stored(204));
            let post = with_values(t.post(), 1);
            let expected = refused(400, "MaxPOSTPreDataLengthExceededError").ec("0006-00000112");
            let message = "Your POST request fields preceding the upload file were too large.";
            t.case("8 MiB + 1", &post, expected.message(message));
        }),
        rule("§1.4", "the body has at most 5 GB", |t| {
            // The length in a sample of the error's help page.
            let mut post = t.post();
            post.length = Some(6_443_500_495);
            let too_large = || {
                refused(400, "EntityTooLarge")
                    .ec("0006-00000003")
                    .message("Your proposed upload exceeds the maximum allowed size.")
            };
            t.case("6443500495 declared", &post, too_large());
            let mut post = t.post();
            post.length = Some(5 * 1024 * 1024 * 1024 + 1);
            t.case("5 GiB + 1 declared", &post, too_large());
        }),
        rule("§1.4", "an empty file is a file", |t| {
            let post = t.post().file("");
            t.case("0 bytes", &post, stored(204));
            let post = t.post();
            let key = post.key();
            let range = policy(&json!([
                ["eq", "$key", key],
                ["content-length-range", 0, 10]
            ]));
            t.case(
                "0 bytes, range from 0",
                &post.file("").signed_v1(&range),
                stored(204),
            );
        }),
        rule("§1.4", "user metadata has at most 8 KB", |t| {
            let name = "x-oss-meta-a";
            let post = t.post().set(name, vec![b'm'; 8 * 1024 - name.len()]);
            t.case("8192 bytes", &post, stored(204));
            let post = t.post().set(name, vec![b'm'; 8 * 1024 - name.len() + 1]);
            t.case(
                "8193 bytes",
                &post,
                refused(400, "InvalidArgument").ec("0011-00000002"),
            );
        }),
        rule("§1.4", "the length is declared", |t| {
            let post = t.post();
            let mut raw = post.raw();
            raw.head = raw
                .head
                .replace(&format!("Content-Length: {}\r\n", raw.body.len()), "");
            raw.body.clear();
            let answer = http::exchange(&t.oss, &raw, Then::Listen).unwrap_or_default();
            let message = "You must provide the Content-Length HTTP header.";
            t.judge(
                "none",
                &post,
                &answer,
                &refused(411, "MissingContentLength").message(message),
            );

            let post = t.post();
            let body = post.bytes();
            let mut chunked = format!("{:x}\r\n", body.len()).into_bytes();
            chunked.extend_from_slice(&body);
            chunked.extend_from_slice(b"\r\n0\r\n\r\n");
            let mut raw = post.clone().header("Transfer-Encoding", "chunked").raw();
            raw.body = chunked;
            let answer = http::exchange(&t.oss, &raw, Then::Listen).unwrap_or_default();
            t.judge(
                "chunked",
                &post,
                &answer,
                &refused(411, "MissingContentLength"),
            );
        }),
        rule("§1.4", "a big file arrives as it was sent", |t| {
            let mut random = fastrand::Rng::with_seed(7);
            let content: Vec<u8> = std::iter::repeat_with(|| random.u8(..))
                .take(5 * MIB + 3)
                .collect();
            let post = t.post().file(&content);
            t.case("5 MiB + 3", &post, stored(204));
        }),
        rule("§1.4", "a file may hold what looks like a boundary", |t| {
            let content = format!("\r\n--{}\r\r\n-\r\n--\r\n", &crate::form::BOUNDARY[..10]);
            let post = t.post().file(content.repeat(1000));
            t.case("almost the boundary", &post, stored(204));
            let post = t.post().insert(Part::field("x", "\r\n--\r\n"));
            t.case("in a field", &post, stored(204));
        }),
    ]
}
