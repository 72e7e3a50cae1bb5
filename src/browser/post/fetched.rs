//! By `fetch`, which can be told not to follow a redirect.

use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{
    Blob, Headers, ReadableStreamDefaultReader, Request, RequestInit, RequestRedirect, Response,
    ResponseType,
};

use super::{MAX_ANSWER, redirected, take_header};
use crate::browser::guard::Aborter;
use crate::browser::page::settled;
use crate::response::{Answer, Redirected};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch)]
    fn fetch(request: &Request) -> Result<JsValue, JsValue>;
}

/// Dropping it aborts the request.
pub(super) async fn post(url: &str, content_type: &str, body: &Blob) -> Option<Answer> {
    let aborter = Aborter::new().ok()?;
    let request = request(url, content_type, body, &aborter).ok()?;
    let response = settled(fetch(&request).ok()?).await.ok()?;
    answer(&response.dyn_into().ok()?, url).await
}

fn request(
    url: &str,
    content_type: &str,
    body: &Blob,
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

async fn answer(response: &Response, url: &str) -> Option<Answer> {
    let mut answer = Answer {
        status: response.status(),
        redirected: redirected(url, &response.url()),
        ..Answer::default()
    };
    if response.type_() == ResponseType::Opaqueredirect {
        // To where, the browser does not say.
        answer.redirected = Some(Redirected::default());
        return Some(answer);
    }
    for (name, value) in headers(response) {
        take_header(&mut answer, &name, &value);
    }
    answer.body = beginning(response).await?;
    Some(answer)
}

/// Those that CORS exposes.
fn headers(response: &Response) -> Vec<(String, String)> {
    let mut headers = Vec::new();
    let entries = js_sys::try_iter(&response.headers()).ok().flatten();
    for entry in entries.into_iter().flatten().flatten() {
        let text = |index: u32| Reflect::get_u32(&entry, index).ok()?.as_string();
        if let (Some(name), Some(value)) = (text(0), text(1)) {
            headers.push((name, value));
        }
    }
    headers
}

/// The body as far as it is read. `None` when the connection breaks off inside of it.
async fn beginning(response: &Response) -> Option<String> {
    let Some(stream) = response.body() else {
        return Some(String::new());
    };
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    let mut bytes = Vec::new();
    while bytes.len() < MAX_ANSWER as usize {
        let read = settled(reader.read().into()).await.ok()?;
        match Reflect::get(&read, &"value".into())
            .ok()?
            .dyn_into::<Uint8Array>()
        {
            Ok(chunk) => bytes.extend(chunk.to_vec()),
            Err(_) => break,
        }
    }
    let _ = reader.cancel();
    bytes.truncate(MAX_ANSWER as usize);
    Some(String::from_utf8_lossy(&bytes).into_owned())
}
