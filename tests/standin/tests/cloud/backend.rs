//! The reference backend against the gateway: what a browser gets.

use std::{collections::HashMap, net::SocketAddr};

use axum::{Json, extract::Query};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use serde_json::Value;
use tokio::{net::TcpListener, task::JoinHandle};
use upload_backend::{Authorize, Backend, Caller, Refusal, Settings, Verdict};

use crate::http::{Answer, get, send};

/// A backend of its own on a free port, as `main` serves it.
pub(crate) struct Serving {
    pub origin: String,
    task: JoinHandle<()>,
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub(crate) fn settings(toml: &str, variables: &[(&str, &str)]) -> Settings {
    let keys = [
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "STANDINACCESSKEYID"),
        (
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
            "standin-access-key-secret",
        ),
    ];
    let all = keys.iter().chain(variables);
    Settings::read(
        toml,
        all.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
    )
    .unwrap()
}

pub(crate) async fn serve(backend: Backend) -> Serving {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let service = backend
        .router()
        .into_make_service_with_connect_info::<SocketAddr>();
    let task = tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
    Serving { origin, task }
}

pub(crate) async fn serve_with(toml: &str, variables: &[(&str, &str)]) -> Serving {
    serve(Backend::new(settings(toml, variables)).unwrap()).await
}

fn conditions(answer: &Answer) -> String {
    let answer = answer.json();
    let policy = answer
        .get("Policy")
        .or(answer.get("policy"))
        .unwrap()
        .as_str()
        .unwrap();
    let policy: Value = serde_json::from_slice(&BASE64.decode(policy).unwrap()).unwrap();
    policy["conditions"].to_string()
}

const BUCKET: &str = "[bucket]\nname = \"demo-bucket\"\nregion = \"cn-hangzhou\"\n";

/// tests/vectors/create-temp-file-upload-url.json: the documented fields, and no others.
#[tokio::test]
async fn create_temp_file_upload_url_is_passed_on_as_documented() {
    let standin = standin::start(standin::Options::default()).await.unwrap();
    let vector: Value = serde_json::from_str(include_str!(
        "../../../vectors/create-temp-file-upload-url.json"
    ))
    .unwrap();
    let answer = get(
        standin.site(),
        "/api/upload-params?fileName=a.txt&size=5&type=text/plain",
    )
    .await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["cache-control"], "no-store");
    let mut documented: Vec<&String> = vector["response"].as_object().unwrap().keys().collect();
    documented.sort();
    let answer = answer.json();
    let mut answered: Vec<&String> = answer.as_object().unwrap().keys().collect();
    answered.sort();
    assert_eq!(answered, documented);
}

#[tokio::test]
async fn prepare_upload_comes_with_a_policy_for_the_physical_bucket() {
    let standin = standin::start(standin::Options::default()).await.unwrap();
    let answer = get(standin.site(), "/api/ens/upload-params?fileName=..%2Fa.txt").await;
    let body = answer.json();
    assert_eq!(body["BucketName"], "test-standin");
    let key = body["Key"].as_str().unwrap();
    assert!(
        key.starts_with("uploads/") && key.ends_with("/a.txt"),
        "{key}"
    );
    assert_eq!(
        conditions(&answer),
        format!(
            r#"[{{"bucket":"test-standin"}},{{"x-oss-object-acl":"private"}},["eq","$key","{key}"],["content-length-range",0,5368709120]]"#
        )
    );
}

#[tokio::test]
async fn prepare_upload_can_be_signed_with_v4() {
    let standin = standin::start(standin::Options::default()).await.unwrap();
    let toml = format!(
        "[ens]\nbucket = \"test\"\nendpoint = \"{}\"\nsignature = \"v4\"\nregion = \"cn-hangzhou\"",
        standin.api()
    );
    let backend = serve_with(&toml, &[]).await;
    let body = get(&backend.origin, "/api/ens/upload-params?fileName=a.txt")
        .await
        .json();
    assert_eq!(body["x_oss_signature_version"], "OSS4-HMAC-SHA256");
    assert_eq!(body["Signature"].as_str().unwrap().len(), 64);
    assert!(body.get("OssAccessKeyId").is_none());
}

