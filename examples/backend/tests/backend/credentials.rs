//! Keys that renew themselves, against a metadata service and an STS of the test's own.

use std::{
    collections::HashMap,
    fs,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime},
};

use crate::support::{BUCKET, ask, backend};
use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    routing::{get, put},
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, time::sleep};

/// What the fake cloud does, and how often it was asked for keys.
#[derive(Clone)]
struct Cloud {
    asked: Arc<AtomicUsize>,
    /// Seconds for which its keys are good.
    lifetime: u64,
    /// From this call on it fails.
    fails_from: usize,
}

impl Cloud {
    fn keys(&self) -> Result<Value, StatusCode> {
        let number = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
        if number >= self.fails_from {
            return Err(StatusCode::SERVICE_UNAVAILABLE);
        }
        let ends = SystemTime::now() + Duration::from_secs(self.lifetime);
        let ends = time::OffsetDateTime::from(ends)
            .replace_nanosecond(0)
            .unwrap()
            .format(&time::format_description::well_known::Rfc3339)
            .unwrap();
        Ok(json!({
            "AccessKeyId": format!("STS.{number}"), "AccessKeySecret": format!("secret-{number}"),
            "SecurityToken": format!("token-{number}"), "Expiration": ends, "Code": "Success",
        }))
    }
}

