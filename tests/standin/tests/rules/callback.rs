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

/// A callback that cannot be made.
fn bad(ec: &'static str) -> Expected {
    refused(400, "InvalidArgument").ec(ec)
}

fn to(url: &str) -> String {
    encode(&json!({ "callbackUrl": url, "callbackBody": "a" }))
}

/// The rule's application servers are on this machine, where OSS itself calls nobody.
fn with_application_servers(t: &mut Cases) {
    t.start(Options {
        loopback_callbacks: true,
        ..Options::default()
    });
}

const APPLICATION: &str = "needs an application server that OSS can reach";
const CANNOT_CONNECT: &str =
    "Error Status : -1.OSS can not connect to your callbackUrl, please check it.";

pub fn rules() -> Vec<Rule> {
    vec![
        rule("§4.4", "the answer is the application server's", |t| {
            with_application_servers(t);
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
        }).only_here(APPLICATION),
        rule("§4.4", "the body's variables are replaced", |t| {
            with_application_servers(t);
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
            let key = post.key().replace('/', "%2F").replace('.', "%2E").replace('-', "%2D");
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
        }).only_here(APPLICATION),
        rule("§4.4", "additional headers are sent", |t| {
            with_application_servers(t);
            let application = application(&ok("{}"));
            let callback = json!({
                "callbackUrl": application.url, "callbackBody": "a",
                "additionalHeaders": {
                    "Key1": "val1", "content-type": "text/plain", "Content-Length": "9", "Transfer-Encoding": "chunked",
                },
            });
            let post = t.post().set("callback", encode(&callback));
            t.case("four", &post, stored(200));
            let asked = application
                .asked
                .recv_timeout(Duration::from_secs(10))
                .unwrap();
            t.equal("Key1", &true, &asked.contains("\r\nkey1: val1\r\n"));
            t.equal("no other type", &false, &asked.contains("text/plain"));
            t.equal(
                "no other length",
                &true,
                &asked.contains("content-length: 1\r\n"),
            );
        }).only_here(APPLICATION),
        rule("§4.4", "an image's size and format are told", |t| {
            with_application_servers(t);
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
        }).only_here(APPLICATION),
        rule("§4.4", "several addresses are tried in order", |t| {
            with_application_servers(t);
            let application = application(&ok("{}"));
            let urls = format!("http://127.0.0.1:1/;{}", application.url);
            let callback = json!({ "callbackUrl": urls, "callbackBody": "a" });
            let post = t.post().set("callback", encode(&callback));
            t.case("the second answers", &post, stored(200));
        }).only_here(APPLICATION),
        rule(
            "§4.4",
            "when the callback fails the object is stored, and the answer is 203",
            |t| {
                with_application_servers(t);
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
        ).only_here(APPLICATION),
        rule("§4.4", "the application server has a limited time", |t| {
            t.start(Options {
                callback_timeout: Duration::from_millis(300),
                loopback_callbacks: true,
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
        }).only_here(APPLICATION),
        rule(
            "§4.4",
            "a callback that cannot be made is refused before storing",
            |t| {
                let (url, body, json) = (
                    json!("http://app.example/"),
                    json!("a=${size}"),
                    json!("application/json"),
                );
                let six = ["http://app.example/"; 6].join(";");
                let post = t.post().set("callback", "x123-*&");
                t.case("not Base64", &post, bad("0007-00000002"));
                for (case, text) in [("not JSON", "hello"), ("not a map", "[]"), ("nothing", "")] {
                    let post = t.post().set("callback", BASE64_STANDARD.encode(text));
                    t.case(case, &post, bad("0007-00000003"));
                }
                for (case, callback, ec) in [
                    ("no body", json!({ "callbackUrl": url }), "0007-00000011"),
                    (
                        "empty body",
                        json!({ "callbackUrl": url, "callbackBody": "" }),
                        "0007-00000011",
                    ),
                    (
                        "a body that is no text",
                        json!({ "callbackUrl": url, "callbackBody": {} }),
                        "0007-00000011",
                    ),
                    (
                        "type text/plain",
                        json!({ "callbackUrl": url, "callbackBody": body, "callbackBodyType": "text/plain" }),
                        "0007-00000012",
                    ),
                    (
                        "type with a charset",
                        json!({ "callbackUrl": url, "callbackBody": "{}", "callbackBodyType": "application/json; charset=utf-8" }),
                        "0007-00000012",
                    ),
                    (
                        "empty type",
                        json!({ "callbackUrl": url, "callbackBody": body, "callbackBodyType": "" }),
                        "0007-00000012",
                    ),
                    (
                        "a type that is no text",
                        json!({ "callbackUrl": url, "callbackBody": body, "callbackBodyType": 123 }),
                        "0007-00000012",
                    ),
                    (
                        "six urls",
                        json!({ "callbackUrl": six, "callbackBody": body }),
                        "0007-00000005",
                    ),
                    (
                        "header x-oss-test",
                        json!({ "callbackUrl": url, "callbackBody": body, "additionalHeaders": { "key2": "a", "x-oss-test": "val1" } }),
                        "0007-00000026",
                    ),
                    (
                        "header X-OSS-Test",
                        json!({ "callbackUrl": url, "callbackBody": body, "additionalHeaders": { "X-OSS-Test": "val1" } }),
                        "0007-00000026",
                    ),
                    (
                        "headers in a list",
                        json!({ "callbackUrl": url, "callbackBody": body, "additionalHeaders": ["key: a"] }),
                        "0007-00000026",
                    ),
                    (
                        "a header that is no text",
                        json!({ "callbackUrl": url, "callbackBody": body, "additionalHeaders": { "key": 1 } }),
                        "0007-00000026",
                    ),
                ] {
                    let post = t.post().set("callback", encode(&callback));
                    t.case(case, &post, bad(ec));
                }
                for (case, text) in [
                    ("JSON that is a form", "bucket=${bucket}"),
                    ("JSON without its end", r#"{"size":${size}"#),
                    ("JSON with a comma too many", r#"{"size":${size},}"#),
                    ("JSON with a word", r#"{"size":size}"#),
                    ("JSON with a variable without its end", r#"{"size":${size"#),
                ] {
                    let callback = json!({ "callbackUrl": url, "callbackBody": text, "callbackBodyType": json });
                    let post = t.post().set("callback", encode(&callback));
                    t.case(
                        case,
                        &post,
                        refused(400, "InvalidArgument")
                            .message("The callback body is not json format."),
                    );
                }
                let long = json!({ "callbackUrl": url, "callbackBody": "a".repeat(5 * 1024) });
                let post = t.post().set("callback", encode(&long));
                t.case(
                    "more than 5 KB",
                    &post,
                    refused(400, "InvalidArgument")
                        .message("The length of callback exceed max value."),
                );
            },
        ),
        rule("§4.4", "an application server's address is one", |t| {
            for url in [
                "http://",
                "http:///a",
                "//app.example/a",
                "ftp://app.example/",
                "www.callback-example.com:test",
                "http://app.example:0/",
                "http://app.example:65536/",
                "http://app.example/a b",
                " http://app.example/",
                "http://app.example/\n",
                "http://app.example/回调",
                "http://app.example\\a",
                "http://a<b/",
                "http://[::1",
                ";",
                "http://app.example/;ftp://app.example/",
            ] {
                let post = t.post().set("callback", to(url));
                t.case(url, &post, bad("0007-00000004"));
            }
            let callback = json!({ "callbackUrl": ["http://app.example/"], "callbackBody": "a" });
            let post = t.post().set("callback", encode(&callback));
            t.case("a list", &post, bad("0007-00000004"));
            for url in ["123.456", "http://0x8080808/"] {
                let post = t.post().set("callback", to(url));
                t.case(url, &post, bad("0007-00000007"));
            }
        }),
        rule(
            "§4.4",
            "an application server is on the public network",
            |t| {
                let message = "Private address is forbidden to callback.";
                for url in [
                    "127.0.0.1:8088/test.php",
                    "http://127.8.9.1/",
                    "http://localhost/",
                    "http://LocalHost.:8080/",
                    "http://app.localhost/",
                    "http://10.0.0.1/",
                    "http://172.16.0.1/",
                    "http://172.31.255.255/",
                    "http://192.168.0.1/",
                    "http://169.254.169.254/",
                    "http://100.64.0.1/",
                    "http://100.127.255.255/",
                    "http://0.0.0.0/",
                    "http://255.255.255.255/",
                    "http://224.0.0.1/",
                    "http://2130706433/",
                    "http://0x7f.1/",
                    "http://0300.0250.0.1/",
                    "https://user@10.0.0.1:8443/a?b=c",
                    "http://[::1]/",
                    "http://[::]/",
                    "http://[::ffff:10.0.0.1]/",
                    "http://[::ffff:7f00:1]/",
                    "http://[::10.0.0.1]/",
                    "http://[64:ff9b::10.0.0.1]/",
                    "http://[2002:a00:1::]/",
                    "http://[fc00::1]/",
                    "http://[fd12:3456::1]/",
                    "http://[fe80::1]/",
                    "http://[fec0::1]/",
                    "http://[ff02::1]/",
                    "http://app.example/;http://10.0.0.1/",
                ] {
                    let post = t.post().set("callback", to(url));
                    t.case(url, &post, bad("0007-00000008").message(message));
                }
                // Nobody is asked: the body's checksum is wrong, which comes after the callback.
                for url in [
                    "http://11.0.0.1/",
                    "http://100.63.255.255/",
                    "http://100.128.0.1/",
                    "http://172.32.0.1/",
                    "http://192.169.0.1/",
                    "http://[2400:3200::1]/",
                    "http://[::ffff:8.8.8.8]/",
                    "HTTPS://app.example:443/a%20b?u=http://10.0.0.1/;www.app.example/?u=http://localhost/;",
                ] {
                    let post = t
                        .post()
                        .set("callback", to(url))
                        .header("Content-MD5", "wrong");
                    t.case(url, &post, refused(400, "InvalidDigest"));
                }
            },
        ),
        rule("§4.4", "a callback without an address is none", |t| {
            for (case, callback) in [
                ("empty", json!({ "callbackUrl": "", "callbackBody": "a" })),
                ("absent", json!({ "callbackBody": "a" })),
                ("nothing at all", json!({})),
            ] {
                let post = t.post().set("callback", encode(&callback));
                t.case(case, &post, stored(204));
            }
        }),
        rule("§4.4", "on this machine only for tests", |t| {
            let application = application(&ok("{}"));
            let post = t.post().set("callback", to(&application.url));
            t.case("not unless told", &post, bad("0007-00000008"));
            with_application_servers(t);
            let post = t.post().set("callback", to(&application.url));
            t.case("127.0.0.1, if told", &post, stored(200));
            let url = application.url.replace("127.0.0.1", "localhost");
            let post = t.post().set("callback", to(&url));
            t.case("localhost, if told", &post, stored(200));
            let post = t.post().set("callback", to("http://10.0.0.1/"));
            t.case("10.0.0.1, if told", &post, bad("0007-00000008"));
        }).only_here(APPLICATION),
    ]
}
