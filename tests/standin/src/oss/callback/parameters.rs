//! The form's field `callback`: Base64 of JSON that says whom to ask, and with which words.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Map, Value};

use super::{
    Callback, FORM_TYPE, JSON_TYPE,
    address::{self, application_server},
    replace_variables,
};
use crate::oss::{
    error::{OssError, invalid_argument},
    form::Form,
};

/// The field's length in bytes, Base64 included, at most.
const MAX_FIELD: usize = 5 * 1024;
const MAX_URLS: usize = 5;

impl Callback {
    /// `None` if the form asks for no callback. `allows_loopback`: an application server may be on this machine.
    pub(crate) fn read(form: &Form, allows_loopback: bool) -> Result<Option<Self>, OssError> {
        let Some(field) = form.get("callback") else {
            return Ok(None);
        };
        if field.len() > MAX_FIELD {
            return Err(invalid_argument("The length of callback exceed max value."));
        }
        let bytes = BASE64_STANDARD.decode(field).map_err(|_| {
            invalid_argument("The callback configuration is not base64 encoded.")
                .ec("0007-00000002")
        })?;
        let parameters: Map<String, Value> = serde_json::from_slice(&bytes).map_err(|_| {
            invalid_argument("The callback configuration is not json format.").ec("0007-00000003")
        })?;
        let urls = match parameters.get("callbackUrl") {
            None => return Ok(None),
            Some(Value::String(urls)) if urls.is_empty() => return Ok(None),
            Some(Value::String(urls)) => urls,
            Some(_) => return Err(address::malformed()),
        };
        // EC 0007-00000005's example ends with a semicolon.
        let urls: Vec<&str> = urls.split(';').filter(|url| !url.is_empty()).collect();
        match urls.len() {
            0 => return Err(address::malformed()),
            1..=MAX_URLS => {}
            _ => {
                let message = "The callback has too many urls.";
                return Err(invalid_argument(message).ec("0007-00000005"));
            }
        }
        let urls = urls
            .into_iter()
            .map(|url| application_server(url, allows_loopback))
            .collect::<Result<_, _>>()?;
        let body = parameters
            .get("callbackBody")
            .and_then(Value::as_str)
            .filter(|body| !body.is_empty())
            .ok_or_else(|| invalid_argument("The callback body is empty.").ec("0007-00000011"))?;
        let body_type = match parameters.get("callbackBodyType").map(Value::as_str) {
            None | Some(Some(FORM_TYPE)) => FORM_TYPE,
            Some(Some(JSON_TYPE)) => JSON_TYPE,
            Some(_) => {
                let message = "The callback body type is invalid.";
                return Err(invalid_argument(message).ec("0007-00000012"));
            }
        };
        if body_type == JSON_TYPE && !is_json(body) {
            return Err(invalid_argument("The callback body is not json format."));
        }
        let host = parameters.get("callbackHost").and_then(Value::as_str);
        Ok(Some(Self {
            urls,
            host: host.filter(|host| !host.is_empty()).map(str::to_owned),
            body: body.to_owned(),
            body_type,
            additional_headers: additional_headers(parameters.get("additionalHeaders"))?,
            allows_loopback,
        }))
    }
}

/// Whether a body is JSON as it is before its variables get their values: each may stand for a value, or in a string.
fn is_json(body: &str) -> bool {
    let filled = replace_variables(body, |_, _| "null".to_owned());
    serde_json::from_str::<serde::de::IgnoredAny>(&filled).is_ok()
}

/// A map of headers, none of which is OSS's own.
fn additional_headers(headers: Option<&Value>) -> Result<HeaderMap, OssError> {
    let header = |name: &str, value: &Value| {
        let name: HeaderName = name.parse().ok()?;
        let value = HeaderValue::from_str(value.as_str()?).ok()?;
        (!name.as_str().starts_with("x-oss-")).then_some((name, value))
    };
    let headers = match headers {
        None => Some(HeaderMap::new()),
        Some(Value::Object(headers)) => headers
            .iter()
            .map(|(name, value)| header(name, value))
            .collect(),
        Some(_) => None,
    };
    headers.ok_or_else(|| {
        invalid_argument("The additional headers of the callback are invalid.").ec("0007-00000026")
    })
}
