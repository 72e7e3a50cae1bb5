//! Asks the page's backend for upload parameters, by gloo-net, or a function of the page's.

use std::rc::Rc;

use gloo_net::http::{Headers, Method, Request, RequestBuilder, Response};
use js_sys::{Date, Function, JSON};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestCache, RequestCredentials};

use super::abort::AbortOnDrop;
use super::object::{self, Fields};
use super::options::{ParamsRequest, ParamsSource};
use super::time;
use crate::error::{Code, Error, Phase};
use crate::file::FileFacts;
use crate::json::Json;
use crate::params::{ParamsRules, UploadParams, refused_by_backend};
use crate::shared_params::{Issued, Why};

#[wasm_bindgen]
extern "C" {
    // Not gloo-net's `send`: that panics when a page has wrapped `fetch` and rejects with something that is no
    // `Error`, and it loses the reason.
    #[wasm_bindgen(catch)]
    async fn fetch(request: &web_sys::Request) -> Result<JsValue, JsValue>;
}

/// Why there are no parameters.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) error: Error,
    /// What the page's own function, or `fetch`, threw.
    pub(crate) cause: Option<JsValue>,
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self { error, cause: None }
    }
}

/// Asks for parameters for `file`; `attempt` counts how often this upload has asked. Dropping the future ends the
/// request.
pub(crate) async fn ask(
    source: &ParamsSource,
    rules: &ParamsRules,
    file: &FileFacts,
    attempt: u32,
    why: Why,
) -> Result<Issued, Refusal> {
    let abort = AbortOnDrop::new().map_err(|cause| unreachable_backend(&cause))?;
    let (answer, clock_offset_ms) = match source {
        ParamsSource::Request(request) => request_params(request, file, &abort).await?,
        ParamsSource::Function(function) => {
            (call(function, file, attempt, why, &abort).await?, None)
        }
    };
    Ok(Issued {
        params: Rc::new(UploadParams::read(&answer, rules)?),
        at_ms: time::now_ms(),
        clock_offset_ms,
        fresh: true,
    })
}

async fn call(
    function: &Function,
    file: &FileFacts,
    attempt: u32,
    why: Why,
    abort: &AbortOnDrop,
) -> Result<Json, Refusal> {
    let context = Fields::new()
        .set("file", file_info(file))
        .set("attempt", attempt)
        .set("reason", why.as_str())
        .set("signal", abort.signal())
        .done();
    let answer = match function.call1(&JsValue::UNDEFINED, &context) {
        Ok(answer) => JsFuture::from(js_sys::Promise::resolve(&answer)).await,
        Err(thrown) => Err(thrown),
    };
    let answer = answer.map_err(|thrown| {
        let mut error = Error::new(
            Code::ParamsRefused,
            Phase::Params,
            format!("The params function failed: {}", message_of(&thrown)),
        );
        // What `fetch` throws when the network fails: the page's function may well succeed the next time.
        error.retryable = thrown.is_instance_of::<js_sys::TypeError>();
        Refusal {
            error,
            cause: Some(thrown),
        }
    })?;
    to_json(&answer).ok_or_else(|| {
        Error::new(
            Code::InvalidParams,
            Phase::Params,
            "The params function returned something that is not the backend's answer as parsed JSON.",
        )
        .into()
    })
}

async fn request_params(
    wanted: &ParamsRequest,
    file: &FileFacts,
    abort: &AbortOnDrop,
) -> Result<(Json, Option<i64>), Refusal> {
    let request = build(wanted, file, abort).map_err(|problem| {
        Refusal::from(Error::new(
            Code::ParamsRefused,
            Phase::Params,
            format!("The backend cannot be asked: {problem}"),
        ))
    })?;
    let response = fetch(&request.into())
        .await
        .map_err(|cause| unreachable_backend(&cause))?;
    let Ok(response) = response.dyn_into::<web_sys::Response>() else {
        return Err(unreachable_backend(&JsValue::UNDEFINED));
    };
    let received_ms = time::now_ms();
    let response = Response::from(response);
    let text = response
        .text()
        .await
        .map_err(|error| unreachable_backend(&JsValue::from_str(&error.to_string())))?;
    let headers = response.headers();
    let answer = Json::parse(&text);
    match answer {
        Some(answer) if response.ok() => {
            Ok((answer, clock_offset_ms(headers.get("date"), received_ms)))
        }
        answer => {
            let content_type = headers.get("content-type").unwrap_or_default();
            Err(refused_by_backend(response.status(), &content_type, answer.as_ref()).into())
        }
    }
}

