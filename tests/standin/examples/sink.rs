//! A bare sink: counts the bytes of every request with the HTTP library of the stand-in, and does nothing else. What the
//! stand-in's speed is compared with (`tests/standin/bench.sh`).
#![allow(clippy::print_stdout, reason = "its address is its only output")]

use std::{convert::Infallible, error::Error};

use axum::body::Body;
use http_body_util::BodyExt as _;
use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

async fn count(request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
    let mut body = request.into_body();
    let mut bytes = 0;
    while let Some(Ok(frame)) = body.frame().await {
        bytes += frame.data_ref().map_or(0, bytes::Bytes::len);
    }
    Ok(Response::new(Body::from(format!("{bytes}\n"))))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(
            http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(count)),
        );
    }
}
