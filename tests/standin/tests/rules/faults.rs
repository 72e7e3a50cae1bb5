//! The faults that a test can ask for (`README.md`, "Faults").

use std::time::{Duration, Instant};

use serde_json::json;

use crate::{
    form::Post,
    http::{self, Then},
    rule::{Cases, Rule, refused, rule, stored},
};

/// A post whose key asks for this.
fn asking(fault: &str) -> Post {
    Post::v1(
        "demo-bucket",
        &format!("rules/{:x}/fault={fault}.bin", fastrand::u64(..)),
    )
}

fn outcomes(t: &Cases, post: &Post) -> Vec<String> {
    t.seen(&post.key())
        .iter()
        .map(|seen| seen["outcome"].as_str().unwrap().to_owned())
        .collect()
}

/// The first post gives the error, the second is stored.
fn once(t: &mut Cases, fault: &str, expected: crate::rule::Expected) {
    let post = asking(&format!("{fault}@1"));
    t.case(fault, &post, expected);
    t.equal("outcome", &vec!["fault".to_owned()], &outcomes(t, &post));
    t.case("and then", &post, stored(204));
}

pub fn rules() -> Vec<Rule> {
    vec![
        rule(
            "faults",
            "reset cuts the connection after so many bytes",
            |t| {
                let post = asking("reset@65536").file(vec![b'f'; 1 << 20]);
                let error = t.exchange(&post, Then::Listen).unwrap_err();
                t.equal(
                    "the client sees",
                    &std::io::ErrorKind::ConnectionReset,
                    &error.kind(),
                );
                t.equal("stored", &None, &t.object("demo-bucket", &post.key()));
                t.equal("outcome", &vec!["fault".to_owned()], &outcomes(t, &post));
            },
        ),
        rule(
            "faults",
            "a fault may stand in the file name or the address",
            |t| {
                let post = t.post().filename("fault=http500@1.bin");
                t.case("file name", &post, refused(500, "InternalError"));
                let post = t.post().target("/?fault=http500%401");
                t.case("address", &post, refused(500, "InternalError"));
                let post = t.post().set(
                    "key",
                    format!(
                        "rules/{:x}/fault=http500@1,fault=no-crc.bin",
                        fastrand::u64(..)
                    ),
                );
                t.case("two: first", &post, refused(500, "InternalError"));
                let answer = t.case("two: then", &post, stored(204));
                t.equal("two: second", &None, &answer.header("x-oss-hash-crc64ecma"));
            },
        ),
        rule("faults", "stall reads no more, slow reads slowly", |t| {
            let post = asking("stall@0").file(vec![b'f'; 64 << 20]);
            let mut raw = post.raw();
            let body = std::mem::take(&mut raw.body);
            let stream = std::net::TcpStream::connect(t.oss.trim_start_matches("http://")).unwrap();
            stream
                .set_write_timeout(Some(Duration::from_millis(500)))
                .unwrap();
            let sent = std::io::Write::write_all(&mut &stream, raw.head.as_bytes())
                .and_then(|()| std::io::Write::write_all(&mut &stream, &body));
            t.equal(
                "64 MiB cannot be sent",
                &Err(std::io::ErrorKind::WouldBlock),
                &sent.map_err(|error| error.kind()),
            );
            t.equal("outcome", &vec!["fault".to_owned()], &outcomes(t, &post));
            let began = Instant::now();
            let post = asking("slow@400000").file(vec![b'f'; 400_000]);
            t.case("400 kB at 400 kB/s", &post, stored(204));
            t.equal(
                "takes most of a second",
                &true,
                &(began.elapsed() > Duration::from_millis(500)),
            );
        }),
        rule(
            "faults",
            "errors come for the first N posts of a key",
            |t| {
                once(t, "http500", refused(500, "InternalError"));
                once(t, "http503", refused(503, "ServiceUnavailable"));
                let message = "Please reduce your upload request traffic.";
                once(
                    t,
                    "throttle",
                    refused(503, "UploadTrafficRateLimitExceeded").message(message),
                );
                let message = "Max total qps limit is exceeded.";
                once(
                    t,
                    "throttle-qps",
                    refused(503, "TotalQpsLimitExceeded").message(message),
                );
                let message = "Max active request limit is exceeded.";
                once(
                    t,
                    "throttle-active",
                    refused(503, "ActiveRequestLimitExceeded").message(message),
                );
                once(
                    t,
                    "expired",
                    refused(403, "AccessDenied").ec("0006-00000213"),
                );
                once(t, "request-timeout", refused(400, "RequestTimeout"));
                let name = format!("{:x},fault=expired@1.bin", fastrand::u64(..));
                let post = Post::v1("demo-bucket", &format!("rules/a/{name}"));
                t.case(
                    "expired, one key",
                    &post,
                    refused(403, "AccessDenied").ec("0006-00000213"),
                );
                let post = Post::v1("demo-bucket", &format!("rules/b/{name}"));
                t.case(
                    "expired, the same name under another key",
                    &post,
                    stored(204),
                );
                let post = asking("http500");
                for case in ["without N: first", "without N: second"] {
                    t.case(case, &post, refused(500, "InternalError"));
                }
            },
        ),
        rule("faults", "answers that are not OSS's", |t| {
            let answer = t.send(&asking("html"));
            t.equal("html: status", &502, &answer.status);
            t.equal(
                "html: type",
                &Some("text/html"),
                &answer.header("content-type"),
            );
            t.equal(
                "html: body",
                &true,
                &answer.text().starts_with("<!DOCTYPE html>"),
            );
            t.equal(
                "html@200: status",
                &200,
                &t.send(&asking("html@200")).status,
            );
            let answer = t.send(&asking("truncated-xml"));
            t.equal("truncated-xml: status", &500, &answer.status);
            t.equal(
                "truncated-xml: no end",
                &true,
                &(answer.text().contains("<Error>") && !answer.text().contains("</Error>")),
            );
            let answer = t.send(&asking("huge-body@3000000"));
            t.equal("huge-body: status", &400, &answer.status);
            t.equal("huge-body: length", &true, &(answer.body.len() > 3_000_000));
        }),
        rule("faults", "successes that are none", |t| {
            for (fault, status, length) in [
                ("stranger@text", 200, 36),
                ("stranger@json", 200, 12),
                ("stranger@long", 200, 8 << 20),
                ("stranger@201", 201, 0),
            ] {
                let post = asking(fault);
                let answer = t.send(&post);
                let seen = (answer.status, answer.body.len());
                t.equal(fault, &(status, length), &seen);
                t.equal("stored", &None, &t.object("demo-bucket", &post.key()));
                t.equal("outcome", &vec!["fault".to_owned()], &outcomes(t, &post));
            }
            let answer = t.send(&asking("error-200"));
            t.equal("error-200: status", &200, &answer.status);
            let code = answer.element("Code");
            t.equal("error-200: code", &Some("InternalError"), &code.as_deref());
        }),
        rule("faults", "redirects lead to another origin", |t| {
            for (fault, status) in [
                ("redirect", 307),
                ("redirect@302", 302),
                ("redirect@200", 307),
            ] {
                let post = asking(fault);
                let answer = t.send(&post);
                t.equal(fault, &status, &answer.status);
                let location = answer.header("location").unwrap_or_default();
                let ends =
                    location.starts_with("http://localhost:") && location.ends_with("/-/elsewhere");
                t.equal("location", &true, &ends);
                t.equal("stored", &None, &t.object("demo-bucket", &post.key()));
            }
        }),
        rule("faults", "answers that lack something", |t| {
            let post = asking("no-crc");
            let answer = t.case("no-crc", &post, stored(204));
            t.equal("CRC-64", &None, &answer.header("x-oss-hash-crc64ecma"));
            let post = asking("wrong-crc").file("123456789");
            let answer = t.case("wrong-crc", &post, stored(204));
            t.equal(
                "CRC-64",
                &Some("11051210869376104955"),
                &answer.header("x-oss-hash-crc64ecma"),
            );
            let post = asking("hidden-headers").header("Origin", "https://a.example");
            let answer = t.case("hidden-headers", &post, stored(204));
            t.equal(
                "exposed",
                &None,
                &answer.header("access-control-expose-headers"),
            );
            t.equal(
                "allowed",
                &Some("*"),
                &answer.header("access-control-allow-origin"),
            );
            let post = asking("no-cors").header("Origin", "https://a.example");
            let answer = t.case("no-cors", &post, stored(204));
            t.equal(
                "allowed",
                &None,
                &answer.header("access-control-allow-origin"),
            );
        }),
        rule("faults", "callback-failed stores, and says 203", |t| {
            let post = asking("callback-failed");
            t.case(
                "callback-failed",
                &post,
                refused(203, "CallbackFailed").but_stored(),
            );
        }),
        rule(
            "faults",
            "lost-answer stores, and cuts the connection",
            |t| {
                let post = asking("lost-answer@1");
                let error = t.exchange(&post, Then::Listen).unwrap_err();
                t.equal(
                    "the client sees",
                    &std::io::ErrorKind::ConnectionReset,
                    &error.kind(),
                );
                t.equal(
                    "stored",
                    &true,
                    &t.object("demo-bucket", &post.key()).is_some(),
                );
                t.equal("outcome", &vec!["stored".to_owned()], &outcomes(t, &post));
                t.case("and then", &post, stored(204));
            },
        ),
        rule(
            "faults",
            "refused tells how account, bucket or domain stand",
            |t| {
                for (code, message) in [
                    (
                        "AbnormalBucketOwnerStatus",
                        "The status of the bucket owner is abnormal",
                    ),
                    (
                        "BucketNotBelongTo",
                        "The bucket you access does not belong to you",
                    ),
                    ("CnameDenied", "The cname belongs to another user"),
                    ("InDebt", "Current user is indebted"),
                    ("InDebtOverdue", "Current user is indebted Overdue"),
                    ("UbsmsInvalidBid", "Your account is not valid."),
                ] {
                    let post = asking(&format!("refused@{code}"));
                    t.case(code, &post, refused(403, code).message(message));
                }
            },
        ),
        rule("faults", "curl replays every fault of the README", |t| {
            let readme = include_str!("../../README.md");
            let (_, rest) = readme.split_once("curl can replay each").unwrap();
            let script = rest
                .split_once("```sh")
                .unwrap()
                .1
                .split_once("```")
                .unwrap()
                .0;
            let table = readme
                .split_once("| fault |")
                .unwrap()
                .1
                .split_once("\n\n")
                .unwrap()
                .0;
            let names: Vec<&str> = table
                .lines()
                .flat_map(|line| {
                    line.split('|')
                        .nth(1)
                        .unwrap_or_default()
                        .split('`')
                        .skip(1)
                        .step_by(2)
                })
                .map(|fault| fault.split('@').next().unwrap_or_default())
                .collect();
            t.equal("faults in the table", &23, &names.len());
            for name in names {
                let is_there = ["@", ".", "'"]
                    .iter()
                    .any(|end| script.contains(&format!("fault={name}{end}")));
                t.equal(name, &true, &is_there);
            }

            let folder = tempfile::tempdir().unwrap();
            let oss = t.oss.trim_start_matches("http://").to_owned();
            let script = script.replace("127.0.0.1:8081", &oss);
            let script = format!(
                "curl() {{ command curl -s -o answer -D - --max-time 3 \"$@\"; }}\n{script}"
            );
            let run = std::process::Command::new("bash")
                .args(["-c", &script])
                .current_dir(&folder)
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&run.stdout).into_owned();
            let statuses: Vec<&str> = said
                .match_indices("HTTP/1.1 ")
                .map(|(at, _)| &said[at + 9..at + 12])
                .filter(|&status| status != "100")
                .collect();
            // Nothing from reset, stall and lost-answer.
            let expected = [
                "204", "500", "503", "503", "503", "503", "403", "403", "400", "200", "500", "400",
                "200", "200", "307", "204", "204", "203", "204", "204",
            ];
            t.equal("answers", &expected.to_vec(), &statuses);
        }),
        rule("faults", "the window has CORS", |t| {
            let answer = http::get(&t.oss, "/-/objects?prefix=none").unwrap();
            t.equal(
                "allowed",
                &Some("*"),
                &answer.header("access-control-allow-origin"),
            );
            t.equal("body", &json!([]).to_string(), &answer.text());
            t.equal(
                "no object",
                &404,
                &http::get(&t.oss, "/-/objects/demo-bucket/none")
                    .unwrap()
                    .status,
            );
        }),
        rule(
            "faults",
            "the window forgets an object when asked to",
            |t| {
                let post = Post::v1("demo-bucket", &format!("rules/{:x}.bin", fastrand::u64(..)));
                t.case("stored", &post, stored(204));
                let address = format!("/-/objects/demo-bucket/{}", post.key());
                let forget = || http::ask("DELETE", &t.oss, &address).unwrap().status;
                let statuses = [forget(), forget()];
                t.equal("once", &[204, 404], &statuses);
                t.equal("gone", &None, &t.object("demo-bucket", &post.key()));
            },
        ),
    ]
}
