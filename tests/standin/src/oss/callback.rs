//! The callback: after storing, OSS asks an application server, whose words are then the answer.

mod address;
mod parameters;

use std::{net::SocketAddr, time::Duration};

use axum::body::Body;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Limited};
use hyper::{
    Request,
    header::{
        CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderMap, HeaderValue, TRANSFER_ENCODING, USER_AGENT,
    },
};
use hyper_util::rt::TokioIo;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use tokio::{
    net::{TcpStream, lookup_host},
    time::timeout,
};
use url::Url;

use super::{
    error::{OssError, callback_failed},
    form::Form,
    store::Object,
};

/// Bytes of the application server's answer, at most.
const MAX_ANSWER: usize = 1024 * 1024;
const FORM_TYPE: &str = "application/x-www-form-urlencoded";
const JSON_TYPE: &str = "application/json";

#[derive(Debug)]
pub(crate) struct Callback {
    /// Tried in this order until one answers well.
    urls: Vec<Url>,
    host: Option<String>,
    /// With variables.
    body: String,
    body_type: &'static str,
    additional_headers: HeaderMap,
    /// Whether an application server may be on this machine.
    allows_loopback: bool,
}

/// What the application server said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) content_type: HeaderValue,
    pub(crate) body: Bytes,
}

impl Callback {
    /// Asks one address after the other; `limit` is for each. The error is that of the last.
    pub(crate) async fn call(
        &self,
        form: &Form,
        object: &Object,
        limit: Duration,
    ) -> Result<Said, OssError> {
        let body = self.body_for(form, object);
        let mut outcome = Err(callback_failed("Error Status : -1."));
        for url in &self.urls {
            outcome = timeout(limit, self.post(url, body.clone()))
                .await
                .unwrap_or_else(|_| Err(callback_failed("Error Status : -1.Cost too long time.")));
            if outcome.is_ok() {
                break;
            }
        }
        outcome
    }

    async fn post(&self, url: &Url, body: String) -> Result<Said, OssError> {
        let unreachable = || {
            callback_failed(
                "Error Status : -1.OSS can not connect to your callbackUrl, please check it.",
            )
        };
        if url.scheme() != "http" {
            return Err(unreachable());
        }
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        let port = url.port_or_known_default().unwrap_or(80);
        // A name may stand for a private address.
        let addresses: Vec<SocketAddr> = lookup_host((host, port))
            .await
            .map_err(|_| unreachable())?
            .filter(|address| address::is_allowed(address.ip(), self.allows_loopback))
            .collect();
        let stream = TcpStream::connect(addresses.as_slice())
            .await
            .map_err(|_| unreachable())?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .map_err(|_| unreachable())?;
        // It ends with the sender; what went wrong, the request tells.
        tokio::spawn(async move { drop(connection.await) });

        let host = self.host.as_deref().unwrap_or(url.authority());
        let target = url.query().map_or_else(
            || url.path().to_owned(),
            |query| format!("{}?{query}", url.path()),
        );
        let mut request = Request::post(target)
            .body(Body::from(body))
            .map_err(|_| unreachable())?;
        let headers = request.headers_mut();
        headers.clone_from(&self.additional_headers);
        // How the body is sent is not theirs to say.
        headers.remove(CONTENT_LENGTH);
        headers.remove(TRANSFER_ENCODING);
        let host = HeaderValue::from_str(host).map_err(|_| unreachable())?;
        headers.insert(HOST, host);
        headers.insert(USER_AGENT, HeaderValue::from_static("aliyun-oss-callback"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.body_type));
        let response = sender
            .send_request(request)
            .await
            .map_err(|_| unreachable())?;

        let (head, body) = response.into_parts();
        if head.status != 200 {
            return Err(callback_failed(format!(
                "Error Status : {}.",
                head.status.as_u16()
            )));
        }
        if !head.headers.contains_key(CONTENT_LENGTH) {
            return Err(callback_failed(
                "Error Status : 400.User server missing content-length.",
            ));
        }
        let body = Limited::new(body, MAX_ANSWER).collect().await;
        let body = body
            .map_err(|_| callback_failed("Response body is too large or incomplete."))?
            .to_bytes();
        if serde_json::from_slice::<serde::de::IgnoredAny>(&body).is_err() {
            return Err(
                callback_failed("Response body is not valid json format.").ec("0007-00000205")
            );
        }
        let content_type = head.headers.get(CONTENT_TYPE).cloned();
        Ok(Said {
            content_type: content_type.unwrap_or(HeaderValue::from_static(JSON_TYPE)),
            body,
        })
    }

