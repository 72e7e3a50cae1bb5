//! What is sent back: a success, an error, or what a fault asks for instead.

use std::fmt::Write as _;

use axum::body::Body;
use bytes::Bytes;
use hyper::{
    Response, StatusCode,
    header::{CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue, LOCATION, SERVER},
};
use quick_xml::escape::partial_escape;
use url::Url;

use super::{
    buckets::{Bucket, Versioning},
    callback::Said,
    error::OssError,
    faults::{Faults, Instead, Stranger},
    form::Form,
    store::Object,
};

#[derive(Debug)]
pub(crate) enum Reply {
    Done {
        status: u16,
        headers: HeaderMap,
        body: Bytes,
    },
    Error(OssError),
    Instead(Instead),
}

impl Reply {
    /// The object is stored, and there is no callback.
    pub(crate) fn stored(bucket: &Bucket, host: &str, form: &Form, object: &Object) -> Self {
        let mut headers = object_headers(bucket, object);
        if let Some(location) = form
            .get("success_action_redirect")
            .and_then(|to| redirect(to, object))
        {
            headers.insert(LOCATION, location);
            return Self::Done {
                status: 303,
                headers,
                body: Bytes::new(),
            };
        }
        let (status, body) = match form.get("success_action_status") {
            Some("200") => (200, Bytes::new()),
            Some("201") => {
                headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/xml"));
                (201, post_response(bucket, host, object).into())
            }
            _ => (204, Bytes::new()),
        };
        Self::Done {
            status,
            headers,
            body,
        }
    }

    /// The object is stored, and the application server answers for it.
    pub(crate) fn called_back(bucket: &Bucket, object: &Object, said: Said) -> Self {
        let mut headers = object_headers(bucket, object);
        headers.insert(CONTENT_TYPE, said.content_type);
        Self::Done {
            status: 200,
            headers,
            body: said.body,
        }
    }

    /// The response as it goes out. `head`: what every answer to this request carries.
    pub(crate) fn into_response(
        self,
        request_id: &str,
        host: &str,
        faults: &Faults,
        head: HeaderMap,
    ) -> Response<Body> {
        let (status, mut headers, body) = match self {
            Self::Done {
                status,
                headers,
                body,
            } => (status, headers, body),
            Self::Error(error) | Self::Instead(Instead::Error(error)) => {
                xml(&error, error.xml(request_id, host))
            }
            Self::Instead(Instead::TruncatedXml(error)) => {
                let mut text = error.xml(request_id, host);
                text.truncate(text.len() / 2);
                xml(&error, text)
            }
            Self::Instead(Instead::HugeBody { bytes }) => {
                let error = OssError::new(400, "InvalidArgument", "x".repeat(bytes));
                xml(&error, error.xml(request_id, host))
            }
            Self::Instead(Instead::ErrorAsSuccess(error)) => {
                let (_, headers, text) = xml(&error, error.xml(request_id, host));
                (200, headers, text)
            }
            Self::Instead(Instead::Html { status }) => html(status),
            Self::Instead(Instead::Stranger(stranger)) => strange(stranger),
            Self::Instead(Instead::Redirect { status }) => elsewhere(status, host),
        };
        headers.extend(head);
        let crc64 = HeaderName::from_static("x-oss-hash-crc64ecma");
        if faults.has("no-crc") {
            headers.remove(&crc64);
        } else if faults.has("wrong-crc")
            && let Some(value) = headers.get_mut(&crc64)
        {
            let right: u64 = value
                .to_str()
                .ok()
                .and_then(|text| text.parse().ok())
                .unwrap_or_default();
            *value = (right ^ 1).into();
        }
        let mut response = Response::new(Body::from(body));
        *response.status_mut() =
            StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        *response.headers_mut() = headers;
        response
    }
}

fn xml(error: &OssError, text: String) -> (u16, HeaderMap, Bytes) {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/xml"));
    if let Some(ec) = error.ec {
        headers.insert("x-oss-ec", HeaderValue::from_static(ec));
    }
    (error.status, headers, text.into())
}

