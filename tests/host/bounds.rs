//! No step over what others send is quadratic: four times the input takes about four times as long, not sixteen.

use std::hint::black_box;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use oss_direct_upload::json::Json;
use oss_direct_upload::oss::Secrets;
use oss_direct_upload::params::{ParamsRules, UploadParams};
use oss_direct_upload::policy::Policy;
use oss_direct_upload::response::{self, Answer};
use serde_json::json;

/// The best of several runs: other work on the machine only makes them slower.
fn best(run: &dyn Fn()) -> Duration {
    (0..7)
        .map(|_| {
            let began = Instant::now();
            run();
            began.elapsed()
        })
        .min()
        .unwrap()
}

fn is_linear(name: &str, prepare: impl Fn(usize) -> Box<dyn Fn()>) {
    let (small, large) = (prepare(16_384), prepare(65_536));
    let mut seen = Vec::new();
    // A step that is quadratic is so every time; other work on the machine bends some rounds.
    let holds = (0..10).any(|_| {
        let (short, long) = (best(&small), best(&large));
        seen.push((short, long));
        // What takes no time at all is good enough.
        long < short * 8 + Duration::from_millis(2)
    });
    assert!(holds, "{name}: {seen:?}");
}

fn answer_with(body: String) -> Box<dyn Fn()> {
    let answer = Answer {
        status: 400,
        body,
        ..Answer::default()
    };
    Box::new(move || {
        let _ = black_box(response::read(&answer, true, &Secrets::default()));
    })
}

#[test]
fn answers_of_oss() {
    let message = |text: String| format!("<Error><Code>X</Code><Message>{text}</Message></Error>");
    is_linear("ampersands", |n| answer_with(message("&".repeat(n))));
    is_linear("entities", |n| answer_with(message("&amp;".repeat(n / 5))));
    is_linear("opening brackets", |n| answer_with("<".repeat(n)));
    is_linear("elements in one another", |n| {
        answer_with("<a>".repeat(n / 3))
    });
    is_linear("empty elements", |n| {
        answer_with(message("<a></a>".repeat(n / 7)))
    });
    is_linear("comments", |n| answer_with("<!---->".repeat(n / 7)));
    is_linear("comments without end", |n| {
        answer_with("<!--".repeat(n / 4))
    });
    is_linear("children", |n| {
        answer_with(format!("<Error>{}</Error>", "<a>b</a>".repeat(n / 8)))
    });
}

fn backend(answer: serde_json::Value) -> Box<dyn Fn()> {
    let answer = Json::from(answer);
    Box::new(move || {
        let rules = ParamsRules {
            anonymous: true,
            ..ParamsRules::default()
        };
        let _ = black_box(UploadParams::read(&answer, &rules, Json::parse));
    })
}

#[test]
fn answers_of_the_backend() {
    let many = |n: usize| -> serde_json::Map<_, _> {
        (0..n).map(|n| (format!("field-{n}"), json!("v"))).collect()
    };
    is_linear("names", |n| backend(many(n / 16).into()));
    is_linear("fields", |n| {
        backend(json!({ "url": "https://a.example", "fields": many(n / 16) }))
    });
    is_linear("objects beside one another", |n| {
        let objects: serde_json::Map<_, _> =
            (0..n / 16).map(|n| (format!("o{n}"), json!({}))).collect();
        backend(objects.into())
    });
    is_linear("words", |n| {
        backend(json!({ "code": 9, "message": "x".repeat(n) }))
    });
    is_linear("echoes", |n| {
        let policy = "eyJleHBpcmF0aW9uIjoiMjAyMyJ9";
        backend(json!({ "code": 9, "message": policy[..16].repeat(n / 16), "policy": policy }))
    });
    is_linear("hosts", |n| backend(json!({ "host": "a.".repeat(n / 2) })));
}

#[test]
fn policies() {
    let decode = |conditions: String| -> Box<dyn Fn()> {
        let document =
            format!(r#"{{"expiration":"2033-12-03T13:12:12Z","conditions":[{conditions}]}}"#);
        let policy = BASE64_STANDARD.encode(document);
        Box::new(move || {
            black_box(Policy::decode(&policy, Json::parse));
        })
    };
    is_linear("conditions", |n| {
        decode(vec![r#"["eq","$key","u/\${filename}"]"#; n / 31].join(","))
    });
    is_linear("dollars", |n| {
        decode(format!(r#"["eq","$key","{}"]"#, r"\$".repeat(n / 2)))
    });
    is_linear("operators", |n| {
        decode(vec![r#"["x","$key",""]"#; n / 16].join(","))
    });
}
