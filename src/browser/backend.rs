//! Asks the page's backend for upload parameters, or a function of the page's.

use std::rc::Rc;

use gloo_net::http::QueryParams;
use js_sys::{Function, Object};
use wasm_bindgen::prelude::*;
use web_sys::{AbortController, Blob, UrlSearchParams};

use super::chore::message_of;
use super::environment::now_ms;
use super::options::ParamsRequest;
use super::post::status;
use crate::error::{Code, Error, Phase};
use crate::file::FileFacts;
use crate::json::Json;
use crate::params::{ParamsRules, UploadParams, refused_by_backend};
use crate::shared_params::Issued;
use crate::text;

#[wasm_bindgen(module = "/src/browser/shell.js")]
extern "C" {
    fn search() -> UrlSearchParams;
    // Not gloo-net's `send`: that panics when a page has wrapped `fetch` and rejects with something that is no
    // `Error`, and it loses the reason.
    fn send(
        request: &Object,
        search: &UrlSearchParams,
        done: &JsValue,
        failed: &JsValue,
    ) -> AbortController;
    /// Calls the page's function in place of a backend.
    pub(crate) fn call(
        params: &Function,
        file: &Blob,
        attempt: u32,
        reason: &str,
        done: &JsValue,
        failed: &JsValue,
    ) -> AbortController;
    /// Calls the page's own check of the file.
    pub(crate) fn check(
        validate: &Function,
        file: &Blob,
        done: &JsValue,
        failed: &JsValue,
    ) -> AbortController;
    /// Calls the page's own naming of the object; `refused` at once when that throws.
    #[wasm_bindgen(js_name = nameOf)]
    pub(crate) fn name_of(key: &Function, file: &Blob, dir: &str, refused: &JsValue) -> JsValue;
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

/// What the backend's answer to [`ask`] means.
pub(crate) fn answered(answer: &JsValue, rules: &ParamsRules) -> Result<Issued, Error> {
    let answer = parse(answer).unwrap_or(Json::Null);
    let text = |name| answer.get(name).and_then(Json::as_str).unwrap_or_default();
    if let Some(why) = answer.get("unsent").and_then(Json::as_str) {
        return Err(Error::sentence(
            Code::ParamsRefused,
            Phase::Params,
            say!("The backend cannot be asked: {}"),
            &[why],
        ));
    }
    let body = Json::parse(text("text"));
    match body {
        Some(body) if matches!(answer.get("ok"), Some(Json::Bool(true))) => {
            issued(&body, rules, answer.get("ahead").and_then(Json::as_i64))
        }
        body => Err(refused_by_backend(
            status(&answer),
            text("type"),
            body.as_ref(),
        )),
    }
}

/// What the answer of the page's function means.
pub(crate) fn called(answer: &JsValue, rules: &ParamsRules) -> Result<Issued, Error> {
    let Some(answer) = parse(answer) else {
        return Err(Error::new(
            Code::InvalidParams,
            Phase::Params,
            say!(
                "The params function returned something that is not the backend's answer as parsed JSON."
            ),
        ));
    };
    issued(&answer, rules, None)
}

fn issued(
    answer: &Json,
    rules: &ParamsRules,
    clock_offset_ms: Option<i64>,
) -> Result<Issued, Error> {
    Ok(Issued {
        params: Rc::new(UploadParams::read(answer, rules)?),
        at_ms: now_ms(),
        clock_offset_ms,
        fresh: true,
    })
}

pub(crate) fn parse(json: &JsValue) -> Option<Json> {
    Json::parse(&json.as_string()?)
}

/// The backend did not answer.
pub(crate) fn unreachable(thrown: JsValue) -> Refusal {
    // At hand: when the network is down, nothing more can be loaded.
    let message = "The backend could not be asked for upload parameters: {}";
    failed(Code::Network, message, thrown, true)
}

/// The page's function threw.
pub(crate) fn call_failed(thrown: JsValue) -> Refusal {
    // What `fetch` throws when the network fails: the page's function may well succeed the next time.
    let retryable = thrown.is_instance_of::<js_sys::TypeError>();
    let message = say!("The params function failed: {}");
    failed(Code::ParamsRefused, message, thrown, retryable)
}

fn failed(code: Code, template: &str, thrown: JsValue, retryable: bool) -> Refusal {
    let error = Error::sentence(code, Phase::Params, template, &[&message_of(&thrown)]);
    Refusal {
        error: error.retryable_if(retryable),
        cause: Some(thrown),
    }
}

/// Asks for parameters for this file, as the caller describes the request.
pub(crate) fn ask(
    wanted: &ParamsRequest,
    file: &FileFacts,
    done: &JsValue,
    failed: &JsValue,
) -> AbortController {
    let search = search();
    // Shared with it, because `QueryParams` does not give it back.
    let query = QueryParams::from_raw(search.clone());
    query.append("fileName", &file.name);
    query.append("size", &text::decimal(file.size));
    query.append("type", &file.content_type);
    send(&wanted.0, &search, done, failed)
}