async fn start(lifetime: u64, fails_from: usize) -> (Cloud, String) {
    let cloud = Cloud {
        asked: Arc::new(AtomicUsize::new(0)),
        lifetime,
        fails_from,
    };
    let token = async |headers: HeaderMap| {
        assert!(headers.contains_key("x-aliyun-ecs-metadata-token-ttl-seconds"));
        "metadata-token"
    };
    let role = async |State(cloud): State<Cloud>, Path(role): Path<String>, headers: HeaderMap| {
        if headers
            .get("x-aliyun-ecs-metadata-token")
            .is_none_or(|token| token != "metadata-token")
        {
            return Err(StatusCode::FORBIDDEN);
        }
        if role != "uploader" {
            return Err(StatusCode::NOT_FOUND);
        }
        // Long enough for others to ask meanwhile.
        sleep(Duration::from_millis(200)).await;
        cloud.keys().map(Json)
    };
    let sts = async |State(cloud): State<Cloud>, Query(asked): Query<HashMap<String, String>>| {
        if asked["Action"] != "AssumeRoleWithOIDC"
            || asked["RoleArn"] != "acs:ram::1:role/uploader"
            || asked["OIDCProviderArn"] != "acs:ram::1:oidc-provider/ack"
            || !asked["OIDCToken"].starts_with("pod-token")
        {
            return Err(StatusCode::BAD_REQUEST);
        }
        let keys = cloud.keys()?;
        Ok(Json(json!({ "Credentials": keys, "RequestId": "1" })))
    };
    let router = Router::new()
        .route("/latest/api/token", put(token))
        .route(
            "/latest/meta-data/ram/security-credentials/",
            get(async || "uploader"),
        )
        .route(
            "/latest/meta-data/ram/security-credentials/{role}",
            get(role),
        )
        .route("/", get(sts))
        .with_state(cloud.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (cloud, address)
}

fn of_ecs(role: &str, address: &str) -> Router {
    let variables = [
        ("ALIBABA_CLOUD_ECS_METADATA", role),
        ("ALIBABA_CLOUD_ECS_METADATA_SERVICE_ENDPOINT", address),
    ];
    backend(BUCKET, &variables).router()
}

async fn key(router: &Router) -> String {
    let answer = ask(router, "GET", "/api/policy/v1", &[]).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["accessid"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_ecs_role_signs_with_its_token() {
    for role in ["uploader", "auto"] {
        let (cloud, address) = start(3600, usize::MAX).await;
        let router = of_ecs(role, &address);
        let answer = ask(&router, "GET", "/api/policy/v4", &[]).await.json();
        assert_eq!(answer["security_token"], "token-1");
        assert!(
            answer["x_oss_credential"]
                .as_str()
                .unwrap()
                .starts_with("STS.1/")
        );
        assert_eq!(key(&router).await, "STS.1");
        assert_eq!(cloud.asked.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test]
async fn one_renewal_serves_all_who_wait() {
    let (cloud, address) = start(3600, usize::MAX).await;
    let router = of_ecs("uploader", &address);
    let asking: Vec<_> = (0..50)
        .map(|_| {
            let router = router.clone();
            tokio::spawn(async move { key(&router).await })
        })
        .collect();
    for asking in asking {
        assert_eq!(asking.await.unwrap(), "STS.1");
    }
    assert_eq!(cloud.asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn keys_are_renewed_before_they_end() {
    let (cloud, address) = start(6, usize::MAX).await;
    let router = of_ecs("uploader", &address);
    assert_eq!(key(&router).await, "STS.1");
    sleep(Duration::from_millis(3500)).await;
    // The old ones are good for two seconds more.
    assert_eq!(key(&router).await, "STS.2");
    assert_eq!(cloud.asked.load(Ordering::SeqCst), 2);
    let metrics = ask(&router, "GET", "/metrics", &[]).await.body;
    let renewals = r#"upload_backend_credential_renewals_total{action="ECS role",outcome="ok"} 2"#;
    assert!(metrics.lines().any(|line| line == renewals), "{metrics}");
    let end = metrics
        .lines()
        .find_map(|line| line.strip_prefix("upload_backend_credentials_end_seconds "));
    let now = time::OffsetDateTime::now_utc().unix_timestamp();
    let left = end.unwrap().parse::<i64>().unwrap() - now;
    assert!((1..=6).contains(&left), "{left}");
}

#[tokio::test]
async fn old_keys_serve_while_they_are_valid_and_no_longer() {
    let (cloud, address) = start(5, 2).await;
    let router = of_ecs("uploader", &address);
    assert_eq!(key(&router).await, "STS.1");
    sleep(Duration::from_millis(3200)).await;
    assert_eq!(key(&router).await, "STS.1");
    assert_eq!(cloud.asked.load(Ordering::SeqCst), 2, "it did try");
    sleep(Duration::from_millis(2300)).await;
    let answer = ask(&router, "GET", "/api/policy/v1", &[]).await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (503, "CredentialsUnavailable")
    );
    assert_eq!(answer.headers["retry-after"], "5");
    assert_eq!(ask(&router, "GET", "/ready", &[]).await.status, 503);
    assert_eq!(ask(&router, "GET", "/health", &[]).await.status, 200);
}

#[tokio::test]
async fn a_failing_service_is_not_asked_by_every_browser() {
    let (cloud, address) = start(5, 1).await;
    let router = of_ecs("uploader", &address);
    for _ in 0..10 {
        assert_eq!(ask(&router, "GET", "/api/policy/v1", &[]).await.status, 503);
    }
    assert_eq!(cloud.asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn the_role_of_a_pod() {
    let (_cloud, address) = start(3600, usize::MAX).await;
    let token = std::env::temp_dir().join(format!("pod-token-{}", std::process::id()));
    fs::write(&token, "pod-token-1\n").unwrap();
    let variables = [
        ("ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/uploader"),
        (
            "ALIBABA_CLOUD_OIDC_PROVIDER_ARN",
            "acs:ram::1:oidc-provider/ack",
        ),
        ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", token.to_str().unwrap()),
        ("ALIBABA_CLOUD_STS_ENDPOINT", &address),
    ];
    let router = backend(BUCKET, &variables).router();
    assert_eq!(key(&router).await, "STS.1");
    fs::remove_file(&token).unwrap();
    let router = backend(BUCKET, &variables).router();
    assert_eq!(ask(&router, "GET", "/ready", &[]).await.status, 503);
}

/// A file with this key.
type Content<'a> = &'a dyn Fn(&str) -> String;

#[tokio::test]
async fn a_file_is_read_anew_when_it_changes() {
    let folder = std::env::temp_dir();
    let ini = |id: &str| {
        format!("[default]\ntype = access_key\naccess_key_id = {id}\naccess_key_secret = s3cr3t\n")
    };
    let json = |id: &str| {
        json!({ "current": "default", "profiles": [
            { "name": "default", "mode": "StsToken", "access_key_id": id, "access_key_secret": "s3cr3t", "sts_token": "t" }
        ] })
        .to_string()
    };
    let kinds: [(&str, Content); 2] = [("ini", &ini), ("json", &json)];
    for (kind, content) in kinds {
        let path = folder.join(format!("upload-backend-{}.{kind}", std::process::id()));
        fs::write(&path, content("LTAIold")).unwrap();
        let router = backend(
            BUCKET,
            &[("ALIBABA_CLOUD_CREDENTIALS_FILE", path.to_str().unwrap())],
        )
        .router();
        assert_eq!(key(&router).await, "LTAIold");
        fs::write(&path, content("LTAInew")).unwrap();
        sleep(Duration::from_millis(1200)).await;
        assert_eq!(key(&router).await, "LTAInew");
        // Half written: the keys of before still serve.
        fs::write(&path, "{[").unwrap();
        sleep(Duration::from_millis(1200)).await;
        assert_eq!(key(&router).await, "LTAInew");
        fs::remove_file(&path).unwrap();
    }
}
