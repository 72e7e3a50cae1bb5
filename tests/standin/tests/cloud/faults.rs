//! Faults of upload parameters: each is asked for in the address, as curl would.

use std::time::{Duration, Instant};

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use serde_json::Value;
use sha1::Sha1;
use standin::{Options, Running, account};

use crate::http::{Answer, get};

const ROUTES: [&str; 4] = [
    "/api/upload-params",
    "/api/ens/upload-params",
    "/api/policy/v1",
    "/api/policy/v4",
];

async fn ask(standin: &Running, route: &str, fault: &str) -> Answer {
    get(
        standin.site(),
        &format!("{route}?fileName=a.txt&size=5&fault={fault}"),
    )
    .await
}

fn field<'a>(answer: &'a Value, names: [&str; 2]) -> &'a Value {
    names.iter().find_map(|name| answer.get(*name)).unwrap()
}

fn policy(answer: &Value) -> Value {
    let text = field(answer, ["Policy", "policy"]).as_str().unwrap();
    serde_json::from_slice(&BASE64.decode(text).unwrap()).unwrap()
}

fn expiration(answer: &Value) -> i64 {
    let text = policy(answer)["expiration"].as_str().unwrap().to_owned();
    text.parse::<Timestamp>().unwrap().as_second()
}

#[tokio::test]
async fn refusals_have_their_status_and_the_envelope() {
    let standin = standin::start(Options::default()).await.unwrap();
    for (fault, status, code) in [
        ("401", 401, "Unauthorized"),
        ("403", 403, "Forbidden"),
        ("429", 429, "Throttling.User"),
        ("500", 500, "InternalError"),
        ("503", 503, "ServiceUnavailable"),
        ("unknown-action", 404, "InvalidAction.NotFound"),
        ("success-false", 200, "InternalError"),
    ] {
        for route in ROUTES {
            let answer = ask(&standin, route, fault).await;
            assert_eq!((answer.status, answer.code().as_str()), (status, code));
            assert!(answer.json()["RequestId"].is_string());
        }
    }
    let answer = ask(&standin, "/api/upload-params", "success-false").await;
    assert_eq!(answer.json()["Success"], false);
}

#[tokio::test]
async fn counted_refusals_end() {
    let standin = standin::start(Options::default()).await.unwrap();
    for fault in ["429@2", "500@2", "503@2"] {
        let mut seen = Vec::new();
        for _ in 0..3 {
            seen.push(ask(&standin, "/api/upload-params", fault).await.status);
        }
        assert_eq!(seen[2], 200);
        assert!(seen[0] >= 400 && seen[1] >= 400);
    }
}

#[tokio::test]
async fn html_where_json_was_due() {
    let standin = standin::start(Options::default()).await.unwrap();
    let answer = ask(&standin, "/api/upload-params", "html").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["content-type"], "text/html; charset=utf-8");
    assert!(answer.body.starts_with("<!DOCTYPE html>"));
}

#[tokio::test]
async fn slow_is_slow_and_whole() {
    let standin = standin::start(Options::default()).await.unwrap();
    let started = Instant::now();
    let answer = ask(&standin, "/api/upload-params", "slow@300").await;
    assert!(started.elapsed().as_millis() >= 300);
    assert_eq!(answer.json()["Success"], true);
}

#[tokio::test]
async fn hang_never_answers_and_ends_with_its_count() {
    let standin = standin::start(Options::default()).await.unwrap();
    let hanging = ask(&standin, "/api/upload-params", "hang@1");
    let waited = tokio::time::timeout(Duration::from_millis(300), hanging).await;
    assert!(waited.is_err());
    let answer = ask(&standin, "/api/upload-params", "hang@1").await;
    assert_eq!(answer.json()["Success"], true);
}

#[tokio::test]
async fn long_is_long_and_holds_nothing() {
    let standin = standin::start(Options::default()).await.unwrap();
    let answer = ask(&standin, "/api/upload-params", "long@3000000").await;
    assert_eq!(answer.status, 200);
    assert!(answer.body.len() > 3_000_000);
    assert_eq!(answer.json().as_object().unwrap().len(), 1);
}

