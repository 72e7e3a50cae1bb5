//! §6: CORS.

use crate::{
    form::Post,
    http::{Answer, Raw, Then, exchange},
    rule::{Cases, Rule, new_key, refused, rule, stored},
};

const EXPOSED: &str = "ETag, x-oss-request-id, x-oss-hash-crc64ecma, x-oss-version-id, x-oss-ec";
const ALLOW_ORIGIN: &str = "access-control-allow-origin";
const ALLOW_HEADERS: &str = "access-control-allow-headers";
const EXPOSE: &str = "access-control-expose-headers";

fn preflight(t: &Cases, bucket: &str, headers: &[(&str, &str)]) -> Answer {
    let mut head =
        format!("OPTIONS / HTTP/1.1\r\nHost: {bucket}.oss.localhost\r\nConnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    exchange(
        &t.oss,
        &Raw {
            head,
            body: Vec::new(),
        },
        Then::Listen,
    )
    .unwrap_or_default()
}

fn asked<'a>(origin: &'a str, method: &'a str, headers: &'a str) -> Vec<(&'static str, &'a str)> {
    let mut asked = vec![
        ("Origin", origin),
        ("Access-Control-Request-Method", method),
    ];
    if !headers.is_empty() {
        asked.push(("Access-Control-Request-Headers", headers));
    }
    asked
}

/// The preflight of `bucket` is refused like this.
fn judge(
    t: &mut Cases,
    case: &str,
    bucket: &str,
    headers: &[(&str, &str)],
    code: &'static str,
    message: &str,
) {
    let answer = preflight(t, bucket, headers);
    let status = if code == "BadRequest" { 400 } else { 403 };
    let post = Post::anonymous(bucket, "none");
    t.judge(
        case,
        &post,
        &answer,
        &refused(status, code).message(message),
    );
    t.equal("no CORS header", &None, &answer.header(ALLOW_ORIGIN));
}

const NOT_ALLOWED: &str = "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, \
                           request method / Access-Control-Request-Method or Access-Control-Requet-Headers are not \
                           whitelisted by the resource's CORS spec.";

pub fn rules() -> Vec<Rule> {
    vec![
        rule(
            "§6",
            "an allowed preflight is answered with 200 and the rule",
            |t| {
                let answer = preflight(
                    t,
                    "demo-bucket",
                    &asked("https://page.example", "POST", "X-Requested-With, x-oss-a"),
                );
                t.equal("status", &200, &answer.status);
                t.equal("Allow-Origin", &Some("*"), &answer.header(ALLOW_ORIGIN));
                t.equal(
                    "Allow-Methods",
                    &Some("POST"),
                    &answer.header("access-control-allow-methods"),
                );
                t.equal(
                    "Allow-Headers",
                    &Some("X-Requested-With, x-oss-a"),
                    &answer.header(ALLOW_HEADERS),
                );
                t.equal("Expose-Headers", &Some(EXPOSED), &answer.header(EXPOSE));
                t.equal(
                    "Max-Age",
                    &Some("0"),
                    &answer.header("access-control-max-age"),
                );
                t.equal("body", &"", &answer.text().as_str());
                let answer =
                    preflight(t, "demo-bucket", &asked("https://page.example", "POST", ""));
                t.equal("no headers asked for", &None, &answer.header(ALLOW_HEADERS));
            },
        ),
        rule(
            "§6",
            "a preflight that no rule allows is refused with 403",
            |t| {
                judge(
                    t,
                    "method",
                    "demo-bucket",
                    &asked("https://a.example", "PUT", ""),
                    "AccessForbidden",
                    NOT_ALLOWED,
                );
                let other = asked("https://one.test", "POST", "");
                judge(
                    t,
                    "origin",
                    "cors-rules-bucket",
                    &other,
                    "AccessForbidden",
                    NOT_ALLOWED,
                );
                let message = "CORSResponse: CORS is not enabled for this bucket.";
                let any = asked("https://a.example", "POST", "");
                judge(
                    t,
                    "no rules",
                    "no-cors-bucket",
                    &any,
                    "AccessForbidden",
                    message,
                );
            },
        ),
        rule("§6", "a preflight has Origin and method", |t| {
            let message = "Insufficient information. Origin request header needed.";
            let headers = [("Access-Control-Request-Method", "POST")];
            judge(
                t,
                "no Origin",
                "demo-bucket",
                &headers,
                "BadRequest",
                message,
            );
            let message =
                "Insufficient information. Request Access-Control-Request-Method header needed.";
            judge(
                t,
                "no method",
                "demo-bucket",
                &[("Origin", "https://a.example")],
                "BadRequest",
                message,
            );
        }),
        rule("§6", "the first rule that matches wins", |t| {
            let origin = "https://one.example";
            let answer = preflight(t, "cors-rules-bucket", &asked(origin, "POST", ""));
            t.equal(
                "second rule, not third",
                &Some("ETag"),
                &answer.header(EXPOSE),
            );
            t.equal(
                "origin is echoed",
                &Some(origin),
                &answer.header(ALLOW_ORIGIN),
            );
            t.equal("Vary", &Some("Origin"), &answer.header("vary"));
            let answer = preflight(t, "cors-rules-bucket", &asked(origin, "POST", "X-Oss-A"));
            t.equal(
                "second: headers match whatever their case",
                &Some("ETag"),
                &answer.header(EXPOSE),
            );
            let answer = preflight(t, "cors-rules-bucket", &asked(origin, "POST", "X-Custom"));
            t.equal(
                "third: the second does not allow the header",
                &Some("x-oss-request-id"),
                &answer.header(EXPOSE),
            );
            let answer = preflight(
                t,
                "cors-rules-bucket",
                &asked("https://two.example", "POST", "x-oss-a, X-Custom"),
            );
            t.equal("none: every header must match", &403, &answer.status);
        }),
        rule("§6", "an actual answer carries the rule's headers", |t| {
            let post = t.post().header("Origin", "https://page.example");
            let answer = t.case("stored", &post, stored(204));
            t.equal("Allow-Origin", &Some("*"), &answer.header(ALLOW_ORIGIN));
            t.equal("Expose-Headers", &Some(EXPOSED), &answer.header(EXPOSE));
            let post = t
                .post()
                .header("Origin", "https://page.example")
                .set("Signature", "wrong");
            let answer = t.case("refused", &post, refused(403, "SignatureDoesNotMatch"));
            t.equal("Allow-Origin", &Some("*"), &answer.header(ALLOW_ORIGIN));
            let post = t.post();
            let answer = t.case("no Origin", &post, stored(204));
            t.equal("no CORS header", &None, &answer.header(ALLOW_ORIGIN));
            let post = t.post().header("Origin", "null");
            let answer = t.case("Origin: null", &post, stored(204));
            t.equal("Allow-Origin", &Some("*"), &answer.header(ALLOW_ORIGIN));
        }),
        rule(
            "§6",
            "without a matching rule the file is stored but the answer cannot be read",
            |t| {
                for (bucket, origin) in [
                    ("no-cors-bucket", "https://page.example"),
                    ("cors-rules-bucket", "https://one.test"),
                ] {
                    let post = Post::v1(bucket, &new_key()).header("Origin", origin);
                    let answer = t.case(bucket, &post, stored(204));
                    t.equal("no CORS header", &None, &answer.header(ALLOW_ORIGIN));
                    t.equal("nothing exposed", &None, &answer.header(EXPOSE));
                }
            },
        ),
    ]
}
