//! §4.4: the callback to an application server.

use std::{
    io::{Read, Write},
    net::TcpListener,
    sync::mpsc,
    time::Duration,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use standin::Options;

use crate::rule::{Cases, Expected, Rule, refused, rule, stored};

/// An application server that gives one answer to everybody, and what it was asked.
struct Application {
    url: String,
    asked: mpsc::Receiver<String>,
}

fn application(answer: &str) -> Application {
    application_after(answer, Duration::ZERO)
}

fn application_after(answer: &str, delay: Duration) -> Application {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/callback?a=1", listener.local_addr().unwrap());
    let (sender, asked) = mpsc::channel();
    let answer = answer.to_owned();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut bytes = Vec::new();
            let mut buffer = [0; 4096];
            loop {
                let count = stream.read(&mut buffer).unwrap();
                bytes.extend_from_slice(&buffer[..count]);
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
                let length = head.lines().find_map(|line| {
                    line.to_lowercase()
                        .strip_prefix("content-length: ")?
                        .parse()
                        .ok()
                });
                if count == 0 || length == Some(body.len()) {
                    break;
                }
            }
            let _ = sender.send(String::from_utf8_lossy(&bytes).into_owned());
            std::thread::sleep(delay);
            // OSS may have gone away.
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    Application { url, asked }
}

fn ok(body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn encode(callback: &Value) -> String {
    BASE64_STANDARD.encode(callback.to_string())
}

fn failed(message: &str) -> Expected {
    refused(203, "CallbackFailed").message(message).but_stored()
}

const CANNOT_CONNECT: &str =
    "Error Status : -1.OSS can not connect to your callbackUrl, please check it.";

pub fn rules() -> Vec<Rule> {
    vec![
        rule("§4.4", "the answer is the application server's", |t| {
            let application = application(&ok(r#"{"Status":"OK"}"#));
            let callback =
                json!({ "callbackUrl": application.url, "callbackBody": "bucket=${bucket}" });
            let post = t
                .post()
                .set("callback", encode(&callback))
                .set("success_action_status", "201");
            let answer = t.case("whatever success_action_status", &post, stored(200));
            t.equal("body", &r#"{"Status":"OK"}"#, &answer.text().as_str());
            t.equal(
                "Content-Type",
                &Some("application/json"),
                &answer.header("content-type"),
            );
            t.equal("ETag is told", &true, &answer.header("etag").is_some());
            t.equal(
                "CRC-64 is told",
                &true,
                &answer.header("x-oss-hash-crc64ecma").is_some(),
            );
            let asked = application
                .asked
                .recv_timeout(Duration::from_secs(10))
                .unwrap();
            t.equal(
                "asked with",
                &true,
                &asked.starts_with("POST /callback?a=1 HTTP/1.1\r\n"),
            );
        }),
        rule("§4.4", "the body's variables are replaced", |t| {
            let application = application(&ok("{}"));
            let body = "b=${bucket}&o=${object}&s=${size}&m=${mimeType}&w=${imageInfo.width}&x=${x:name}&none=${x:none}&\
                        Case=${Bucket}";
            let callback = json!({ "callbackUrl": application.url, "callbackBody": body });
            let post = t
                .post()
                .set("callback", encode(&callback))
                .set("x:name", "a&b");
            t.case("form", &post, stored(200));
            let asked = application
                .asked
                .recv_timeout(Duration::from_secs(10))
                .unwrap();
            let key = post.key().replace('/', "%2F").replace('.', "%2E");
            let expected =
                format!("b=demo%2Dbucket&o={key}&s=5&m=text%2Fplain&w=&x=a%26b&none=&Case=");
            t.equal(
                "body",
                &expected.as_str(),
                &asked.split_once("\r\n\r\n").unwrap().1,
            );
            let form = "content-type: application/x-www-form-urlencoded";
            t.equal("type", &true, &asked.contains(form));

            let body = r#"{"o":${object},"s":${size},"x":"${x:name}"}"#;
            let callback = json!({
                "callbackUrl": application.url, "callbackBody": body, "callbackBodyType": "application/json",
                "callbackHost": "app.example",
            });
            let post = t
                .post()
                .set("callback", encode(&callback))
                .set("x:name", "say \"hi\"");
            t.case("JSON", &post, stored(200));
            let asked = application
                .asked
                .recv_timeout(Duration::from_secs(10))
                .unwrap();
            let body: Value =
                serde_json::from_str(asked.split_once("\r\n\r\n").unwrap().1).unwrap();
            t.equal(
                "body",
                &json!({ "o": post.key(), "s": 5, "x": "say \"hi\"" }),
                &body,
            );
            t.equal("Host", &true, &asked.contains("host: app.example\r\n"));
        }),
        rule("§4.4", "an image's size and format are told", |t| {
            let application = application(&ok("{}"));
            let body = "${imageInfo.width}x${imageInfo.height} ${imageInfo.format}";
            let callback = json!({ "callbackUrl": application.url, "callbackBody": body });
            // A GIF's head: signature, then width and height.
            let image = b"GIF89a\x05\x00\x03\x00\x80\x00\x00";
            let post = t.post().set("callback", encode(&callback)).file(image);
            t.case("GIF of 5 by 3", &post, stored(200));
            let asked = application
                .asked
                .recv_timeout(Duration::from_secs(10))
                .unwrap();
            t.equal("body", &"5x3 gif", &asked.split_once("\r\n\r\n").unwrap().1);
        }),
        rule("§4.4", "several addresses are tried in order", |t| {
            let application = application(&ok("{}"));
            let urls = format!("http://127.0.0.1:1/;{}", application.url);
            let callback = json!({ "callbackUrl": urls, "callbackBody": "a" });
            let post = t.post().set("callback", encode(&callback));
            t.case("the second answers", &post, stored(200));
        }),
        rule(
            "§4.4",
            "when the callback fails the object is stored, and the answer is 203",
            |t| {
                for (case, answer, expected) in [
                    (
                        "500",
                        "HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n",
                        failed("Error Status : 500."),
                    ),
                    (
                        "not JSON",
                        &ok("hello"),
                        failed("Response body is not valid json format.").ec("0007-00000205"),
                    ),
                    (
                        "no Content-Length",
                        "HTTP/1.0 200 OK\r\n\r\n{}",
                        failed("Error Status : 400.User server missing content-length."),
                    ),
                    (
                        "2 MB",
                        &ok(&format!("\"{}\"", "a".repeat(2 << 20))),
                        refused(203, "CallbackFailed").but_stored(),
                    ),
                    ("nonsense", "nonsense\r\n\r\n", failed(CANNOT_CONNECT)),
                ] {
                    let application = application(answer);
                    let callback = json!({ "callbackUrl": application.url, "callbackBody": "a" });
                    let post = t.post().set("callback", encode(&callback));
                    t.case(case, &post, expected);
                }
                let callback = json!({ "callbackUrl": "http://127.0.0.1:1/", "callbackBody": "a" });
                let post = t.post().set("callback", encode(&callback));
                t.case("nobody there", &post, failed(CANNOT_CONNECT));
            },
        ),
        rule("§4.4", "the application server has a limited time", |t| {
            t.start(Options {
                callback_timeout: Duration::from_millis(300),
                ..Options::default()
            });
            let application = application_after(&ok("{}"), Duration::from_secs(2));
            let callback = json!({ "callbackUrl": application.url, "callbackBody": "a" });
            let post = t.post().set("callback", encode(&callback));
            t.case(
                "too long",
                &post,
                failed("Error Status : -1.Cost too long time."),
            );
        }),
        rule(
            "§4.4",
            "a callback that cannot be made is refused before storing",
            |t| {
                let url = "http://127.0.0.1:1/";
                let bad = |t: &mut Cases, case: &str, text: &str, message: Option<&str>| {
                    let post = t.post().set("callback", text);
                    let expected = refused(400, "InvalidArgument");
                    t.case(
                        case,
                        &post,
                        message.into_iter().fold(expected, Expected::message),
                    );
                };
                bad(t, "not Base64", "not Base64!", None);
                bad(t, "not JSON", &BASE64_STANDARD.encode("hello"), None);
                bad(t, "no url", &encode(&json!({ "callbackBody": "a" })), None);
                bad(
                    t,
                    "not a url",
                    &encode(&json!({ "callbackUrl": "http://", "callbackBody": "a" })),
                    None,
                );
                bad(
                    t,
                    "another scheme",
                    &encode(&json!({ "callbackUrl": "ftp://a/", "callbackBody": "a" })),
                    None,
                );
                bad(t, "no body", &encode(&json!({ "callbackUrl": url })), None);
                bad(
                    t,
                    "empty body",
                    &encode(&json!({ "callbackUrl": url, "callbackBody": "" })),
                    None,
                );
                let type_ = json!({ "callbackUrl": url, "callbackBody": "a", "callbackBodyType": "text/plain" });
                bad(t, "wrong type", &encode(&type_), None);
                let urls = [url; 6].join(";");
                bad(
                    t,
                    "six urls",
                    &encode(&json!({ "callbackUrl": urls, "callbackBody": "a" })),
                    None,
                );
                let private = json!({ "callbackUrl": "http://192.168.0.1/", "callbackBody": "a" });
                bad(t, "private address", &encode(&private), None);
                let long =
                    encode(&json!({ "callbackUrl": url, "callbackBody": "a".repeat(5 * 1024) }));
                bad(
                    t,
                    "more than 5 KB",
                    &long,
                    Some("The length of callback exceed max value."),
                );
            },
        ),
    ]
}