#[tokio::test]
async fn a_temporary_key_brings_its_token() {
    let standin = standin::start(standin::Options::default()).await.unwrap();
    let toml = format!(
        "{BUCKET}[ens]\nbucket = \"test\"\nendpoint = \"{0}\"\n[temp]\nendpoint = \"{0}\"",
        standin.api()
    );
    let sts = [
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "STS.STANDIN"),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "standin-sts-secret"),
        ("ALIBABA_CLOUD_SECURITY_TOKEN", "standin-security-token"),
    ];
    let backend = serve_with(&toml, &sts).await;
    let token = "standin-security-token";
    assert_eq!(
        get(&backend.origin, "/api/policy/v1").await.json()["security_token"],
        token
    );
    let v4 = get(&backend.origin, "/api/policy/v4").await;
    assert_eq!(v4.json()["security_token"], token);
    assert!(conditions(&v4).contains(r#"{"x-oss-security-token":"standin-security-token"}"#));
    assert_eq!(
        get(&backend.origin, "/api/ens/upload-params?fileName=a")
            .await
            .json()["SecurityToken"],
        token
    );
    // The gateway wants it as a header, and signed.
    assert_eq!(
        get(&backend.origin, "/api/upload-params?fileName=a")
            .await
            .json()["Success"],
        true
    );
}

#[tokio::test]
async fn limits_are_pinned_and_told_at_once() {
    let limits = [
        ("UPLOAD_LIMITS__MIN_SIZE", "1"),
        ("UPLOAD_LIMITS__MAX_SIZE", "100"),
        ("UPLOAD_LIMITS__TYPES", "image/png, image/jpeg"),
    ];
    let backend = serve_with(BUCKET, &limits).await;
    let answer = get(
        &backend.origin,
        "/api/policy/v1?fileName=a.png&size=100&type=image/png",
    )
    .await;
    let conditions = conditions(&answer);
    assert!(
        conditions.contains(r#"["content-length-range",1,100]"#),
        "{conditions}"
    );
    assert!(
        conditions.contains(r#"["in","$content-type",["image/png","image/jpeg"]]"#),
        "{conditions}"
    );
    assert!(
        conditions.contains(r#"["starts-with","$key","uploads/"#),
        "{conditions}"
    );
    for (query, status, code) in [
        ("size=101", 413, "EntityTooLarge"),
        ("size=0", 400, "EntityTooSmall"),
        ("size=much", 400, "InvalidParameter.size"),
        ("type=text/html", 415, "InvalidContentType"),
    ] {
        let answer = get(
            &backend.origin,
            &format!("/api/policy/v4?fileName=a.png&{query}"),
        )
        .await;
        assert_eq!((answer.status, answer.code().as_str()), (status, code));
    }
}

#[tokio::test]
async fn a_callback_is_handed_out_and_pinned() {
    let toml = format!(
        "{BUCKET}callback = {{ url = \"https://app.example.com/uploaded\", body = \"object=${{object}}\" }}"
    );
    let backend = serve_with(&toml, &[]).await;
    let answer = get(&backend.origin, "/api/policy/v1").await;
    let callback = answer.json()["callback"].as_str().unwrap().to_owned();
    let decoded: serde_json::Value =
        serde_json::from_slice(&BASE64.decode(&callback).unwrap()).unwrap();
    assert_eq!(
        decoded,
        serde_json::json!({
            "callbackUrl": "https://app.example.com/uploaded",
            "callbackBody": "object=${object}",
            "callbackBodyType": "application/x-www-form-urlencoded"
        })
    );
    assert!(conditions(&answer).contains(&format!(r#"{{"callback":"{callback}"}}"#)));
}

#[tokio::test]
async fn routes_without_settings_say_so() {
    let backend = serve_with(BUCKET, &[]).await;
    for route in [
        "/api/upload-params?fileName=a",
        "/api/ens/upload-params?fileName=a",
    ] {
        let answer = get(&backend.origin, route).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (404, "NotConfigured")
        );
    }
    assert_eq!(get(&backend.origin, "/health").await.json()["status"], "ok");
}

#[tokio::test]
async fn other_origins_need_to_be_listed() {
    let backend = serve_with(
        BUCKET,
        &[("UPLOAD_ALLOWED_ORIGINS", "https://www.example.com")],
    )
    .await;
    let ask = async |origin: &str| {
        send(
            "GET",
            &backend.origin,
            "/api/policy/v1",
            &[("Origin", origin)],
        )
        .await
    };
    let listed = ask("https://www.example.com").await;
    assert_eq!(listed.status, 200);
    assert_eq!(
        listed.headers["access-control-allow-origin"],
        "https://www.example.com"
    );
    assert!(listed.headers["access-control-expose-headers"].contains("date"));
    let own = ask(&backend.origin).await;
    assert_eq!(own.status, 200);
    let other = ask("https://evil.example.com").await;
    assert_eq!(
        (other.status, other.code().as_str()),
        (403, "OriginNotAllowed")
    );
    assert!(!other.headers.contains_key("access-control-allow-origin"));
    let preflight = [
        ("Origin", "https://www.example.com"),
        ("Access-Control-Request-Method", "GET"),
        ("Access-Control-Request-Headers", "x-csrf"),
    ];
    let answer = send("OPTIONS", &backend.origin, "/api/policy/v1", &preflight).await;
    assert_eq!(answer.headers["access-control-allow-headers"], "x-csrf");
}

/// A gateway that answers with what it was asked.
async fn echo() -> Serving {
    let answer = async |Query(asked): Query<HashMap<String, String>>| Json(asked);
    let router = axum::Router::new().route("/", axum::routing::post(answer));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    Serving { origin, task }
}

#[tokio::test]
async fn the_client_address_is_believed_from_trusted_proxies_only() {
    let gateway = echo().await;
    let toml = format!(
        "[ens]\nbucket = \"test\"\nendpoint = \"{}\"",
        gateway.origin
    );
    for (trusted, forwarded, client) in [
        ("", "1.1.1.1, 47.96.0.1", None),
        ("127.0.0.0/8", "1.1.1.1, 47.96.0.1", Some("47.96.0.1")),
        ("127.0.0.0/8", "47.96.0.1, 100.64.0.9", None),
        ("127.0.0.0/8", "::ffff:10.0.0.9", None),
    ] {
        let backend = serve_with(&toml, &[("UPLOAD_TRUSTED_PROXIES", trusted)]).await;
        let forwarded = [("X-Forwarded-For", forwarded)];
        let path = "/api/ens/upload-params?fileName=a";
        let answer = send("GET", &backend.origin, path, &forwarded).await;
        // One that is not public is left out.
        let told = answer.json();
        assert_eq!(told.get("ClientIp").and_then(|ip| ip.as_str()), client);
        assert_eq!(answer.json()["BucketName"], "test");
    }
}

/// A site's own sign-in.
struct ByHeader;

impl Authorize for ByHeader {
    fn authorize<'a>(&'a self, request: &'a axum::http::request::Parts) -> Verdict<'a> {
        Box::pin(async move {
            let user = request
                .headers
                .get("x-test-user")
                .and_then(|user| user.to_str().ok());
            let user = user.ok_or_else(|| {
                Refusal::new(
                    axum::http::StatusCode::UNAUTHORIZED,
                    "Unauthorized",
                    "Please sign in.",
                )
            })?;
            Ok(Caller {
                user: Some(user.to_owned()),
            })
        })
    }
}

#[tokio::test]
async fn the_sites_own_sign_in_decides_and_names_the_user() {
    let settings = settings(BUCKET, &[("UPLOAD_BUCKET__DIR", "users/{user}/")]);
    let backend = serve(Backend::new(settings).unwrap().authorize(ByHeader)).await;
    let refused = get(&backend.origin, "/api/policy/v1").await;
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (401, "Unauthorized")
    );
    let answer = send(
        "GET",
        &backend.origin,
        "/api/policy/v1",
        &[("X-Test-User", "ann")],
    )
    .await;
    assert_eq!(answer.json()["dir"], "users/ann/");
    assert!(conditions(&answer).contains(r#"["starts-with","$key","users/ann/"]"#));
}

#[tokio::test]
async fn an_address_of_the_site_can_decide_too() {
    let site = axum::Router::new().route(
        "/session",
        axum::routing::get(async |headers: axum::http::HeaderMap| {
            match headers
                .get("cookie")
                .and_then(|cookie| cookie.to_str().ok())
            {
                Some("session=ann") => Ok([("x-user", "ann")]),
                Some(_) => Err(axum::http::StatusCode::FORBIDDEN),
                None => Err(axum::http::StatusCode::UNAUTHORIZED),
            }
        }),
    );
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let session = format!("http://{}/session", listener.local_addr().unwrap());
    let site = tokio::spawn(async move { axum::serve(listener, site).await.unwrap() });
    let variables = [
        ("UPLOAD_AUTH__URL", session.as_str()),
        ("UPLOAD_BUCKET__DIR", "users/{user}/"),
    ];
    let backend = serve_with(BUCKET, &variables).await;
    let ask = async |headers: &[(&str, &str)]| {
        send("GET", &backend.origin, "/api/policy/v1", headers).await
    };
    assert_eq!(
        ask(&[("Cookie", "session=ann")]).await.json()["dir"],
        "users/ann/"
    );
    assert_eq!(ask(&[("Cookie", "session=bob")]).await.status, 403);
    assert_eq!(ask(&[]).await.status, 401);
    site.abort();
    let _ = site.await;
    let down = ask(&[("Cookie", "session=ann")]).await;
    assert_eq!(
        (down.status, down.code().as_str()),
        (502, "AuthUnavailable")
    );
}
