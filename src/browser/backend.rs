//! Asks the page's backend for upload parameters, or a function of the page's in its place.

use std::rc::Rc;

use gloo_net::http::{Headers, Method, Request, RequestBuilder};
use js_sys::{Date, Function, TypeError};
use wasm_bindgen::prelude::*;
use web_sys::{AbortSignal, RequestCache, RequestCredentials, UrlSearchParams};

use super::answer::{self, BackendAnswer};
use super::blocked::Violations;
use super::clock::{is_online, now_ms, within};
use super::guard::Aborter;
use super::json;
use super::options::{ParamsRequest, ParamsSource, UploadOptions};
use super::page;
use super::thrown::Thrown;
use crate::error::{Error, Reason};
use crate::file::FileFacts;
use crate::form::Pair;
use crate::params::{ParamsRules, UploadParams, refused_by_backend};
use crate::upload::shared_params::{AskReason, Issued};

/// Why there are no parameters.
#[derive(Debug)]
pub(super) struct Failed {
    pub(super) error: Error,
    /// What the page's own function, or `fetch`, threw.
    pub(super) cause: Option<JsValue>,
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self { error, cause: None }
    }
}

impl From<Reason> for Failed {
    fn from(reason: Reason) -> Self {
        Error::from(reason).into()
    }
}

/// Dropping it ends the request, and aborts the signal that the page's function got.
pub(super) async fn ask(
    options: Rc<UploadOptions>,
    file: FileFacts,
    attempt: u32,
    why: AskReason,
) -> Result<Issued, Failed> {
    let aborter = Aborter::new().map_err(unreachable)?;
    let signal = aborter.signal();
    let rules = options.rules();
    match &options.params {
        ParamsSource::Request(request) => {
            let answer = send(request, &file, &signal);
            let answer = within(options.stall_timeout_ms, answer)
                .await
                .ok_or_else(|| stalled(options.stall_timeout_ms))??;
            read(&answer, &rules)
        }
        // It may ask a person: only the page knows how long that takes.
        ParamsSource::Function(function) => {
            let context = page::object(&[
                ("file", page::file_info(&file)),
                ("attempt", attempt.into()),
                ("reason", why.as_str().into()),
                ("signal", signal.into()),
            ]);
            call(function, &context, &rules).await
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
    let answer = json::of_value(&answer)?;
    let params = UploadParams::read(&answer, rules, json::parse)?;
    Ok(issued(params, None))
}

async fn send(
    wanted: &ParamsRequest,
    file: &FileFacts,
    signal: &AbortSignal,
) -> Result<BackendAnswer, Failed> {
    let request: web_sys::Request = build(wanted, file, signal)
        .map_err(|why| Reason::RequestImpossible { why })?
        .into();
    let violations = Violations::watch(&request.url());
    match page::fetch(&request).await {
        Ok(response) => answer::of_backend(response)
            .await
            .map_err(|unread| match unread {
                answer::Unread::TooLong => Reason::AnswerTooLong {
                    max: answer::MAX_BYTES.into(),
                }
                .into(),
                answer::Unread::Thrown(thrown) => unreachable(thrown),
            }),
        Err(thrown) => match violations.host_if_blocked().await {
            Some(host) => Err(Reason::BackendBlockedByPage { host }.into()),
            None => Err(unreachable(thrown)),
        },
    }
}

fn read(answer: &BackendAnswer, rules: &ParamsRules) -> Result<Issued, Failed> {
    match json::parse(&answer.body) {
        Some(body) if answer.is_ok() => {
            let params = UploadParams::read(&body, rules, json::parse)?;
            Ok(issued(params, answer.date.as_deref().and_then(ahead_ms)))
        }
        body => {
            let content_type = answer.content_type.as_deref().unwrap_or_default();
            Err(refused_by_backend(answer.status, content_type, body.as_ref()).into())
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
    let builder = RequestBuilder::new(&wanted.url)
        .method(method)
        .credentials(credentials)
        .cache(RequestCache::NoStore)
        .abort_signal(Some(signal))
        .headers(headers(&wanted.headers).map_err(|thrown| Thrown::new(thrown).message)?)
        .query(
            facts_to_add(wanted, file)
                .iter()
                .chain(&wanted.query)
                .map(|Pair { name, value }| (name.as_str(), value.as_str())),
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

/// What the backend gets to know of the file, but for names that the page gives itself.
fn facts_to_add(wanted: &ParamsRequest, file: &FileFacts) -> Vec<Pair> {
    let url = wanted.url.split('#').next().unwrap_or_default();
    let (_, query) = url.split_once('?').unwrap_or_default();
    let in_url = UrlSearchParams::new_with_str(query).ok();
    let mut facts = vec![
        Pair::new("fileName", &file.name),
        Pair::new("size", file.size.to_string()),
        Pair::new("type", &file.content_type),
    ];
    facts.retain(|fact| {
        !in_url.as_ref().is_some_and(|query| query.has(&fact.name))
            && !wanted.query.iter().any(|pair| pair.name == fact.name)
    });
    facts
}

/// The last of a name counts, however it is spelt. (gloo-net's `header` panics where a name or value is none.)
fn headers(pairs: &[Pair]) -> Result<Headers, JsValue> {
    let headers = web_sys::Headers::new()?;
    for Pair { name, value } in pairs {
        headers.set(name, value)?;
    }
    Ok(Headers::from_raw(headers))
}

/// How far the backend's clock is ahead of ours, by its `Date` header, which is cut to whole seconds.
fn ahead_ms(date: &str) -> Option<i64> {
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
    let Thrown { message, cause } = Thrown::new(thrown);
    let reason = Reason::BackendUnreachable {
        why: message,
        is_online: is_online(),
    };
    Failed {
        error: Error::from(reason).retryable_if(true),
        cause,
    }
}

fn stalled(timeout_ms: u32) -> Failed {
    let after_s = timeout_ms.div_ceil(1000);
    Error::from(Reason::BackendStalled { after_s })
        .retryable_if(true)
        .into()
}

fn call_failed(thrown: JsValue) -> Failed {
    // What `fetch` throws when the network fails: the page's function may well succeed the next time.
    let retryable = thrown.is_instance_of::<TypeError>();
    let Thrown { message, cause } = Thrown::new(thrown);
    let reason = Reason::ParamsFunctionFailed {
        why: message,
        is_online: is_online(),
    };
    Failed {
        error: Error::from(reason).retryable_if(retryable),
        cause,
    }
}