fn build(wanted: &ParamsRequest, file: &FileFacts, abort: &AbortOnDrop) -> Result<Request, String> {
    let size = file.size.to_string();
    let method = match (&wanted.method, &wanted.body) {
        (Some(method), _) => Method::from_bytes(method.as_bytes())
            .map_err(|_| format!("“{method}” is no HTTP method."))?,
        (None, Some(_)) => Method::POST,
        (None, None) => Method::GET,
    };
    let raw_headers = web_sys::Headers::new().map_err(|thrown| message_of(&thrown))?;
    for (name, value) in &wanted.headers {
        // Here and not by gloo-net, which panics on a name that is none.
        raw_headers
            .set(name, value)
            .map_err(|_| format!("its header “{name}” is malformed."))?;
    }
    let credentials = match wanted.credentials.as_deref() {
        Some("include") => RequestCredentials::Include,
        Some("omit") => RequestCredentials::Omit,
        _ => RequestCredentials::SameOrigin,
    };
    let request = RequestBuilder::new(&wanted.url)
        .method(method)
        .headers(Headers::from_raw(raw_headers))
        .query([
            ("fileName", file.name.as_str()),
            ("size", size.as_str()),
            ("type", file.content_type.as_str()),
        ])
        .query(
            wanted
                .query
                .iter()
                .map(|(name, value)| (name.as_str(), value)),
        )
        .cache(RequestCache::NoStore)
        .credentials(credentials)
        .abort_signal(Some(&abort.signal()));
    match &wanted.body {
        Some(body) => request.body(body),
        None => request.build(),
    }
    .map_err(|error| error.to_string())
}

/// How far the backend's clock is ahead of ours, by its `Date` header (which is cut to whole seconds).
fn clock_offset_ms(date: Option<String>, received_ms: i64) -> Option<i64> {
    let date = Date::parse(&date?);
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a whole number far below 2^53"
    )]
    date.is_finite().then(|| date as i64 - received_ms)
}

fn unreachable_backend(cause: &JsValue) -> Refusal {
    let mut error = Error::new(
        Code::Network,
        Phase::Params,
        format!(
            "The backend could not be asked for upload parameters: {}",
            message_of(cause)
        ),
    );
    error.retryable = true;
    Refusal {
        error,
        cause: Some(cause.clone()),
    }
}

/// What a page may know of a file, as its own functions get it.
pub(crate) fn file_info(file: &FileFacts) -> JsValue {
    Fields::new()
        .set("name", file.name.as_str())
        .set("size", float(file.size))
        .set("type", file.content_type.as_str())
        .done()
}

/// A size as JavaScript's number.
#[expect(clippy::cast_precision_loss, reason = "sizes are below 2^53")]
pub(crate) fn float(number: u64) -> f64 {
    number as f64
}

/// What a page's own code made. It is read as JSON would carry it: accessors that throw, cycles and functions are
/// the page's to put up with.
pub(crate) fn to_json(value: &JsValue) -> Option<Json> {
    let text = JSON::stringify(value).ok()?;
    // `undefined` is what functions and symbols become.
    Json::parse(&JsValue::from(text).as_string()?)
}

/// What a thrown value says of itself. Strings count, too: not everybody throws errors.
pub(crate) fn message_of(thrown: &JsValue) -> String {
    object::get_string(thrown, "message")
        .or_else(|| thrown.as_string())
        .unwrap_or_else(|| "no reason was given.".to_owned())
}
