//! OSS: `PostObject`, its CORS, and the window through which tests look at what is stored.

mod auth;
mod body;
mod buckets;
mod callback;
mod condition;
mod connection;
mod cors;
mod error;
mod faults;
mod files;
mod form;
mod host;
mod inspect;
mod keys;
mod lenient_json;
mod log;
mod multipart;
mod part;
mod policy;
mod post;
mod reply;
mod settings;
mod signature;
mod store;

use std::{
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::body::Body;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::Bytes;
use hyper::{
    Method, Request, Response,
    body::Incoming,
    header::{ACCESS_CONTROL_EXPOSE_HEADERS, HOST, HeaderMap, HeaderValue, SERVER},
};
use jiff::{SignedDuration, Timestamp};

pub(crate) use self::connection::serve;
pub use self::multipart::read_multipart;
use self::{
    buckets::Bucket,
    connection::Line,
    error::{OssError, method_not_allowed},
    faults::{Counts, Faults},
    log::Log,
    post::Post,
    reply::Reply,
    store::Store,
};
use crate::Options;

/// All that OSS knows.
#[derive(Debug)]
pub(crate) struct Oss {
    buckets: Vec<Bucket>,
    store: Store,
    log: Log,
    counts: Counts,
    idle_timeout: Duration,
    callback_timeout: Duration,
    loopback_callbacks: bool,
    clock_offset: SignedDuration,
}

impl Oss {
    pub(crate) fn new(options: &Options) -> io::Result<Self> {
        Ok(Self {
            buckets: buckets::all(),
            store: Store::new(options.data.as_deref())?,
            log: Log::default(),
            counts: Counts::default(),
            idle_timeout: options.idle_timeout,
            callback_timeout: options.callback_timeout,
            loopback_callbacks: options.loopback_callbacks,
            clock_offset: SignedDuration::from_secs(options.clock_offset),
        })
    }

    fn now(&self) -> Timestamp {
        Timestamp::now()
            .saturating_add(self.clock_offset)
            .unwrap_or(Timestamp::MAX)
    }

    pub(crate) async fn answer(
        self: &Arc<Self>,
        request: Request<Incoming>,
        line: Line,
    ) -> Response<Body> {
        let began = Instant::now();
        let (parts, body) = request.into_parts();
        if let Some(path) = parts.uri.path().strip_prefix("/-/") {
            // A form may have been redirected here.
            body::Body::new(body, self.idle_timeout, false).drain();
            return inspect::answer(self, &parts, path).await;
        }
        let request_id = format!("{:024X}", fastrand::u128(..) >> 32);
        let host = parts
            .headers
            .get(HOST)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned();
        let is_head = parts.method == Method::HEAD;
        let (reply, mut head, faults) = self
            .judge(&host, Request::from_parts(parts, body), line)
            .await;
        if faults.has("no-cors") {
            head.clear();
        }
        if faults.has("hidden-headers") {
            head.remove(ACCESS_CONTROL_EXPOSE_HEADERS);
        }
        head.insert(SERVER, HeaderValue::from_static("AliyunOSS"));
        if let Ok(request_id) = HeaderValue::from_str(&request_id) {
            head.insert("x-oss-request-id", request_id);
        }
        head.insert(
            "x-oss-server-time",
            HeaderValue::from_str(&began.elapsed().as_millis().to_string())
                .unwrap_or(HeaderValue::from_static("0")),
        );
        if let Reply::Error(error) = &reply
            && is_head
            && let Ok(value) =
                HeaderValue::from_str(&BASE64_STANDARD.encode(error.xml(&request_id, &host)))
        {
            // Where there is no room for a body.
            head.insert("x-oss-err", value);
        }
        reply.into_response(&request_id, &host, &faults, head)
    }

    /// The answer, its CORS headers, and the faults that were asked for.
    async fn judge(
        &self,
        host: &str,
        request: Request<Incoming>,
        line: Line,
    ) -> (Reply, HeaderMap, Faults) {
        let mut faults = Faults::default();
        faults.in_query(request.uri().query().unwrap_or_default());
        let path = request.uri().path().to_owned();
        let addressed = match host::addressed(&self.buckets, host, &path) {
            Ok(addressed) => addressed,
            Err(error) => return (self.refuse(error, request), HeaderMap::new(), faults),
        };
        let bucket = addressed.bucket;
        if request.method() == Method::OPTIONS {
            return match cors::preflight(&bucket.cors, request.headers()) {
                Ok(headers) => (
                    Reply::Done {
                        status: 200,
                        headers: HeaderMap::new(),
                        body: Bytes::new(),
                    },
                    headers,
                    faults,
                ),
                Err(error) => (Reply::Error(error), HeaderMap::new(), faults),
            };
        }
        let cors = cors::of_answer(&bucket.cors, request.method(), request.headers());
        if request.method() != Method::POST || addressed.path != "/" {
            return (self.refuse(method_not_allowed(), request), cors, faults);
        }
        let entry = self.log.begin(bucket.name);
        let post = Post {
            oss: self,
            bucket,
            host,
            line,
            faults,
            entry,
        };
        let (reply, faults) = post.answer(request).await;
        (reply, cors, faults)
    }

    /// A refusal before the body is looked at.
    fn refuse(&self, error: OssError, request: Request<Incoming>) -> Reply {
        body::Body::new(request.into_body(), self.idle_timeout, false).drain();
        Reply::Error(error)
    }
}
