//! Calls of Alibaba Cloud's RPC APIs.

mod refused;

use std::{sync::Arc, time::Duration};

use axum::http::StatusCode;
use reqwest::Url;
use serde_json::{Map, Value};
use time::{OffsetDateTime, macros::format_description};
use tokio::time::{Instant, sleep, timeout_at};
use uuid::Uuid;

use self::refused::refused;
use crate::{
    CloudCalls, Refusal,
    acs3::{self, Call},
    credentials::CredentialStore,
    metrics::Metrics,
};

/// Answers of these APIs are a kilobyte or two.
const MAX_ANSWER: usize = 64 * 1024;
/// Base of the exponential backoff where the cloud names no wait of its own.
const BACKOFF: Duration = Duration::from_millis(200);

/// An API of the cloud.
#[derive(Clone, Debug)]
pub(crate) struct Api {
    pub(crate) endpoint: Url,
    pub(crate) action: &'static str,
    pub(crate) version: &'static str,
}

#[derive(Debug)]
pub(crate) struct Cloud {
    pub(crate) client: reqwest::Client,
    pub(crate) credentials: CredentialStore,
    pub(crate) calls: CloudCalls,
    pub(crate) metrics: Arc<Metrics>,
}

/// Why one attempt failed, and whether another may help.
struct Failure {
    refusal: Refusal,
    again: bool,
}

impl Cloud {
    /// Makes the call, and again while the cloud throttles or fails, within `cloud.timeout` as a whole.
    pub(crate) async fn call(
        &self,
        api: &Api,
        parameters: &[(&str, &str)],
    ) -> Result<Map<String, Value>, Refusal> {
        let action = api.action;
        let deadline = Instant::now() + Duration::from_millis(self.calls.timeout);
        let query = acs3::query(parameters);
        let mut attempt: u64 = 1;
        loop {
            let failure = match timeout_at(deadline, self.attempt(api, &query)).await {
                Ok(Ok(answer)) => {
                    self.metrics.called(action, "ok");
                    return Ok(answer);
                }
                Ok(Err(failure)) => {
                    self.metrics.called(action, "failed");
                    failure
                }
                Err(_) => {
                    self.metrics.called(action, "timeout");
                    tracing::error!(
                        action,
                        host = api.endpoint.host_str(),
                        "the cloud did not answer in time (cloud.timeout)"
                    );
                    return Err(Refusal::new(
                        StatusCode::GATEWAY_TIMEOUT,
                        "CloudTimeout",
                        "Alibaba Cloud did not answer in time.",
                    ));
                }
            };
            let wait = failure
                .refusal
                .retry_after
                .unwrap_or_else(|| backoff(attempt));
            if !failure.again || attempt >= self.calls.attempts || Instant::now() + wait >= deadline
            {
                return Err(failure.refusal);
            }
            tracing::warn!(
                action,
                attempt,
                wait_ms = wait.as_millis(),
                code = failure.refusal.envelope.code,
                "trying again"
            );
            sleep(wait).await;
            attempt += 1;
        }
    }

    async fn attempt(&self, api: &Api, query: &str) -> Result<Map<String, Value>, Failure> {
        let credentials = self.credentials.get().await.map_err(Failure::for_good)?;
        // Signed anew each time: a nonce serves once.
        let date = OffsetDateTime::now_utc()
            .format(format_description!(
                "[year]-[month]-[day]T[hour]:[minute]:[second]Z"
            ))
            .unwrap_or_default();
        let call = Call {
            host: api.endpoint.authority(),
            action: api.action,
            version: api.version,
            date: &date,
            nonce: &Uuid::new_v4().simple().to_string(),
        };
        let mut url = api.endpoint.clone();
        url.set_query(Some(query));
        let mut request = self.client.post(url).header("accept", "application/json");
        let signed = acs3::headers(&call, query, &credentials);
        for (name, value) in &signed {
            request = request.header(*name, value);
        }
        let (status, headers, body) = async {
            let mut answer = request.send().await?;
            let (status, headers) = (answer.status(), answer.headers().clone());
            let mut body = Vec::new();
            while let Some(chunk) = answer.chunk().await? {
                body.extend_from_slice(&chunk);
                if body.len() > MAX_ANSWER {
                    break;
                }
            }
            Ok((status, headers, body))
        }
        .await
        .map_err(|error: reqwest::Error| unreachable_cloud(api, error))?;
        let answer: Option<Map<String, Value>> = serde_json::from_slice(&body).ok();
        match answer {
            Some(answer) if status.is_success() => Ok(answer),
            Some(answer) => {
                let authorization = signed
                    .iter()
                    .rev()
                    .find(|(name, _)| *name == "authorization");
                let signature = authorization.and_then(|(_, value)| value.rsplit('=').next());
                let secrets: Vec<&str> = credentials.values().chain(signature).collect();
                Err(refused(api, status, &headers, answer, &secrets))
            }
            None => {
                tracing::error!(
                    action = api.action,
                    status = status.as_u16(),
                    "the cloud's answer is not JSON"
                );
                Err(Failure {
                    refusal: Refusal::new(
                        StatusCode::BAD_GATEWAY,
                        "InvalidCloudAnswer",
                        "Alibaba Cloud's answer could not be read.",
                    ),
                    again: status.is_server_error(),
                })
            }
        }
    }
}

impl Failure {
    fn for_good(refusal: Refusal) -> Self {
        Self {
            refusal,
            again: false,
        }
    }
}

fn unreachable_cloud(api: &Api, error: reqwest::Error) -> Failure {
    let mut reason = String::new();
    let error = error.without_url();
    let mut cause: Option<&dyn std::error::Error> = Some(&error);
    while let Some(error) = cause {
        reason = format!(
            "{reason}{}{error}",
            if reason.is_empty() { "" } else { ": " }
        );
        cause = error.source();
    }
    tracing::error!(
        action = api.action,
        host = api.endpoint.host_str(),
        reason,
        "the cloud cannot be reached"
    );
    Failure {
        refusal: Refusal::new(
            StatusCode::BAD_GATEWAY,
            "CloudUnreachable",
            "Alibaba Cloud cannot be reached.",
        ),
        again: true,
    }
}

/// Full jitter: many browsers that were refused together do not come back together.
fn backoff(attempt: u64) -> Duration {
    let bound = BACKOFF.as_millis() << (attempt - 1).min(8);
    let drawn = Uuid::new_v4().as_u128() % (bound + 1);
    Duration::from_millis(u64::try_from(drawn).unwrap_or_default())
}