fn html(status: u16) -> (u16, HeaderMap, Bytes) {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
    headers.insert(SERVER, HeaderValue::from_static("proxy"));
    let page = "<!DOCTYPE html><html><head><title>Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>";
    (status, headers, Bytes::from_static(page.as_bytes()))
}

/// What is no answer of OSS's, though its status is one of success.
fn strange(stranger: Stranger) -> (u16, HeaderMap, Bytes) {
    const LONG: usize = 8 << 20;
    let (status, media_type, body) = match stranger {
        Stranger::Text => (
            200,
            "text/plain",
            Bytes::from_static(b"Welcome to our WiFi. Please sign in."),
        ),
        Stranger::Json => (
            200,
            "application/json",
            Bytes::from_static(br#"{"code":500}"#),
        ),
        Stranger::Long => (200, "text/plain", vec![b'x'; LONG].into()),
        Stranger::Created => (201, "text/plain", Bytes::new()),
    };
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(SERVER, HeaderValue::from_static("proxy"));
    (status, headers, body)
}

/// To another origin of this machine, which takes anything (`inspect::ELSEWHERE`).
fn elsewhere(status: u16, host: &str) -> (u16, HeaderMap, Bytes) {
    let port = host.rsplit_once(':').map_or("80", |(_, port)| port);
    let mut headers = HeaderMap::new();
    insert(
        &mut headers,
        LOCATION,
        &format!("http://localhost:{port}/-/{}", super::inspect::ELSEWHERE),
    );
    (status, headers, Bytes::new())
}

/// Headers of an answer that tells of a stored object.
fn object_headers(bucket: &Bucket, object: &Object) -> HeaderMap {
    let mut headers = HeaderMap::new();
    insert(&mut headers, ETAG, &format!("\"{}\"", object.etag));
    headers.insert("x-oss-hash-crc64ecma", object.content.crc64.into());
    let version_id = HeaderName::from_static("x-oss-version-id");
    match bucket.versioning {
        Versioning::Off => {}
        Versioning::Enabled => insert(
            &mut headers,
            version_id,
            &format!("CAE{:032x}", fastrand::u128(..)),
        ),
        Versioning::Suspended => insert(&mut headers, version_id, "null"),
    }
    for name in [
        "x-oss-server-side-encryption",
        "x-oss-server-side-encryption-key-id",
        "x-oss-server-side-data-encryption",
    ] {
        if let Some(value) = object.headers.get(name) {
            insert(&mut headers, HeaderName::from_static(name), value);
        }
    }
    headers
}

/// A value that no header can hold is left out.
fn insert(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// As S3 does it: the address, with bucket, key and `ETag` in its query.
fn redirect(to: &str, object: &Object) -> Option<HeaderValue> {
    let mut url = Url::parse(to).ok()?;
    url.query_pairs_mut()
        .append_pair("bucket", &object.bucket)
        .append_pair("key", &object.key)
        .append_pair("etag", &format!("\"{}\"", object.etag));
    HeaderValue::from_str(url.as_str()).ok()
}

fn post_response(bucket: &Bucket, host: &str, object: &Object) -> String {
    let mut xml = String::from(r#"<?xml version="1.0" encoding="UTF-8"?><PostResponse>"#);
    let path_style = super::host::is_this_machine(super::host::without_port(host));
    let folder = if path_style {
        format!("{}/", bucket.name)
    } else {
        String::new()
    };
    for (name, value) in [
        ("Bucket", object.bucket.as_str()),
        (
            "Location",
            &format!(
                "http://{host}/{folder}{}",
                super::inspect::encoded_path(&object.key)
            ),
        ),
        ("Key", &object.key),
        ("ETag", &format!("\"{}\"", object.etag)),
    ] {
        // Writing to a String does not fail.
        let _ = write!(xml, "<{name}>{}</{name}>", partial_escape(value));
    }
    xml.push_str("</PostResponse>");
    xml
}
