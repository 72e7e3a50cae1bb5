//! What the backend answered, read by its shape: pages wrap `fetch`, and tests replace it by functions of their own.

use gloo_net::http::Response;
use js_sys::{Function, JsString, Reflect};
use wasm_bindgen::prelude::*;

use super::page::{self, call_method, settled};

/// No upload parameters are longer.
pub(super) const MAX_BYTES: u32 = 1 << 20;

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// A backend's answer.
pub(super) struct BackendAnswer {
    pub(super) status: u16,
    pub(super) content_type: Option<String>,
    pub(super) date: Option<String>,
    pub(super) body: String,
}

/// Why an answer cannot be read.
pub(super) enum Unread {
    /// It has more than [`MAX_BYTES`].
    TooLong,
    /// Reading it threw this.
    Thrown(JsValue),
}

impl From<JsValue> for Unread {
    fn from(thrown: JsValue) -> Self {
        Self::Thrown(thrown)
    }
}

impl BackendAnswer {
    pub(super) fn is_ok(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

pub(super) async fn of_backend(answer: JsValue) -> Result<BackendAnswer, Unread> {
    // The getters of a proxy throw, which web-sys does not expect.
    let is_sound = ["status", "headers", "body"]
        .iter()
        .all(|name| Reflect::get(&answer, &(*name).into()).is_ok());
    match answer.dyn_into::<web_sys::Response>() {
        Ok(response) if is_sound => of_response(response.into()).await,
        Ok(response) => of_shape(&response).await,
        Err(other) => of_shape(&other).await,
    }
}

async fn of_response(response: Response) -> Result<BackendAnswer, Unread> {
    let headers = response.headers();
    let is_too_long = headers
        .get("content-length")
        .and_then(|length| length.parse().ok())
        .is_some_and(|length: u64| length > u64::from(MAX_BYTES));
    if is_too_long {
        return Err(Unread::TooLong);
    }
    let bytes = match response.body() {
        Some(stream) => {
            // It fails where the page has read the body already.
            let reader = call_method(&stream, "getReader")?;
            page::beginning(&reader, MAX_BYTES + 1).await?
        }
        None => Vec::new(),
    };
    if bytes.len() > MAX_BYTES as usize {
        return Err(Unread::TooLong);
    }
    Ok(BackendAnswer {
        status: response.status(),
        content_type: headers.get("content-type"),
        date: headers.get("date"),
        // Some servers begin with a byte order mark, which is no JSON.
        body: String::from_utf8_lossy(bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&bytes))
            .into_owned(),
    })
}

/// A response of another realm, or a plain object with `status`, `headers` and `text()` or `json()`.
async fn of_shape(answer: &JsValue) -> Result<BackendAnswer, Unread> {
    let get = |name: &str| Reflect::get(answer, &name.into()).unwrap_or_default();
    let body = match (
        get("text").dyn_into::<Function>(),
        get("json").dyn_into::<Function>(),
    ) {
        (Ok(text), _) => settled(text.call0(answer)?).await?,
        (_, Ok(json)) => {
            let value = settled(json.call0(answer)?).await?;
            js_sys::JSON::stringify(&value)?.into()
        }
        _ => return Err(Unread::Thrown(JsValue::UNDEFINED)),
    };
    let body = body
        .dyn_into::<JsString>()
        .map_err(|_| JsValue::UNDEFINED)?;
    if body.length() > MAX_BYTES {
        return Err(Unread::TooLong);
    }
    let headers = get("headers");
    let header = |name: &str| {
        let get: Function = Reflect::get(&headers, &"get".into())
            .ok()?
            .dyn_into()
            .ok()?;
        get.call1(&headers, &name.into()).ok()?.as_string()
    };
    Ok(BackendAnswer {
        status: page::status(answer).unwrap_or(200),
        content_type: header("content-type"),
        date: header("date"),
        body: body.into(),
    })
}
