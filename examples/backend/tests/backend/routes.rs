//! What the routes let in, count, describe and write down.

use std::{cell::RefCell, collections::BTreeSet, io, sync::Once};

use crate::support::{BUCKET, KEYS, ask, backend};
use axum::{Json, http::StatusCode, routing::post};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use upload_backend::{Authorize, Caller, Verdict};

const ROUTE: &str = "/api/policy/v1";

/// Settings, headers, and what comes of it.
type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], u16);

#[tokio::test]
async fn whose_pages_may_ask() {
    let host = ("Host", "www.example.com");
    let open = "listen = \"0.0.0.0:3000\"\n";
    let listed = "listen = \"0.0.0.0:3000\"\nallowed_origins = [\"https://app.example.com\"]\n";
    let hosts = "hosts = [\"www.example.com\"]\n";
    let proxy = "trusted_proxies = [\"127.0.0.0/8\"]\n";
    let cases: [Case; 40] = [
        (open, &[host], 200),
        (open, &[host, ("Origin", "http://www.example.com")], 200),
        (open, &[host, ("Origin", "http://www.example.com:80")], 200),
        (open, &[host, ("Origin", "http://WWW.example.com")], 200),
        // Another scheme, port or host is another origin.
        (open, &[host, ("Origin", "https://www.example.com")], 403),
        (open, &[host, ("Origin", "http://www.example.com:81")], 403),
        (open, &[host, ("Origin", "http://example.com")], 403),
        (
            open,
            &[host, ("Origin", "http://www.example.com.evil.com")],
            403,
        ),
        (open, &[("Host", "null"), ("Origin", "null")], 403),
        (open, &[host, ("Origin", "")], 403),
        (
            open,
            &[
                host,
                ("Origin", "http://www.example.com"),
                ("Origin", "http://evil.com"),
            ],
            400,
        ),
        (open, &[host, ("Origin", "http://évil.com")], 400),
        // TLS ends at a proxy, which has to be trusted to say so.
        (
            proxy,
            &[
                host,
                ("X-Forwarded-Proto", "https"),
                ("Origin", "https://www.example.com"),
            ],
            200,
        ),
        (
            proxy,
            &[
                host,
                ("X-Forwarded-Proto", "https"),
                ("Origin", "http://www.example.com"),
            ],
            403,
        ),
        (
            open,
            &[
                host,
                ("X-Forwarded-Proto", "https"),
                ("Origin", "https://www.example.com"),
            ],
            403,
        ),
        // A browser's own word for it.
        (open, &[host, ("Sec-Fetch-Site", "same-origin")], 200),
        (open, &[host, ("Sec-Fetch-Site", "none")], 200),
        (open, &[host, ("Sec-Fetch-Site", "cross-site")], 403),
        (open, &[host, ("Sec-Fetch-Site", "same-site")], 403),
        (
            open,
            &[
                host,
                ("Sec-Fetch-Site", "same-origin"),
                ("Origin", "https://www.example.com"),
            ],
            200,
        ),
        (
            open,
            &[
                host,
                ("Sec-Fetch-Site", "same-origin"),
                ("Origin", "https://evil.com"),
            ],
            403,
        ),
        (
            open,
            &[
                host,
                ("Sec-Fetch-Site", "cross-site"),
                ("Origin", "http://www.example.com"),
            ],
            403,
        ),
        (
            listed,
            &[
                host,
                ("Sec-Fetch-Site", "same-site"),
                ("Origin", "https://app.example.com"),
            ],
            200,
        ),
        (listed, &[host, ("Origin", "http://app.example.com")], 403),
        // A name that an attacker points to this address.
        (hosts, &[("Host", "www.example.com:3000")], 200),
        (hosts, &[("Host", "WWW.EXAMPLE.COM")], 200),
        (hosts, &[("Host", "rebound.evil.com")], 403),
        (
            hosts,
            &[
                ("Host", "www.example.com.evil.com"),
                ("Sec-Fetch-Site", "same-origin"),
            ],
            403,
        ),
        (hosts, &[], 403),
        // Without a list, and nobody but this machine asks: its own names.
        ("", &[], 200),
        ("", &[("Host", "localhost")], 200),
        ("", &[("Host", "LOCALHOST:3000")], 200),
        ("", &[("Host", "app.localhost:3000")], 200),
        ("", &[("Host", "127.0.0.1:3000")], 200),
        ("", &[("Host", "[::1]:3000")], 200),
        ("", &[("Host", "rebound.evil.com")], 403),
        ("", &[("Host", "notlocalhost")], 403),
        ("", &[("Host", "127.0.0.1.evil.com")], 403),
        ("", &[("Host", "")], 403),
        (proxy, &[host], 200),
    ];
    for (toml, headers, status) in cases {
        let router = backend(&format!("{toml}{BUCKET}"), &KEYS).router();
        let answer = ask(&router, "GET", ROUTE, headers).await;
        assert_eq!(answer.status, status, "{toml}{headers:?}: {}", answer.body);
    }
    let router = backend(&format!("{hosts}{BUCKET}"), &KEYS).router();
    let absolute = ask(&router, "GET", "http://evil.com/api/policy/v1", &[host]).await;
    assert_eq!(absolute.code(), "HostNotAllowed");
    // Probes ask by address.
    assert_eq!(ask(&router, "GET", "/health", &[]).await.status, 200);
}

