//! The callback: after storing, OSS asks an application server, whose words are then the answer.

use std::{net::IpAddr, time::Duration};

use axum::body::Body;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Limited};
use hyper::{
    Request,
    header::{CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderValue, USER_AGENT},
};
use hyper_util::rt::TokioIo;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use tokio::{net::TcpStream, time::timeout};
use url::Url;

use super::{
    error::{OssError, callback_failed, invalid_argument},
    form::Form,
    store::Object,
};

/// The field's length in bytes, Base64 included, at most.
const MAX_FIELD: usize = 5 * 1024;
const MAX_URLS: usize = 5;
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
}

/// What the application server said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) content_type: HeaderValue,
    pub(crate) body: Bytes,
}

impl Callback {
    /// From the form's field `callback`, if there is one.
    pub(crate) fn read(form: &Form) -> Result<Option<Self>, OssError> {
        let Some(field) = form.get("callback") else {
            return Ok(None);
        };
        if field.len() > MAX_FIELD {
            return Err(invalid_argument("The length of callback exceed max value."));
        }
        let bytes = BASE64_STANDARD
            .decode(field)
            .map_err(|_| invalid_argument("The callback configuration is not base64 encoded."))?;
        let parameters: Value = serde_json::from_slice(&bytes)
            .map_err(|_| invalid_argument("The callback configuration is not json format."))?;
        let text = |name: &str| {
            parameters
                .get(name)
                .and_then(Value::as_str)
                .filter(|text| !text.is_empty())
        };
        let urls =
            text("callbackUrl").ok_or_else(|| invalid_argument("The callback url is empty."))?;
        let urls: Vec<Url> = urls
            .split(';')
            .map(application_server)
            .collect::<Result<_, _>>()?;
        if urls.len() > MAX_URLS {
            return Err(invalid_argument("The callback has too many urls."));
        }
        let body =
            text("callbackBody").ok_or_else(|| invalid_argument("The callback body is empty."))?;
        let body_type = match text("callbackBodyType") {
            None | Some(FORM_TYPE) => FORM_TYPE,
            Some(JSON_TYPE) => JSON_TYPE,
            Some(_) => return Err(invalid_argument("The callback body type is invalid.")),
        };
        let host = text("callbackHost").map(str::to_owned);
        Ok(Some(Self {
            urls,
            host,
            body: body.to_owned(),
            body_type,
        }))
    }

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
        let stream = TcpStream::connect((host, port))
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
        let request = Request::post(target)
            .header(HOST, host)
            .header(USER_AGENT, "aliyun-oss-callback")
            .header(CONTENT_TYPE, self.body_type)
            .body(Body::from(body))
            .map_err(|_| unreachable())?;
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
        let mut body = String::new();
        let mut rest = self.body.as_str();
        while let Some((before, name, after)) = rest.split_once("${").and_then(|(before, rest)| {
            rest.split_once('}')
                .map(|(name, after)| (before, name, after))
        }) {
            body.push_str(before);
            let value = variable(name, form, object);
            if self.body_type == FORM_TYPE {
                body.extend(utf8_percent_encode(&value, NON_ALPHANUMERIC));
            } else if name == "size" {
                body.push_str(&value);
            } else {
                let quoted = Value::from(value).to_string();
                let bare = quoted.get(1..quoted.len() - 1).unwrap_or_default();
                body.push_str(if before.ends_with('"') { bare } else { &quoted });
            }
            rest = after;
        }
        body.push_str(rest);
        body
    }
}

/// One of the addresses. Loopback is allowed, unlike at OSS: the application servers of tests are there.
fn application_server(text: &str) -> Result<Url, OssError> {
    let invalid = || invalid_argument("The callback url is invalid.");
    let text = if text.contains("://") {
        text.to_owned()
    } else {
        format!("http://{text}")
    };
    let url = Url::parse(&text).map_err(|_| invalid())?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(invalid());
    }
    let address = url
        .host_str()
        .map(|host| host.trim_matches(['[', ']']))
        .ok_or_else(invalid)?;
    if let Ok(IpAddr::V4(address)) = address.parse()
        && (address.is_private() || address.is_link_local() || address.is_unspecified())
    {
        return Err(invalid_argument("The callback url is a private address."));
    }
    Ok(url)
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
