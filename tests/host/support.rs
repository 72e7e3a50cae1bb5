//! What several tests need: the shared vectors, a stand-in, and the steps of an upload over plain HTTP.

use std::fmt::Write as _;

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use oss_direct_upload::file::FileFacts;
use oss_direct_upload::form::{Extras, PostForm};
use oss_direct_upload::json::Json;
use oss_direct_upload::params::{ParamsRules, UploadParams};
use oss_direct_upload::response::Answer;
use serde_json::Value;
use sha2::{Digest, Sha256};
use standin::{Options, Running};
use tokio::net::TcpStream;
use uuid::Uuid;

/// The routes of the reference backend.
pub(crate) const ROUTES: [&str; 4] = [
    "/api/upload-params",
    "/api/ens/upload-params",
    "/api/policy/v1",
    "/api/policy/v4",
];

/// The shared vectors.
pub(crate) fn vector(name: &str) -> Value {
    let path = [env!("CARGO_MANIFEST_DIR"), "/tests/vectors/", name].concat();
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// As the browser would hand it to the library.
pub(crate) fn json(value: &Value) -> Json {
    Json::from(value.clone())
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes), "")
}

/// Two digits for each byte, after this.
fn hex(bytes: &[u8], before: &str) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{before}{byte:02x}");
        hex
    })
}

/// Bytes in which everything occurs, line breaks and dashes included, and no two windows are alike.
pub(crate) fn content(len: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    std::iter::repeat_with(next).take(len).collect()
}

pub(crate) fn file(name: &str, content_type: &str, content: &[u8]) -> FileFacts {
    FileFacts {
        name: String::from(name),
        size: content.len() as u64,
        content_type: String::from(content_type),
    }
}

/// A different one for every file, as the shell draws it.
pub(crate) fn unique(seed: &str) -> Uuid {
    let bytes = Sha256::digest(seed.as_bytes())[..16].try_into().unwrap();
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

/// Text in an address.
pub(crate) fn query(text: &str) -> String {
    hex(text.as_bytes(), "%")
}

pub(crate) struct Cloud {
    running: Running,
}

impl Cloud {
    pub(crate) async fn start() -> Self {
        Self::with(Options::default()).await
    }

    pub(crate) async fn with(options: Options) -> Self {
        let running = standin::start(options).await.unwrap();
        Self { running }
    }

    /// Asks the backend as the page does. `more` is added to the address.
    pub(crate) async fn ask(
        &self,
        route: &str,
        file: &FileFacts,
        more: &str,
    ) -> (u16, String, String) {
        let (name, kind) = (query(&file.name), query(&file.content_type));
        let url = format!(
            "{}{route}?fileName={name}&size={}&type={kind}{more}",
            self.running.site(),
            file.size
        );
        let response = send(Request::get(url), Vec::new()).await;
        let status = response.status().as_u16();
        let content_type = header(&response, "content-type").unwrap_or_default();
        (
            status,
            content_type,
            String::from_utf8(response.into_body().to_vec()).unwrap(),
        )
    }

    pub(crate) async fn params(&self, route: &str, file: &FileFacts, more: &str) -> UploadParams {
        let (status, _, body) = self.ask(route, file, more).await;
        assert_eq!(status, 200, "{body}");
        let answer = Json::parse(&body).unwrap();
        UploadParams::read(&answer, &ParamsRules::default(), Json::parse).unwrap()
    }

    /// What is stored under this key.
    pub(crate) async fn stored(&self, key: &str) -> Vec<Value> {
        let url = format!("{}/-/objects?prefix={}", self.running.oss(), query(key));
        let response = send(Request::get(url), Vec::new()).await;
        let listed: Vec<Value> = serde_json::from_slice(response.body()).unwrap();
        listed
            .into_iter()
            .filter(|object| object["key"] == key)
            .collect()
    }

    /// Where the endpoint of the stand-in is, for parameters made by a test.
    pub(crate) fn host(&self, bucket: &str) -> String {
        self.running
            .oss()
            .replace("127.0.0.1", &format!("{bucket}.oss.localhost"))
    }
}

/// Posts the form around the content, as the browser would.
pub(crate) async fn post(params: &UploadParams, form: &PostForm, content: &[u8]) -> Answer {
    let body = [form.head(), content, &form.tail()].concat();
    assert_eq!(
        body.len() as u64,
        form.overhead_len() + content.len() as u64
    );
    let request = Request::post(params.url()).header("content-type", form.request_content_type());
    let response = send(request, body).await;
    Answer {
        status: response.status().as_u16(),
        request_id: header(&response, "x-oss-request-id"),
        etag: header(&response, "etag"),
        crc64: header(&response, "x-oss-hash-crc64ecma"),
        version_id: header(&response, "x-oss-version-id"),
        ec: header(&response, "x-oss-ec"),
        content_type: header(&response, "content-type"),
        retry_after: header(&response, "retry-after"),
        body: String::from_utf8_lossy(response.body()).into_owned(),
        redirected: None,
    }
}

/// Asks, assembles and posts.
pub(crate) async fn upload(
    cloud: &Cloud,
    route: &str,
    file: &FileFacts,
    extras: &Extras,
    content: &[u8],
) -> (PostForm, Answer) {
    let params = cloud.params(route, file, "").await;
    let form = PostForm::new(&params, file, extras, unique(&file.name)).unwrap();
    params
        .policy()
        .unwrap()
        .check(form.checked(file, params.bucket()))
        .unwrap();
    let answer = post(&params, &form, content).await;
    (form, answer)
}

fn header(response: &Response<Bytes>, name: &str) -> Option<String> {
    response
        .headers()
        .get(name)
        .map(|value| String::from(value.to_str().unwrap()))
}

/// Every host of the stand-in is on the loopback address, also those names that only a browser resolves.
async fn send(request: hyper::http::request::Builder, body: Vec<u8>) -> Response<Bytes> {
    let request = request.body(Full::new(Bytes::from(body))).unwrap();
    let authority = request.uri().authority().unwrap().clone();
    let stream = TcpStream::connect(("127.0.0.1", authority.port_u16().unwrap()))
        .await
        .unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .unwrap();
    let connection = tokio::spawn(connection);
    let (mut parts, body) = request.into_parts();
    parts
        .headers
        .insert("host", authority.as_str().parse().unwrap());
    parts.uri = parts
        .uri
        .path_and_query()
        .unwrap()
        .as_str()
        .parse()
        .unwrap();
    let (parts, body) = sender
        .send_request(Request::from_parts(parts, body))
        .await
        .unwrap()
        .into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    connection.abort();
    Response::from_parts(parts, body)
}
