//! What the cloud says when it refuses, for the browser and for the log.

use std::time::Duration;

use axum::http::{HeaderMap, StatusCode};
use serde_json::{Map, Value};

use super::{Api, Failure};
use crate::{
    Refusal,
    refusal::Envelope,
    text::{OneLine, without},
};

pub(super) fn refused(
    api: &Api,
    status: StatusCode,
    headers: &HeaderMap,
    answer: Map<String, Value>,
    secrets: &[&str],
) -> Failure {
    let envelope = envelope(answer, secrets);
    let throttled =
        status == StatusCode::TOO_MANY_REQUESTS || envelope.code.starts_with("Throttling");
    tracing::error!(
        action = api.action,
        host = api.endpoint.host_str(),
        status = status.as_u16(),
        code = envelope.code,
        request_id = envelope.request_id,
        advice = advice(&envelope.code),
        "the cloud refused: {}",
        OneLine(&envelope.message)
    );
    // Alibaba's SDKs read this header as milliseconds.
    let retry_after = headers
        .get("x-acs-retry-after")
        .and_then(|value| value.to_str().ok()?.parse().ok())
        .filter(|wait| *wait > 0)
        .map(Duration::from_millis);
    Failure {
        again: throttled || status.is_server_error(),
        refusal: Refusal {
            // Throttling comes as 400 from the cloud: the browser shall know that it may try again.
            status: if throttled {
                StatusCode::TOO_MANY_REQUESTS
            } else {
                status
            },
            retry_after,
            envelope: Box::new(envelope),
        },
    }
}

/// What the cloud said, without what this request or the answer itself holds of secrets.
fn envelope(answer: Map<String, Value>, secrets: &[&str]) -> Envelope {
    const SIGNED: [&str; 5] = [
        "Policy",
        "Signature",
        "SecurityToken",
        "OssAccessKeyId",
        "StringToSign",
    ];
    let values: Vec<String> = SIGNED
        .iter()
        .filter_map(|name| answer.get(*name)?.as_str().map(str::to_owned))
        .collect();
    let mut envelope: Envelope = serde_json::from_value(Value::Object(answer)).unwrap_or_default();
    // A refused signature is explained with the text that was signed.
    if envelope.code.starts_with("SignatureDoesNotMatch")
        || envelope.code.starts_with("IncompleteSignature")
    {
        "Specified signature is not matched with our calculation."
            .clone_into(&mut envelope.message);
    }
    let Envelope {
        code,
        message,
        request_id,
        host_id,
        recommend,
    } = &mut envelope;
    for text in [code, message, request_id]
        .into_iter()
        .chain(host_id)
        .chain(recommend)
    {
        let secrets = secrets
            .iter()
            .copied()
            .chain(values.iter().map(String::as_str));
        *text = without(text, secrets);
    }
    envelope
}

/// What the operator can do about it.
fn advice(code: &str) -> &'static str {
    match code.split('.').next().unwrap_or_default() {
        "InvalidAccessKeyId" => "check ALIBABA_CLOUD_ACCESS_KEY_ID",
        "SignatureDoesNotMatch" | "IncompleteSignature" => "check ALIBABA_CLOUD_ACCESS_KEY_SECRET",
        "InvalidSecurityToken" | "MissingSecurityToken" => {
            "check ALIBABA_CLOUD_SECURITY_TOKEN: it may have expired"
        }
        "InvalidTimeStamp" => "check this machine's clock",
        "NoPermission" | "Forbidden" | "AccessDenied" => {
            "the key lacks a permission: hbr:CreateTempFileUploadUrl, ens:PrepareUpload"
        }
        "InvalidBucketName" | "NoSuchBucket" => "check ens.bucket",
        "UserDisable" => "the account is in arrears",
        code if code.starts_with("Throttling") => "too many calls of this account",
        _ => "",
    }
}
