//! What a browser gets when it gets no parameters: the envelope of Alibaba Cloud's RPC errors, whoever refused.

use std::time::Duration;

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};

use crate::{answers::NO_STORE, text::request_id};

/// An error answer: `{Code, Message, RequestId, HostId?, Recommend?}` with its HTTP status.
#[derive(Clone, Debug)]
pub struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) retry_after: Option<Duration>,
    /// Boxed: a refusal is the rare way out of nearly every function here.
    pub(crate) envelope: Box<Envelope>,
}

/// The documented body of an RPC error.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Envelope {
    #[serde(default)]
    pub(crate) code: String,
    #[serde(default)]
    pub(crate) message: String,
    #[serde(default)]
    pub(crate) request_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) host_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) recommend: Option<String>,
}

impl Refusal {
    /// A refusal of your own, such as from [`Authorize`](crate::Authorize).
    #[must_use]
    pub fn new(status: StatusCode, code: &str, message: &str) -> Self {
        Self {
            status,
            retry_after: None,
            envelope: Box::new(Envelope {
                code: code.to_owned(),
                message: message.to_owned(),
                request_id: request_id(),
                ..Envelope::default()
            }),
        }
    }

    pub(crate) fn bad_request(code: &str, message: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    pub(crate) fn no_user() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "Unauthorized",
            "Uploads here need a signed-in user.",
        )
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = (self.status, NO_STORE, Json(self.envelope)).into_response();
        if let Some(wait) = self.retry_after {
            // Whole seconds, upwards: earlier would be too early.
            let seconds = wait.as_millis().div_ceil(1000).to_string();
            if let Ok(value) = HeaderValue::try_from(seconds) {
                response.headers_mut().insert(header::RETRY_AFTER, value);
            }
        }
        response
    }
}
