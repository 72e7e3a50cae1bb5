//! Faults of upload parameters, asked for in the address: `/api/upload-params?fault=expired`, with an argument as
//! in `?fault=503@2`. They are made around the backend, which knows nothing of them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    Json,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use url::form_urlencoded;
use uuid::Uuid;

use super::answer::{self, Policy};
use crate::Addresses;

/// Upload parameters are a kilobyte or two.
const MAX_ANSWER: usize = 1 << 20;

#[derive(Clone)]
pub(super) struct Faults {
    site: Arc<str>,
    /// How often each address was asked, for faults that are counted.
    counts: Arc<Mutex<HashMap<String, u64>>>,
}

/// One fault: `name@argument`.
struct Fault {
    name: String,
    argument: Option<String>,
}

impl Fault {
    /// All that the address asks for, in its order.
    fn all(query: &str) -> Vec<Self> {
        form_urlencoded::parse(query.as_bytes())
            .filter(|(name, _)| name == "fault")
            .map(|(_, fault)| match fault.split_once('@') {
                Some((name, argument)) => Self {
                    name: name.to_owned(),
                    argument: Some(argument.to_owned()),
                },
                None => Self {
                    name: fault.into_owned(),
                    argument: None,
                },
            })
            .collect()
    }

    fn number(&self) -> i64 {
        self.argument
            .as_deref()
            .and_then(|text| text.parse().ok())
            .unwrap_or_default()
    }

    fn text(&self) -> &str {
        self.argument.as_deref().unwrap_or_default()
    }
}

impl Faults {
    pub(super) fn new(addresses: &Addresses) -> Self {
        Self {
            site: addresses.site.as_str().into(),
            counts: Arc::default(),
        }
    }

    /// Whether a fault with a count still has to happen; without one it always does.
    fn is_due(&self, fault: &Fault, address: &str) -> bool {
        let Some(times) = fault
            .argument
            .as_ref()
            .and_then(|times| times.parse::<u64>().ok())
        else {
            return true;
        };
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(address.to_owned()).or_default();
        *count += 1;
        *count <= times
    }

    /// Faults that answer instead of the backend.
    fn instead(&self, fault: &Fault, address: &str) -> Option<Response> {
        let (status, code, message) = match fault.name.as_str() {
            "401" => (401, "Unauthorized", "Uploads here need a signed-in user."),
            "403" => (403, "Forbidden", "This user may not upload."),
            "429" if self.is_due(fault, address) => (
                429,
                "Throttling.User",
                "Request was denied due to user flow control.",
            ),
            "500" if self.is_due(fault, address) => (
                500,
                "InternalError",
                "The request processing has failed due to some unknown error, exception or failure.",
            ),
            "503" if self.is_due(fault, address) => (
                503,
                "ServiceUnavailable",
                "The request has failed due to a temporary failure of the server.",
            ),
            "unknown-action" => (
                404,
                "InvalidAction.NotFound",
                "Specified api is not found, please check your url and method.",
            ),
            "success-false" => (
                200,
                "InternalError",
                "The temporary file upload url could not be created.",
            ),
            // What a proxy in front of the backend serves while it is down, or a sign-in page.
            "html" => {
                return Some(
                    Html("<!DOCTYPE html><title>Sign in</title><p>Please sign in.").into_response(),
                );
            }
            _ => return None,
        };
        Some(self.refuse(status, code, message))
    }

    fn refuse(&self, status: u16, code: &str, message: &str) -> Response {
        let request_id = Uuid::new_v4().to_string().to_uppercase();
        let body = if status == 200 {
            json!({ "Success": false, "Code": code, "Message": message, "RequestId": request_id })
        } else {
            json!({
                "Code": code,
                "Message": message,
                "RequestId": request_id,
                "HostId": &*self.site,
                "Recommend": format!("https://api.aliyun.com/troubleshoot?q={code}&product=hbr&requestId={request_id}"),
            })
        };
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(body)).into_response();
        if status == StatusCode::TOO_MANY_REQUESTS {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(1));
        }
        response
    }
}

pub(super) async fn apply(State(faults): State<Faults>, request: Request, next: Next) -> Response {
    let wanted = Fault::all(request.uri().query().unwrap_or_default());
    if wanted.is_empty() {
        return next.run(request).await;
    }
    let address = request.uri().to_string();
    for fault in &wanted {
        if fault.name == "slow" {
            tokio::time::sleep(Duration::from_millis(fault.number().unsigned_abs())).await;
        }
        if fault.name == "hang" && faults.is_due(fault, &address) {
            std::future::pending::<()>().await;
        }
        if fault.name == "long" {
            let bytes = usize::try_from(fault.number()).unwrap_or_default();
            return marked(Json(json!({ "padding": "x".repeat(bytes) })).into_response());
        }
        if let Some(response) = faults.instead(fault, &address) {
            return marked(response);
        }
    }
    let (mut parts, body) = next.run(request).await.into_parts();
    let Ok(body) = to_bytes(body, MAX_ANSWER).await else {
        return StatusCode::BAD_GATEWAY.into_response();
    };
    let Ok(mut answer) = serde_json::from_slice::<Map<String, Value>>(&body) else {
        return Response::from_parts(parts, Body::from(body));
    };
    for fault in &wanted {
        change(fault, &mut answer);
        if fault.name == "skew"
            && let Some(date) = http_date(fault.number())
        {
            parts.headers.insert(header::DATE, date);
        }
    }
    parts.headers.remove(header::CONTENT_LENGTH);
    let body = Value::Object(answer).to_string();
    marked(Response::from_parts(parts, Body::from(body)))
}

/// Faults in an answer of the backend's.
fn change(fault: &Fault, answer: &mut Map<String, Value>) {
    match fault.name.as_str() {
        "missing" => {
            answer.remove(fault.text());
        }
        "foreign-host" => answer::set_host(answer, "foreign.example.com"),
        "wrong-bucket" => answer::set_bucket(answer, "wrong-bucket"),
        "foreign-signature" => answer::sign_with_foreign_key(answer),
        "expired" => answer::change_policy(answer, |policy| policy.expire_at(now() - 3600)),
        "expires" => {
            answer::change_policy(answer, |policy| policy.expire_at(now() + fault.number()));
        }
        "skew" => answer::change_policy(answer, |policy| policy.shift(fault.number())),
        "max-size" => answer::change_policy(answer, |policy| policy.limit(fault.number())),
        "content-type" => {
            answer::change_policy(answer, |policy: &mut Policy| policy.pin_type(fault.text()));
        }
        _ => {}
    }
}

fn now() -> i64 {
    Timestamp::now().as_second()
}

/// The date of a server whose clock is wrong by so many seconds.
fn http_date(offset: i64) -> Option<HeaderValue> {
    let date = Timestamp::from_second(now() + offset).ok()?;
    HeaderValue::try_from(date.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()).ok()
}

/// So that nobody takes a fault for a failure.
fn marked(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(
        HeaderName::from_static("x-stand-in-fault"),
        HeaderValue::from_static("1"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
