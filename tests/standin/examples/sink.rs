//! A bare sink: reads every request with the HTTP library of the stand-in, counts its bytes, and throws them away. What the
//! stand-in's speed is compared with (`tests/standin/bench.sh`), and where `npm run bench` uploads to.
//!
//! It answers as OSS does, CORS included, but computes nothing: that would take the time that is measured. The checksum
//! that it claims is the one that the object's key names, as `crc64-DIGITS`. So a client compares its own checksum with
//! the file's true one, as with OSS; that OSS computes it, too, is not part of the measure.
//!
//! `GET /` tells what came since the last time: `{"posts":1,"bytes":1234}`.
#![allow(clippy::print_stdout, reason = "its address is its only output")]

use std::{
    convert::Infallible,
    error::Error,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

use axum::body::Body;
use http_body_util::BodyExt as _;
use hyper::{
    Method, Request, Response, StatusCode, body::Incoming, server::conn::http1, service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

static POSTS: AtomicU64 = AtomicU64::new(0);
static BYTES: AtomicU64 = AtomicU64::new(0);

/// The key stands in the first bytes of a form.
const LOOKED_AT: usize = 4096;

async fn answer(request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
    let reply = match *request.method() {
        Method::OPTIONS => permission(),
        Method::GET => counts(),
        _ => receive(request).await,
    };
    // Nothing here can be malformed but a claim, which holds digits alone.
    Ok(reply.unwrap_or_else(|error| Response::new(Body::from(error.to_string()))))
}

async fn receive(request: Request<Incoming>) -> Result<Response<Body>, hyper::http::Error> {
    // What OSS answers to a form that wishes no other status, and to an object that is put.
    let status = if request.method() == Method::PUT {
        StatusCode::OK
    } else {
        StatusCode::NO_CONTENT
    };
    let mut first = request.uri().path().as_bytes().to_vec();
    let mut body = request.into_body();
    let mut bytes = 0;
    while let Some(Ok(frame)) = body.frame().await {
        let Some(data) = frame.data_ref() else {
            continue;
        };
        bytes += data.len() as u64;
        if first.len() < LOOKED_AT {
            first.extend_from_slice(data.get(..LOOKED_AT).unwrap_or(data));
        }
    }
    BYTES.fetch_add(bytes, Relaxed);
    let id = POSTS.fetch_add(1, Relaxed);
    let reply = Response::builder()
        .status(status)
        .header("access-control-allow-origin", "*")
        .header(
            "access-control-expose-headers",
            "ETag, x-oss-request-id, x-oss-hash-crc64ecma, x-oss-version-id, x-oss-ec",
        )
        .header("etag", "\"5B3C1A2E053D763E1B002CC607C5A0FE\"")
        .header("server", "AliyunOSS")
        .header("x-oss-request-id", format!("{id:024X}"));
    match claimed(&first) {
        Some(crc64) => reply.header("x-oss-hash-crc64ecma", crc64),
        None => reply,
    }
    .body(Body::empty())
}

/// The digits behind `crc64-`.
fn claimed(first: &[u8]) -> Option<&[u8]> {
    let name = b"crc64-";
    let rest = first.get(memchr::memmem::find(first, name)? + name.len()..)?;
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    rest.get(..digits).filter(|digits| !digits.is_empty())
}

/// The rule that README.md tells a bucket's owner to set, and PUT for those who put.
fn permission() -> Result<Response<Body>, hyper::http::Error> {
    Response::builder()
        .header("access-control-allow-origin", "*")
        .header("access-control-allow-methods", "POST, PUT")
        .header("access-control-allow-headers", "*, authorization")
        .header("access-control-max-age", "600")
        .body(Body::empty())
}

fn counts() -> Result<Response<Body>, hyper::http::Error> {
    let [posts, bytes] = [&POSTS, &BYTES].map(|count| count.swap(0, Relaxed));
    Response::builder()
        .header("content-type", "application/json")
        .body(Body::from(format!(
            "{{\"posts\":{posts},\"bytes\":{bytes}}}"
        )))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(
            http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer)),
        );
    }
}
