//! What the providers of credentials reach: files, and addresses that answer in time. Nothing of the environment: what
//! an operator may set is in the settings.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use reqsign_core::{Context, Error, FileRead, HttpSend, Result, StaticEnv};

use crate::text::without;

/// The metadata service is next door, and STS a call away.
const PATIENCE: Duration = Duration::from_secs(5);
/// Answers are a kilobyte or two.
const MAX_ANSWER: usize = 64 * 1024;

/// Where `is_local`, no proxy stands between.
pub(super) fn context(is_local: bool) -> std::result::Result<Context, reqwest::Error> {
    let mut client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(PATIENCE);
    if is_local {
        client = client.no_proxy();
    }
    let client = client.build()?;
    // For `~` in the name of a file.
    let home = StaticEnv {
        home_dir: std::env::home_dir(),
        ..StaticEnv::default()
    };
    Ok(Context::new()
        .with_env(home)
        .with_file_read(Files)
        .with_http_send(Http(client)))
}

#[derive(Debug)]
struct Files;

impl FileRead for Files {
    async fn file_read(&self, path: &str) -> Result<Vec<u8>> {
        tokio::fs::read(path).await.map_err(|error| {
            Error::config_invalid(format!("{path} cannot be read: {error}")).with_source(error)
        })
    }
}

#[derive(Debug)]
struct Http(reqwest::Client);

impl HttpSend for Http {
    async fn http_send(&self, request: Request<Bytes>) -> Result<Response<Bytes>> {
        let secrets = secrets(&request);
        let answered = async {
            let request = reqwest::Request::try_from(request)?;
            let mut answer = self.0.execute(request).await?;
            let status = answer.status();
            let mut body = Vec::new();
            while let Some(chunk) = answer.chunk().await? {
                body.extend_from_slice(&chunk);
                if body.len() > MAX_ANSWER {
                    break;
                }
            }
            Ok((status, body))
        };
        let (status, mut body) = answered.await.map_err(|error: reqwest::Error| {
            Error::unexpected(format!("no answer: {}", error.without_url()))
        })?;
        if !status.is_success() {
            // It ends in a log, and may say what was sent.
            let secrets = secrets.iter().map(String::as_str);
            body = without(&String::from_utf8_lossy(&body), secrets).into_bytes();
        }
        let mut response = Response::new(Bytes::from(body));
        *response.status_mut() = status;
        Ok(response)
    }
}

/// The tokens with which an address is asked.
fn secrets(request: &Request<Bytes>) -> Vec<String> {
    let token = request
        .headers()
        .get("x-aliyun-ecs-metadata-token")
        .and_then(|token| token.to_str().ok());
    let address = reqwest::Url::parse(&request.uri().to_string()).ok();
    let of_pod = address.iter().flat_map(|address| address.query_pairs());
    let of_pod = of_pod.filter(|(name, _)| name == "OIDCToken");
    token
        .map(str::to_owned)
        .into_iter()
        .chain(of_pod.map(|(_, token)| token.into_owned()))
        .collect()
}
