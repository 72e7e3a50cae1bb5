//! §4.1–4.3: what a stored object is answered with.

use crate::{
    form::Post,
    rule::{ANOTHER_BUCKET, Rule, new_folder, new_key, refused, rule, stored},
};

fn is_hex(text: &str, digits: usize) -> bool {
    text.len() == digits
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte))
}

pub fn rules() -> Vec<Rule> {
    vec![
        rule(
            "§4.1",
            "success_action_status is 200, 201 or 204, else 204",
            |t| {
                let post = t.post();
                let answer = t.case("none", &post, stored(204));
                t.equal("body", &"", &answer.text().as_str());
                for (value, status) in [
                    ("200", 200),
                    ("201", 201),
                    ("204", 204),
                    ("202", 204),
                    ("", 204),
                    ("ok", 204),
                ] {
                    let post = t.post().set("success_action_status", value);
                    let answer = t.case(&format!("{value:?}"), &post, stored(status));
                    t.equal("empty body", &(status != 201), &answer.body.is_empty());
                }
            },
        ),
        rule(
            "§4.2",
            "the answer tells request id, ETag and CRC-64",
            |t| {
                // CRC-64/XZ of these nine bytes is that algorithm's published check value.
                let post = t.post().file("123456789");
                let answer = t.case("123456789", &post, stored(204));
                t.equal(
                    "x-oss-hash-crc64ecma",
                    &Some("11051210869376104954"),
                    &answer.header("x-oss-hash-crc64ecma"),
                );
                let etag = answer.header("etag").unwrap_or_default().to_owned();
                t.equal(
                    "ETag is quoted",
                    &true,
                    &(etag.starts_with('"') && etag.ends_with('"')),
                );
                t.equal(
                    "ETag is 32 upper-case hex digits",
                    &true,
                    &is_hex(etag.trim_matches('"'), 32),
                );
                t.equal("Server", &Some("AliyunOSS"), &answer.header("server"));
                t.equal(
                    "request id",
                    &true,
                    &is_hex(answer.header("x-oss-request-id").unwrap_or_default(), 24),
                );
                t.equal("Date", &true, &answer.header("date").is_some());
                t.equal("no version", &None, &answer.header("x-oss-version-id"));
                let post = t.post().file("");
                let answer = t.case("empty file", &post, stored(204));
                t.equal(
                    "x-oss-hash-crc64ecma",
                    &Some("0"),
                    &answer.header("x-oss-hash-crc64ecma"),
                );
            },
        ),
        rule("§4.2", "every answer has its own request id", |t| {
            let first = t
                .send(&t.post())
                .header("x-oss-request-id")
                .map(str::to_owned);
            let second = t
                .send(&t.post())
                .header("x-oss-request-id")
                .map(str::to_owned);
            t.equal("two differ", &true, &(first.is_some() && first != second));
        }),
        rule("§4.2", "the ETag is not the MD5", |t| {
            let first = t.send(&t.post()).header("etag").map(str::to_owned);
            let second = t.send(&t.post()).header("etag").map(str::to_owned);
            t.equal(
                "two of the same bytes differ",
                &true,
                &(first.is_some() && first != second),
            );
        }),
        rule("§4.2", "201 comes with a PostResponse", |t| {
            let key = format!("{}a b&<报>.txt", new_folder());
            let post = t
                .post()
                .set("key", &key)
                .set("success_action_status", "201");
            let answer = t.case("a key that needs escapes", &post, stored(201));
            t.equal(
                "Content-Type",
                &Some("application/xml"),
                &answer.header("content-type"),
            );
            let text = answer.text();
            t.equal(
                "root",
                &true,
                &(text.contains("<PostResponse>") && text.ends_with("</PostResponse>")),
            );
            t.equal(
                "Bucket",
                &Some(t.bucket().to_owned()),
                &answer.element("Bucket"),
            );
            t.equal("Key", &Some(key.clone()), &answer.element("Key"));
            t.equal(
                "ETag",
                &answer.header("etag").map(str::to_owned),
                &answer.element("ETag"),
            );
            let path = key.replace("a b&<报>", "a%20b%26%3C%E6%8A%A5%3E");
            let scheme = t.oss.split(':').next().unwrap_or_default();
            let location = format!("{scheme}://{}/{path}", t.account().host());
            t.equal("Location", &Some(location), &answer.element("Location"));
        }),
        rule("§4.2", "a versioned bucket tells the version", |t| {
            let post = Post::v1("versioned-bucket", &new_key());
            let first = t
                .case("enabled", &post, stored(204))
                .header("x-oss-version-id")
                .map(str::to_owned);
            let second = t
                .case("enabled, again", &post, stored(204))
                .header("x-oss-version-id")
                .map(str::to_owned);
            t.equal(
                "versions differ",
                &true,
                &(first.is_some() && first != second),
            );
            let post = Post::v1("suspended-bucket", &new_key());
            let answer = t.case("suspended", &post, stored(204));
            t.equal("version", &Some("null"), &answer.header("x-oss-version-id"));
        })
        .only_here(ANOTHER_BUCKET),
        rule("§4.2", "a later upload replaces the earlier one", |t| {
            let post = t.post();
            t.case("first", &post, stored(204));
            t.case("second", &post.file("other"), stored(204));
        }),
        rule(
            "§4.3",
            "a redirect wins over the status, and tells the object",
            |t| {
                let post = t.post().set("success_action_status", "201");
                let post = post.set("success_action_redirect", "https://example.com/done?a=1");
                let answer = t.case("with a query", &post, stored(303));
                let location =
                    url::Url::parse(answer.header("location").unwrap_or_default()).unwrap();
                let query: Vec<(String, String)> = location.query_pairs().into_owned().collect();
                let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
                let etag = answer.header("etag").unwrap_or_default();
                let expected = vec![
                    pair("a", "1"),
                    pair("bucket", t.bucket()),
                    pair("key", &post.key()),
                    pair("etag", etag),
                ];
                t.equal("query", &expected, &query);
                t.equal("path", &"/done", &location.path());
                let post = t.post().set("success_action_redirect", "nowhere");
                t.case("not an address", &post, stored(204));
            },
        ),
        rule("§4.3", "a failure does not redirect", |t| {
            let post = t
                .post()
                .set("success_action_redirect", "https://example.com/")
                .set("Signature", "wrong");
            let answer = t.case(
                "wrong signature",
                &post,
                refused(403, "SignatureDoesNotMatch"),
            );
            t.equal("Location", &None, &answer.header("location"));
        }),
    ]
}
