//! By `fetch`, which can be told not to follow a redirect.

use js_sys::{JsString, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{Headers, Request, RequestInit, RequestRedirect};

use super::{MAX_ANSWER, redirected, take_header};
use crate::browser::guard::Aborter;
use crate::browser::page::{self, call_method, settled};
use crate::response::{Answer, Redirected};

/// Dropping it aborts the request.
pub(super) async fn post(url: &str, content_type: &str, body: &JsValue) -> Option<Answer> {
    let aborter = Aborter::new().ok()?;
    let request = request(url, content_type, body, &aborter).ok()?;
    let response = page::fetch(&request).await.ok()?;
    answer(&response, url).await
}

fn request(
    url: &str,
    content_type: &str,
    body: &JsValue,
    aborter: &Aborter,
) -> Result<Request, JsValue> {
    let headers = Headers::new()?;
    headers.set("Content-Type", content_type)?;
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_headers(&headers);
    init.set_body(body);
    init.set_redirect(RequestRedirect::Manual);
    init.set_signal(Some(&aborter.signal()));
    Request::new_with_str_and_init(url, &init)
}

/// Read by its shape: a page may have wrapped `fetch`, or taken that of another realm. What has no status is no answer.
async fn answer(response: &JsValue, url: &str) -> Option<Answer> {
    let get = |name: &str| Reflect::get(response, &name.into()).unwrap_or_default();
    let from = get("url").as_string().unwrap_or_default();
    let mut answer = Answer {
        status: page::status(response)?,
        redirected: redirected(url, &from),
        ..Answer::default()
    };
    if get("type").as_string().as_deref() == Some("opaqueredirect") {
        // To where, the browser does not say.
        answer.redirected = Some(Redirected::default());
        return Some(answer);
    }
    for (name, value) in entries(&get("headers")) {
        take_header(&mut answer, &name, &value);
    }
    answer.body = beginning(response, &get("body")).await?;
    Some(answer)
}

/// Those headers that CORS exposes.
fn entries(headers: &JsValue) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    let entries = js_sys::try_iter(headers).ok().flatten();
    for entry in entries.into_iter().flatten().flatten() {
        let text = |index: u32| Reflect::get_u32(&entry, index).ok()?.as_string();
        if let (Some(name), Some(value)) = (text(0), text(1)) {
            pairs.push((name, value));
        }
    }
    pairs
}

/// The body as far as it is read. `None` when the connection breaks off inside of it.
async fn beginning(response: &JsValue, body: &JsValue) -> Option<String> {
    let Ok(reader) = call_method(body, "getReader") else {
        // Without a body there is no stream, but `text` may fail.
        let text = match Reflect::get(response, &"text".into()) {
            Ok(method) if method.is_function() => {
                settled(call_method(response, "text").ok()?).await.ok()?
            }
            _ => JsValue::UNDEFINED,
        };
        let text = text.dyn_ref::<JsString>();
        return Some(text.map_or_else(String::new, |text| text.slice(0, MAX_ANSWER).into()));
    };
    let bytes = page::beginning(&reader, MAX_ANSWER).await.ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}