#[tokio::test]
async fn acl_and_overwriting_are_pinned_and_told() {
    for (settings, acl, overwrite) in [
        ("", json!("private"), Value::Null),
        (
            "acl = \"default\"\nforbid_overwrite = true",
            json!("default"),
            json!("true"),
        ),
        (
            "acl = \"any\"\nforbid_overwrite = false",
            Value::Null,
            Value::Null,
        ),
    ] {
        let toml =
            format!("[bucket]\nname = \"demo-bucket\"\nregion = \"cn-hangzhou\"\n{settings}");
        let router = backend(&toml, &KEYS).router();
        for route in ["/api/policy/v1", "/api/policy/v4"] {
            let answer = ask(&router, "GET", route, &[]).await.json();
            assert_eq!(answer["x_oss_object_acl"], acl, "{settings}");
            assert_eq!(answer["x_oss_forbid_overwrite"], overwrite, "{settings}");
            let policy = conditions(&answer);
            for (name, value) in [
                ("x-oss-object-acl", &acl),
                ("x-oss-forbid-overwrite", &overwrite),
            ] {
                let pinned = policy.iter().find_map(|condition| condition.get(name));
                assert_eq!(pinned, (!value.is_null()).then_some(value), "{settings}");
            }
        }
    }
}

fn conditions(answer: &Value) -> Vec<Value> {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let policy = STANDARD.decode(answer["policy"].as_str().unwrap()).unwrap();
    let policy: Value = serde_json::from_slice(&policy).unwrap();
    policy["conditions"].as_array().unwrap().clone()
}

/// Every status that the description names can be had, and no other; each refusal has the described fields. The rest of
/// the description is held against the routes by schemathesis: tests/cross/openapi.test.mjs.
#[tokio::test]
async fn the_description_holds() {
    let asked = [
        ("?fileName=a&size=1&type=image/png", "localhost"),
        ("?fileName=a&size=x", "localhost"),
        ("?fileName=a&size=10", "localhost"),
        ("?fileName=a&type=text/html", "localhost"),
        ("?fileName=a", "evil.com"),
    ];
    let routers = in_every_state().await;
    let document = ask(&routers[0], "GET", "/openapi.json", &[]).await.json();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let method = method.to_uppercase();
            let mut met = BTreeSet::new();
            for router in &routers {
                for (query, host) in asked {
                    let address = format!("{path}{query}");
                    let answer = ask(router, &method, &address, &[("Host", host)]).await;
                    if answer.status >= 400 {
                        let refusal = serde_json::from_str::<Envelope>(&answer.body);
                        refusal.unwrap_or_else(|error| panic!("{address}: {error}"));
                    }
                    met.insert(answer.status.to_string());
                }
            }
            let described = operation["responses"].as_object().unwrap();
            let described: BTreeSet<String> = described.keys().cloned().collect();
            assert_eq!(met, described, "{method} {path}");
        }
    }
    // And there is no other route: what is described is all.
    for path in ["/", "/api", "/api/policy", "/api/policy/v2", "/api/health"] {
        assert_eq!(ask(&routers[0], "GET", path, &[]).await.status, 404);
    }
}

