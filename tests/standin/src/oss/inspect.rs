//! `/-/`: the window through which tests look at what is stored and what was seen. Not part of OSS.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::body::Body;
use hyper::{
    Method, Response, StatusCode,
    header::{
        ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_LENGTH, CONTENT_TYPE,
        HeaderValue,
    },
    http::request::Parts,
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::Serialize;
use serde_json::json;
use tokio::io::{AsyncRead, ReadBuf};
use tokio_util::io::ReaderStream;

use super::{Oss, store::Object};

const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// Where a redirected form ends up: every request is answered with 200 and nothing.
pub(crate) const ELSEWHERE: &str = "elsewhere";

pub(crate) fn encoded_path(key: &str) -> String {
    utf8_percent_encode(key, PATH).to_string()
}

/// `path`: what follows `/-/`.
pub(crate) async fn answer(oss: &Arc<Oss>, request: &Parts, path: &str) -> Response<Body> {
    let query: Vec<(String, String)> =
        url::form_urlencoded::parse(request.uri.query().unwrap_or_default().as_bytes())
            .into_owned()
            .collect();
    let parameter = |wanted: &str| {
        query
            .iter()
            .find(|(name, _)| name == wanted)
            .map(|(_, value)| value.as_str())
    };
    let mut response = if request.method == Method::OPTIONS || path == ELSEWHERE {
        Response::new(Body::empty())
    } else if path == "objects" {
        let (bucket, prefix) = (parameter("bucket"), parameter("prefix").unwrap_or_default());
        let mut objects = oss.store.all();
        objects.retain(|object| {
            bucket.is_none_or(|bucket| bucket == object.bucket) && object.key.starts_with(prefix)
        });
        list(objects).await
    } else if let Some(name) = path.strip_prefix("objects/") {
        let name = percent_decode_str(name).decode_utf8_lossy();
        // Bucket, slash, key.
        match name.split_once('/') {
            Some((bucket, key)) if request.method == Method::DELETE => {
                status(if oss.store.remove(bucket, key) {
                    StatusCode::NO_CONTENT
                } else {
                    StatusCode::NOT_FOUND
                })
            }
            Some((bucket, key)) => bytes(oss, bucket, key).await,
            None => status(StatusCode::NOT_FOUND),
        }
    } else if path == "requests" {
        json(&oss.log.of_key(parameter("key").unwrap_or_default()))
    } else {
        status(StatusCode::NOT_FOUND)
    };
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("*"));
    response
}

async fn list(objects: Vec<Arc<Object>>) -> Response<Body> {
    let listed = tokio::task::spawn_blocking(move || {
        let described = objects.iter().map(|object| {
            Ok(json!({
                "bucket": object.bucket,
                "key": object.key,
                "size": object.content.size,
                "crc64": object.content.crc64.to_string(),
                "sha256": object.sha256()?,
                "headers": object.headers,
                "metadata": object.metadata,
            }))
        });
        described.collect::<std::io::Result<Vec<_>>>()
    });
    match listed.await {
        Ok(Ok(listed)) => json(&listed),
        _ => status(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

async fn bytes(oss: &Oss, bucket: &str, key: &str) -> Response<Body> {
    let Some(object) = oss.store.get(bucket, key) else {
        return status(StatusCode::NOT_FOUND);
    };
    let Ok(file) = tokio::fs::File::open(object.path()).await else {
        return status(StatusCode::INTERNAL_SERVER_ERROR);
    };
    let mut response = Response::new(Body::empty());
    let headers = response.headers_mut();
    headers.insert(CONTENT_LENGTH, object.content.size.into());
    let content_type = object.headers.get("content-type");
    if let Some(value) = content_type.and_then(|text| HeaderValue::from_str(text).ok()) {
        headers.insert(CONTENT_TYPE, value);
    }
    let reading = Reading {
        file,
        _object: object,
    };
    *response.body_mut() = Body::from_stream(ReaderStream::with_capacity(reading, 256 * 1024));
    response
}

/// An object being read: its file is not given to another before the end.
struct Reading {
    file: tokio::fs::File,
    _object: Arc<Object>,
}

impl AsyncRead for Reading {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.file).poll_read(context, buffer)
    }
}

fn json(value: &impl Serialize) -> Response<Body> {
    let Ok(text) = serde_json::to_string(value) else {
        return status(StatusCode::INTERNAL_SERVER_ERROR);
    };
    let mut response = Response::new(Body::from(text));
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn status(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
