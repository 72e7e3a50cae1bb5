//! §5.2: what becomes of connections that do not go well.

use std::time::{Duration, Instant};

use serde_json::json;
use standin::Options;

use crate::{
    http::{self, Then},
    rule::{Rule, refused, rule, stored},
};

pub fn rules() -> Vec<Rule> {
    vec![
        rule(
            "§5.2",
            "a client that falls silent gets RequestTimeout, with 400",
            |t| {
                t.start(Options {
                    idle_timeout: Duration::from_millis(300),
                    ..Options::default()
                });
                let message = "Your socket connection to the server was not read from or written to within the timeout period. \
                           Idle connections will be closed.";
                for (case, part) in [
                    ("in the file", 0.95),
                    ("in the fields", 0.3),
                    ("before the body", 0.0),
                ] {
                    let post = t.post().file(vec![b'f'; 200_000]);
                    let mut raw = post.raw();
                    let length = raw.body.len();
                    #[expect(
                        clippy::cast_possible_truncation,
                        clippy::cast_sign_loss,
                        clippy::cast_precision_loss,
                        reason = "small"
                    )]
                    let kept = if part < 0.5 {
                        (part * 600.0) as usize
                    } else {
                        (part * length as f64) as usize
                    };
                    raw.body.truncate(kept);
                    let answer = http::exchange(&t.oss, &raw, Then::Listen).unwrap_or_default();
                    t.judge(
                        case,
                        &post,
                        &answer,
                        &refused(400, "RequestTimeout").message(message),
                    );
                }
            },
        ).only_here("needs a shorter time-out than a minute"),
        rule(
            "§5.2",
            "a body shorter than declared is an IncompleteBody",
            |t| {
                let post = t.post();
                let mut raw = post.raw();
                raw.body.truncate(raw.body.len() - 30);
                let answer = http::exchange(&t.oss, &raw, Then::HalfClose).unwrap_or_default();
                let message = "You did not provide the number of bytes specified by the Content-Length HTTP header.";
                t.judge(
                    "ends in the file",
                    &post,
                    &answer,
                    &refused(400, "IncompleteBody").message(message),
                );
                let mut post = t.post();
                post.length = Some(post.bytes().len() as u64 + 1);
                let answer =
                    http::exchange(&t.oss, &post.raw(), Then::HalfClose).unwrap_or_default();
                t.judge(
                    "one byte after the closing boundary",
                    &post,
                    &answer,
                    &refused(400, "IncompleteBody"),
                );
                let mut raw = post.raw();
                raw.body.truncate(100);
                let answer = http::exchange(&t.oss, &raw, Then::HalfClose).unwrap_or_default();
                let expected = refused(400, "MalformedPOSTRequest").ec("0006-00000104");
                t.judge("ends in the fields", &post, &answer, &expected);
            },
        ),
        rule("§5.2", "a client that goes away leaves nothing", |t| {
            let post = t.post().file(vec![b'f'; 1 << 20]);
            let mut raw = post.raw();
            raw.body.truncate(raw.body.len() / 2);
            http::exchange(&t.oss, &raw, Then::Close).unwrap_err();
            let seen = t.seen(&post.key());
            t.equal(
                "outcome",
                &vec![json!("cut")],
                &seen.iter().map(|seen| seen["outcome"].clone()).collect(),
            );
            t.equal(
                "bytes",
                &Some(raw.body.len() as u64),
                &seen[0]["bytes"].as_u64(),
            );
            t.equal("stored", &None, &t.object(t.bucket(), &post.key()));
        }).only_here("looks at the stand-in itself"),
        rule("§0", "what was there stays when an upload fails", |t| {
            let post = t.post();
            t.case("first", &post, stored(204));
            let answer = t.send(&post.clone().file("other").set("Signature", "wrong"));
            t.judge(
                "second",
                &post,
                &answer,
                &refused(403, "SignatureDoesNotMatch").but_stored(),
            );
            t.equal(
                "bytes",
                &b"hello".to_vec(),
                &t.bytes(t.bucket(), &post.key()),
            );
        }),
        rule(
            "§0",
            "a refusal can be read although the body is still being sent",
            |t| {
                let post = t
                    .post()
                    .set("Signature", "wrong")
                    .file(vec![b'f'; 32 << 20]);
                t.case("32 MiB", &post, refused(403, "SignatureDoesNotMatch"));
                let post = t.post().host("example.com").file(vec![b'f'; 32 << 20]);
                t.case(
                    "32 MiB, refused by its head",
                    &post,
                    refused(403, "NonStandardHostForbidden"),
                );
            },
        ).only_here("sends 32 MiB, and to another host"),
        rule("§0", "a refused post leaves its connection usable", |t| {
            use std::io::{Read as _, Write as _};
            let mut stream =
                std::net::TcpStream::connect(t.oss.trim_start_matches("http://")).unwrap();
            let refused = t.post().set("Signature", "wrong").file(vec![b'f'; 1 << 20]);
            let good = t.post();
            for post in [&refused, &good] {
                let raw = post.raw();
                let head = raw.head.replace(
                    "Connection: close\r\n",
                    if post.key() == good.key() {
                        "Connection: close\r\n"
                    } else {
                        ""
                    },
                );
                stream.write_all(head.as_bytes()).unwrap();
                stream.write_all(&raw.body).unwrap();
            }
            let mut answers = String::new();
            stream.read_to_string(&mut answers).unwrap();
            let statuses: Vec<&str> = answers
                .match_indices("HTTP/1.1 ")
                .map(|(at, _)| &answers[at + 9..at + 12])
                .collect();
            t.equal("refused, then stored", &vec!["403", "204"], &statuses);
        }).only_here("looks at the stand-in itself"),
        rule("§0", "what was seen is logged", |t| {
            let post = t.post();
            t.send(&post);
            t.send(&post.clone().set("Signature", "wrong"));
            let seen = t.seen(&post.key());
            let bytes = post.bytes().len();
            t.equal(
                "stored",
                &json!({ "bucket": t.bucket(), "key": post.key(), "bytes": bytes, "outcome": "stored" }),
                &seen[0],
            );
            t.equal("refused", &json!("refused"), &seen[1]["outcome"]);
        }).only_here("looks at the stand-in itself"),
        rule("§0", "stopping waits for the answers under way", |t| {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            let running = runtime
                .block_on(standin::start(Options::default()))
                .unwrap();
            let oss = running.oss().to_owned();
            let post = t
                .post()
                .set("x-oss-traffic-limit", "819200")
                .file(vec![0; 100 * 1024]);
            let client = std::thread::spawn(move || {
                http::exchange(&oss, &post.raw(), Then::Listen).unwrap_or_default()
            });
            std::thread::sleep(Duration::from_millis(300));
            let began = Instant::now();
            runtime.block_on(running.stop());
            t.equal("the upload ends well", &204, &client.join().unwrap().status);
            t.equal(
                "and soon",
                &true,
                &(began.elapsed() < Duration::from_millis(2900)),
            );
        }).only_here("looks at the stand-in itself"),
    ]
}