#[tokio::test]
async fn a_field_is_missing() {
    let standin = standin::start(Options::default()).await.unwrap();
    for (route, name) in [
        ("/api/upload-params", "Policy"),
        ("/api/ens/upload-params", "Key"),
        ("/api/policy/v4", "x_oss_date"),
    ] {
        assert!(
            ask(&standin, route, "slow@0")
                .await
                .json()
                .get(name)
                .is_some()
        );
        assert!(
            ask(&standin, route, &format!("missing@{name}"))
                .await
                .json()
                .get(name)
                .is_none()
        );
    }
}

#[tokio::test]
async fn the_target_is_another() {
    let standin = standin::start(Options::default()).await.unwrap();
    let foreign = ask(&standin, "/api/upload-params", "foreign-host")
        .await
        .json();
    assert_eq!(foreign["Endpoint"], "foreign.example.com");
    let foreign = ask(&standin, "/api/policy/v1", "foreign-host").await.json();
    assert_eq!(foreign["host"], "https://foreign.example.com");
    let wrong = ask(&standin, "/api/upload-params", "wrong-bucket")
        .await
        .json();
    assert_eq!(wrong["BucketName"], "wrong-bucket");
    assert_eq!(policy(&wrong)["conditions"][0]["bucket"], "hbr-temp-bucket");
    let wrong = ask(&standin, "/api/policy/v4", "wrong-bucket").await.json();
    assert!(
        wrong["host"]
            .as_str()
            .unwrap()
            .starts_with("http://wrong-bucket.")
    );
}

#[tokio::test]
async fn policies_end_when_asked_to() {
    let standin = standin::start(Options::default()).await.unwrap();
    let now = Timestamp::now().as_second();
    for route in ROUTES {
        assert!(expiration(&ask(&standin, route, "expired").await.json()) < now);
        let left = expiration(&ask(&standin, route, "expires@30").await.json()) - now;
        assert!((29..=40).contains(&left), "{left}");
        let skewed = ask(&standin, route, "skew@-7200").await;
        assert!((-3700..=-3500).contains(&(expiration(&skewed.json()) - now)));
        let date = skewed.headers["date"].parse::<String>().unwrap();
        let date = jiff::fmt::rfc2822::parse(&date.replace("GMT", "+0000"))
            .unwrap()
            .timestamp()
            .as_second();
        assert!((-7210..=-7190).contains(&(date - now)), "{}", date - now);
    }
    let answer = ask(&standin, "/api/upload-params", "expired").await.json();
    assert_eq!(answer["ExpireTime"].as_i64().unwrap(), expiration(&answer));
}

#[tokio::test]
async fn policies_are_narrower_when_asked_to() {
    let standin = standin::start(Options::default()).await.unwrap();
    for route in ROUTES {
        let text =
            policy(&ask(&standin, route, "max-size@10").await.json())["conditions"].to_string();
        assert!(text.contains(r#"["content-length-range",0,10]"#), "{text}");
        assert_eq!(text.matches("content-length-range").count(), 1);
        let text =
            policy(&ask(&standin, route, "content-type@image/png").await.json())["conditions"]
                .to_string();
        assert!(
            text.contains(r#"["eq","$content-type","image/png"]"#),
            "{text}"
        );
    }
}

#[tokio::test]
async fn a_foreign_signature_is_of_another_key_and_nothing_else() {
    let standin = standin::start(Options::default()).await.unwrap();
    for (fault, is_ours) in [
        ("slow@0", true),
        ("max-size@10", true),
        ("foreign-signature", false),
    ] {
        let answer = ask(&standin, "/api/policy/v1", fault).await.json();
        let mut mac = Hmac::<Sha1>::new_from_slice(account::ACCESS_KEY_SECRET.as_bytes()).unwrap();
        mac.update(answer["policy"].as_str().unwrap().as_bytes());
        let ours = BASE64.encode(mac.finalize().into_bytes());
        assert_eq!(answer["signature"] == ours, is_ours, "{fault}");
        assert_eq!(answer["signature"].as_str().unwrap().len(), ours.len());
        let answer = ask(&standin, "/api/policy/v4", fault).await.json();
        assert_eq!(answer["signature"].as_str().unwrap().len(), 64);
    }
}