/// `Refusal` of the description.
#[derive(serde::Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
#[expect(dead_code, reason = "that it can be read is what counts")]
struct Envelope {
    code: String,
    message: String,
    request_id: String,
    host_id: Option<String>,
    recommend: Option<String>,
}

/// Backends whose cloud, sign-in, settings and keys are good, absent or bad; the first has all that is good.
async fn in_every_state() -> Vec<axum::Router> {
    let good = gateway("{}", StatusCode::OK).await;
    let throttling = gateway(r#"{"Code": "Throttling.User"}"#, StatusCode::BAD_REQUEST).await;
    let broken = gateway(
        r#"{"Code": "InternalError"}"#,
        StatusCode::INTERNAL_SERVER_ERROR,
    )
    .await;
    // Its connections are taken by the system, and then nothing is said.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let silent_address = format!("http://{}", silent.local_addr().unwrap());
    std::mem::forget(silent);
    let bucket = "[bucket]\nname = \"demo-bucket\"\nregion = \"cn-hangzhou\"\n";
    let temp = |cloud: &str| format!("[temp]\nendpoint = {cloud:?}\n");
    let all = |cloud: &str| {
        let temp = temp(cloud);
        format!("{temp}{bucket}[ens]\nbucket = \"test\"\nendpoint = {cloud:?}\n")
    };
    let limits = "[limits]\nmax_size = 9\ntypes = [\"image/png\"]\n";
    let auth = async |status| format!("[auth]\nurl = \"{}\"\n", sign_in(status).await);
    let impatient = "[cloud]\nattempts = 1\ntimeout = 100\n";
    let with_keys = [
        format!("{limits}{}", all(&good)),
        format!("{}{}", all(&good), auth(StatusCode::UNAUTHORIZED).await),
        format!("{}{}", all(&good), auth(StatusCode::BAD_GATEWAY).await),
        format!("{impatient}{}", all(&throttling)),
        format!("{impatient}{}", all(&broken)),
        format!("{impatient}{}", all(&silent_address)),
        bucket.to_owned(),
        temp(&good),
    ];
    let without = format!("credentials.file = \"/nowhere.ini\"\n{}", all(&good));
    let mut routers: Vec<_> = with_keys
        .iter()
        .map(|toml| backend(toml, &KEYS).router())
        .collect();
    routers.push(backend(&without, &[]).router());
    routers
}

/// A sign-in that always answers so.
async fn sign_in(status: StatusCode) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let router = axum::Router::new().fallback(async move || status);
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

/// A cloud that answers every call with this; `{}` stands for good answers.
async fn gateway(body: &str, status: StatusCode) -> String {
    let good = json!({
        "BucketName": "test-standin", "Endpoint": "oss.example.com", "RequestId": "0A1B", "TempFileKey": "temp/a",
        "OssAccessKeyId": "LTAI2", "Policy": "e30=", "Signature": "c2ln", "ExpireTime": 1, "Success": true,
    });
    let answer: Value = if body == "{}" {
        good
    } else {
        serde_json::from_str(body).unwrap()
    };
    let echo = async move |headers: axum::http::HeaderMap| {
        // As the real one does, it says what it was asked with.
        let authorization = headers["authorization"].to_str().unwrap();
        let signature = authorization.rsplit('=').next().unwrap().to_owned();
        let text = answer.to_string().replace("SIGNED", &signature);
        (status, Json(serde_json::from_str::<Value>(&text).unwrap()))
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let router = axum::Router::new().route("/", post(echo));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

thread_local! {
    static LOG: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// The log of this thread, on which everything of a test runs.
struct Log;

impl Log {
    /// For the process: what is set for a thread alone may miss the lines that others came to first.
    fn start() {
        static STARTED: Once = Once::new();
        STARTED.call_once(|| {
            tracing_subscriber::fmt()
                .with_ansi(false)
                .with_writer(|| Self)
                .init();
        });
        LOG.take();
    }

    fn text() -> String {
        String::from_utf8(LOG.take()).unwrap()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.with_borrow_mut(|log| log.extend_from_slice(bytes));
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Named(&'static str);

impl Authorize for Named {
    fn authorize<'a>(&'a self, _request: &'a axum::http::request::Parts) -> Verdict<'a> {
        Box::pin(async {
            Ok(Caller {
                user: Some(self.0.to_owned()),
            })
        })
    }
}

/// Whatever others write, a line of the log is one that the backend began.
#[tokio::test]
async fn nobody_forges_a_line_of_the_log_or_reads_a_secret_in_it() {
    let answer = r#"{"Code": "Bad\n2026 INFO forged", "RequestId": "1\r2026 INFO forged",
        "Message": "no\n2026 INFO forged \u001b[2J \u2028 SIGNED s3cr3t-value LTAI5tOfTests cG9saWN5LXZhbHVl",
        "Policy": "cG9saWN5LXZhbHVl", "Recommend": "https://a/?sig=SIGNED"}"#;
    let gateway = gateway(answer, StatusCode::BAD_REQUEST).await;
    Log::start();
    let toml = format!(
        "[temp]\nendpoint = {gateway:?}\n[bucket]\nname = \"demo-bucket\"\nregion = \"cn-hangzhou\"\ndir = \"{{user}}/\""
    );
    let router = backend(&toml, &KEYS)
        .authorize(Named("ann\n2026 INFO forged"))
        .router();
    let asked = "/api/upload-params?fileName=a%0A2026%20INFO%20forged";
    let refused = ask(
        &router,
        "GET",
        asked,
        &[("User-Agent", "x"), ("Sec-Fetch-Site", "none")],
    )
    .await;
    let signed = ask(&router, "GET", "/api/policy/v1?size=5", &[]).await;
    let text = Log::text();
    assert_eq!((refused.status, signed.status), (400, 200), "{text}");
    for line in text.lines() {
        assert!(
            line.starts_with("20") && !line.starts_with("2026 INFO forged"),
            "{text}"
        );
    }
    assert!(
        !text.contains('\u{1b}') && !text.contains('\u{2028}') && !text.contains('\r'),
        "{text}"
    );
    for secret in ["s3cr3t-value", "LTAI5tOfTests", "cG9saWN5LXZhbHVl"] {
        assert!(
            !text.contains(secret) && !refused.body.contains(secret),
            "{secret}: {text}"
        );
    }
    let sixty_four = |text: &str| {
        text.split(|c: char| !c.is_ascii_hexdigit())
            .any(|word| word.len() == 64)
    };
    assert!(!sixty_four(&text) && !sixty_four(&refused.body), "{text}");
    // Who got what: the line that an audit looks for.
    let number = signed.headers["x-request-id"].to_str().unwrap();
    let line = text
        .lines()
        .find(|line| line.contains("handed out"))
        .unwrap();
    for part in [
        number,
        r#"user="ann\n2026 INFO forged""#,
        "ip=127.0.0.1",
        r#"key="ann%0A2026%20INFO%20forged/""#,
        "size=5",
    ] {
        assert!(line.contains(part), "{part}: {line}");
    }
}

#[tokio::test]
async fn prometheus_reads_what_was_answered() {
    let cloud = gateway(r#"{"Code": "Forbidden"}"#, StatusCode::FORBIDDEN).await;
    let router = backend(&format!("{BUCKET}[temp]\nendpoint = {cloud:?}"), &KEYS).router();
    for _ in 0..3 {
        ask(&router, "GET", ROUTE, &[]).await;
    }
    ask(&router, "GET", "/api/upload-params?fileName=a", &[]).await;
    ask(&router, "GET", "/api/policy/v4?size=x", &[]).await;
    let metrics = ask(&router, "GET", "/metrics", &[]).await;
    for line in [
        r#"upload_backend_answers_total{route="/api/policy/v1",status="200"} 3"#,
        r#"upload_backend_answers_total{route="/api/policy/v4",status="400"} 1"#,
        r#"upload_backend_answer_seconds_count{route="/api/policy/v1"} 3"#,
        r#"upload_backend_cloud_calls_total{action="CreateTempFileUploadUrl",outcome="failed"} 1"#,
    ] {
        assert!(
            metrics.body.lines().any(|found| found == line),
            "{line}\n{}",
            metrics.body
        );
    }
    assert!(metrics.body.ends_with("# EOF\n"));
}
