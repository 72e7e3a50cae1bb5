//! A backend without a network: its routes are asked one request at a time.

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{HeaderMap, Request},
};
use serde_json::Value;
use std::net::SocketAddr;
use tower::ServiceExt as _;
use upload_backend::{Backend, Settings};

pub(crate) const KEYS: [(&str, &str); 2] = [
    ("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAI5tOfTests"),
    ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "s3cr3t-value"),
];
pub(crate) const BUCKET: &str = "bucket = { name = \"demo-bucket\", region = \"cn-hangzhou\" }\n";

pub(crate) fn backend(toml: &str, variables: &[(&str, &str)]) -> Backend {
    let variables = variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Backend::new(Settings::read(toml, variables).unwrap()).unwrap()
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    pub(crate) fn code(&self) -> String {
        self.json()["Code"].as_str().unwrap_or_default().to_owned()
    }
}

pub(crate) async fn ask(
    router: &Router,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let peer = SocketAddr::from(([127, 0, 0, 1], 40_000));
    let request = request.extension(ConnectInfo(peer)).body(Body::empty());
    let (parts, body) = router
        .clone()
        .oneshot(request.unwrap())
        .await
        .unwrap()
        .into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap();
    Answer {
        status: parts.status.as_u16(),
        headers: parts.headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
    }
}