    /// The body with its variables replaced: percent-encoded in a form, JSON values in JSON.
    fn body_for(&self, form: &Form, object: &Object) -> String {
        replace_variables(&self.body, |before, name| {
            let value = variable(name, form, object);
            if self.body_type == FORM_TYPE {
                utf8_percent_encode(&value, NON_ALPHANUMERIC).to_string()
            } else if name == "size" {
                value
            } else {
                let quoted = Value::from(value).to_string();
                let bare = quoted.get(1..quoted.len() - 1).unwrap_or_default();
                if before.ends_with('"') {
                    bare.to_owned()
                } else {
                    quoted
                }
            }
        })
    }
}

/// `text` with each `${name}` replaced by what `value` makes of the text before it and the name.
fn replace_variables(text: &str, value: impl Fn(&str, &str) -> String) -> String {
    let mut replaced = String::new();
    let mut rest = text;
    while let Some((before, name, after)) = rest.split_once("${").and_then(|(before, rest)| {
        rest.split_once('}')
            .map(|(name, after)| (before, name, after))
    }) {
        replaced.push_str(before);
        replaced.push_str(&value(before, name));
        rest = after;
    }
    replaced.push_str(rest);
    replaced
}

/// The names are case-sensitive; a variable that nobody gave is empty.
fn variable(name: &str, form: &Form, object: &Object) -> String {
    match name {
        "bucket" => object.bucket.clone(),
        "object" => object.key.clone(),
        "etag" => object.etag.clone(),
        "size" => object.content.size.to_string(),
        "mimeType" => object
            .headers
            .get("content-type")
            .cloned()
            .unwrap_or_default(),
        "imageInfo.height" => {
            image_size(object).map_or_else(String::new, |size| size.height.to_string())
        }
        "imageInfo.width" => {
            image_size(object).map_or_else(String::new, |size| size.width.to_string())
        }
        "imageInfo.format" => image_format(object).unwrap_or_default(),
        _ if name.starts_with("x:") && !name.contains(char::is_uppercase) => {
            form.get(name).unwrap_or_default().to_owned()
        }
        _ => String::new(),
    }
}

fn image_size(object: &Object) -> Option<imagesize::ImageSize> {
    imagesize::size(object.path()).ok()
}

fn image_format(object: &Object) -> Option<String> {
    use std::io::Read as _;
    let mut head = Vec::new();
    std::fs::File::open(object.path())
        .ok()?
        .take(64)
        .read_to_end(&mut head)
        .ok()?;
    let format = match imagesize::image_type(&head).ok()? {
        imagesize::ImageType::Jpeg => "jpg",
        imagesize::ImageType::Png => "png",
        imagesize::ImageType::Gif => "gif",
        imagesize::ImageType::Webp => "webp",
        imagesize::ImageType::Bmp => "bmp",
        imagesize::ImageType::Tiff => "tiff",
        _ => return None,
    };
    Some(format.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Before storing no name is looked up: one that stands for a private address gets as far as this.
    #[tokio::test]
    async fn nobody_is_called_at_a_private_address() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let callback = Callback {
            urls: Vec::new(),
            host: None,
            body: String::new(),
            body_type: FORM_TYPE,
            additional_headers: HeaderMap::new(),
            allows_loopback: false,
        };
        let url = Url::parse(&format!("http://localhost:{port}/")).unwrap();
        let asking = callback.post(&url, String::new());
        let error = timeout(Duration::from_secs(5), asking)
            .await
            .unwrap()
            .unwrap_err();
        assert!(error.message.contains("can not connect"), "{error:?}");
    }
}
