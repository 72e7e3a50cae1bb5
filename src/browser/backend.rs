//! Asks the page's backend for upload parameters, or a function of the page's in its place.

use std::rc::Rc;

use gloo_net::http::{Headers, Method, Request, RequestBuilder, Response};
use js_sys::{Date, Function, TypeError};
use wasm_bindgen::prelude::*;
use web_sys::{AbortSignal, RequestCache, RequestCredentials};

use super::clock::now_ms;
use super::guard::Aborter;
use super::json;
use super::options::{ParamsRequest, ParamsSource, UploadOptions};
use super::page::{self, message_of, settled};
use crate::error::{Code, Error, Phase};
use crate::file::FileFacts;
use crate::params::{ParamsRules, UploadParams, refused_by_backend};
use crate::shared_params::{Issued, Why};

#[wasm_bindgen]
extern "C" {
    // Not gloo-net's `send`: that panics when a page has wrapped `fetch` and rejects with something that is no `Error`,
    // and it loses the reason.
    #[wasm_bindgen(catch)]
    fn fetch(request: &web_sys::Request) -> Result<JsValue, JsValue>;
}

/// Why there are no parameters.
#[derive(Debug)]
pub(super) struct Failed {
    pub(super) error: Error,
    /// What the page's own function, or `fetch`, threw.
    pub(super) cause: Option<JsValue>,
}

/// Dropping it ends the request, and aborts the signal that the page's function got.
pub(super) async fn ask(
    options: Rc<UploadOptions>,
    file: FileFacts,
    attempt: u32,
    why: Why,
) -> Result<Issued, Failed> {
    let aborter = Aborter::new().map_err(unreachable)?;
    let signal = aborter.signal();
    match &options.params {
        ParamsSource::Request(request) => send(request, &file, &signal, &options.rules).await,
        ParamsSource::Function(function) => {
            let context = page::object(&[
                ("file", page::file_info(&file)),
                ("attempt", attempt.into()),
                ("reason", why.as_str().into()),
                ("signal", signal.into()),
            ]);
            call(function, &context, &options.rules).await
        }
    }
}

async fn call(
    function: &Function,
    context: &JsValue,
    rules: &ParamsRules,
) -> Result<Issued, Failed> {
    let answer = page::call(function, context, &JsValue::UNDEFINED)
        .await
        .map_err(call_failed)?;
    let answer = json::of_value(&answer).ok_or_else(no_json)?;
    Ok(issued(UploadParams::read(&answer, rules)?, None))
}

async fn send(
    wanted: &ParamsRequest,
    file: &FileFacts,
    signal: &AbortSignal,
    rules: &ParamsRules,
) -> Result<Issued, Failed> {
    let request = build(wanted, file, signal).map_err(|why| cannot_ask(&why))?;
    let answer = fetch(&request.into()).map_err(unreachable)?;
    let answer = settled(answer).await.map_err(unreachable)?;
    // Tools that wrap `fetch` may give anything.
    let answer: web_sys::Response = answer
        .dyn_into()
        .map_err(|_| unreachable(JsValue::UNDEFINED))?;
    let response = Response::from(Clone::clone(&answer));
    let clock_offset_ms = response.headers().get("date").and_then(|date| ahead(&date));
    // Not gloo-net's `text`: that panics as its `send` does.
    let text = answer.text().map_err(unreachable)?;
    let text = settled(text.into()).await.map_err(unreachable)?;
    match json::parse(&text.as_string().unwrap_or_default()) {
        Some(body) if response.ok() => {
            Ok(issued(UploadParams::read(&body, rules)?, clock_offset_ms))
        }
        body => {
            let content_type = response.headers().get("content-type").unwrap_or_default();
            Err(refused_by_backend(response.status(), &content_type, body.as_ref()).into())
        }
    }
}

/// Fails with the reason, in words, why there cannot be such a request.
fn build(
    wanted: &ParamsRequest,
    file: &FileFacts,
    signal: &AbortSignal,
) -> Result<Request, String> {
    let method = match (&wanted.method, &wanted.body) {
        (Some(method), _) => Method::from_bytes(method.as_bytes())
            .map_err(|_| format!("“{method}” is no HTTP method"))?,
        (None, Some(_)) => Method::POST,
        (None, None) => Method::GET,
    };
    let credentials = match wanted.credentials.as_deref() {
        None | Some("same-origin") => RequestCredentials::SameOrigin,
        Some("omit") => RequestCredentials::Omit,
        Some("include") => RequestCredentials::Include,
        Some(other) => return Err(format!("“{other}” is no mode of credentials")),
    };
    let size = file.size.to_string();
    let builder = RequestBuilder::new(&wanted.url)
        .method(method)
        .credentials(credentials)
        .cache(RequestCache::NoStore)
        .abort_signal(Some(signal))
        .headers(headers(&wanted.headers).map_err(|thrown| message_of(&thrown))?)
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
        );
    let built = match &wanted.body {
        None => builder.build(),
        Some(body) => builder.body(body),
    };
    built.map_err(|error| match error {
        gloo_net::Error::JsError(error) => error.message,
        gloo_net::Error::GlooError(message) => message,
    })
}

/// The last of a name counts, however it is spelt. (gloo-net's `header` throws where a name or value is none.)
fn headers(pairs: &[(String, String)]) -> Result<Headers, JsValue> {
    let headers = web_sys::Headers::new()?;
    for (name, value) in pairs {
        headers.set(name, value)?;
    }
    Ok(Headers::from_raw(headers))
}

/// How far the backend's clock is ahead of ours, by its `Date` header, which is cut to whole seconds.
fn ahead(date: &str) -> Option<i64> {
    let at_ms = Date::parse(date);
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a time is a whole number below 2^53"
    )]
    let ahead_ms = at_ms as i64 - now_ms();
    at_ms.is_finite().then_some(ahead_ms)
}

fn issued(params: UploadParams, clock_offset_ms: Option<i64>) -> Issued {
    Issued {
        params: Rc::new(params),
        at_ms: now_ms(),
        clock_offset_ms,
        fresh: true,
    }
}

fn unreachable(thrown: JsValue) -> Failed {
    let message = format!(
        "The backend could not be asked for upload parameters: {}",
        message_of(&thrown)
    );
    Failed {
        error: Error::sentence(Code::Network, Phase::Params, &message, &[]).retryable_if(true),
        cause: Some(thrown),
    }
}

fn call_failed(thrown: JsValue) -> Failed {
    let message = format!("The params function failed: {}", message_of(&thrown));
    let error = Error::sentence(Code::ParamsRefused, Phase::Params, &message, &[]);
    Failed {
        // What `fetch` throws when the network fails: the page's function may well succeed the next time.
        error: error.retryable_if(thrown.is_instance_of::<TypeError>()),
        cause: Some(thrown),
    }
}

fn cannot_ask(why: &str) -> Error {
    let message = format!("The backend cannot be asked: {why}");
    Error::sentence(Code::ParamsRefused, Phase::Params, &message, &[])
}

fn no_json() -> Error {
    let message =
        "The params function returned something that is not the backend's answer as parsed JSON.";
    Error::new(Code::InvalidParams, Phase::Params, message)
}
