//! The two actions.

use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{Gateway, envelope::ApiError, policy, request::Call};
use crate::account;

pub(super) type Fields = Map<String, Value>;

pub(super) struct Action {
    name: &'static str,
    version: &'static str,
    pub(super) product: &'static str,
    pub(super) run: fn(&Gateway, &Call, Timestamp) -> Result<Fields, ApiError>,
}

const ACTIONS: [Action; 2] = [
    Action {
        name: "CreateTempFileUploadUrl",
        version: "2017-09-08",
        product: "hbr",
        run: create_temp_file_upload_url,
    },
    Action {
        name: "PrepareUpload",
        version: "2017-11-10",
        product: "Ens",
        run: prepare_upload,
    },
];

pub(super) fn find(call: &Call) -> Result<&'static Action, ApiError> {
    if !["GET", "POST"].contains(&call.method.as_str()) {
        return Err(ApiError::METHOD);
    }
    let name = call.action().ok_or_else(|| ApiError::missing("Action"))?;
    let version = call.version().ok_or_else(|| ApiError::missing("Version"))?;
    let action = ACTIONS
        .iter()
        .find(|action| action.name == name)
        .ok_or(ApiError::NO_ACTION)?;
    if call.path != "/" {
        return Err(ApiError::NO_ACTION);
    }
    if action.version != version {
        return Err(ApiError::VERSION);
    }
    Ok(action)
}

/// The account of the document's sample.
const ACCOUNT_ID: &str = "1440155109798732";
/// How long a temporary upload is authorised, and how large it may be: the document does not say.
const LIFETIME: SignedDuration = SignedDuration::from_hours(1);
const MAX_SIZE: u64 = 5 << 30;

fn create_temp_file_upload_url(
    gateway: &Gateway,
    call: &Call,
    now: Timestamp,
) -> Result<Fields, ApiError> {
    let name = call
        .parameter("FileName")
        .ok_or_else(|| ApiError::missing("FileName"))?;
    if let Some(refused) = fault(gateway, name) {
        return refused;
    }
    let day = now.strftime("%Y-%m-%d");
    let key = format!("temp/{ACCOUNT_ID}/upload/{day}/{}/{name}", Uuid::new_v4());
    let expires = now.saturating_add(LIFETIME).unwrap_or(now);
    let signed = policy::sign_v1(&json!({
        "expiration": expires.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string(),
        "conditions": [
            { "bucket": account::TEMP_BUCKET },
            ["eq", "$key", key],
            ["content-length-range", 0, MAX_SIZE],
        ],
    }));
    let (policy, signature) = signed.ok_or(ApiError::INTERNAL)?;
    Ok(fields(json!({
        "Success": true,
        "Code": "200",
        "Message": "successful",
        "Endpoint": gateway.endpoint,
        "BucketName": account::TEMP_BUCKET,
        "TempFileKey": key,
        "OssAccessKeyId": account::ACCESS_KEY_ID,
        "Policy": policy,
        "Signature": signature,
        "ExpireTime": expires.as_second(),
    })))
}

fn prepare_upload(gateway: &Gateway, call: &Call, _now: Timestamp) -> Result<Fields, ApiError> {
    for name in ["BucketName", "ClientIp"] {
        if call.parameters(name).count() > 1 {
            return Err(ApiError::invalid_field(name));
        }
    }
    let bucket = call
        .parameter("BucketName")
        .ok_or_else(|| ApiError::missing("BucketName"))?;
    if !is_bucket_name(bucket) {
        return Err(ApiError::invalid("BucketName"));
    }
    if call
        .parameters("ClientIp")
        .any(|ip| ip.parse::<IpAddr>().is_err())
    {
        return Err(ApiError::invalid("ClientIp"));
    }
    if bucket != account::ENS_BUCKET {
        return Err(ApiError::NO_BUCKET);
    }
    Ok(fields(json!({
        "BucketName": account::ENS_PHYSICAL_BUCKET,
        "Endpoint": gateway.endpoint,
    })))
}

fn fields(value: Value) -> Fields {
    match value {
        Value::Object(fields) => fields,
        _ => Fields::new(),
    }
}

fn is_bucket_name(text: &str) -> bool {
    let plain = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let ends =
        text.as_bytes().first().is_some_and(plain) && text.as_bytes().last().is_some_and(plain);
    (3..=63).contains(&text.len()) && ends && text.bytes().all(|byte| plain(&byte) || byte == b'-')
}

/// Faults of the API, asked for in the file's name: `fault=api-throttle@2.bin`. None of them is one of OSS's.
fn fault(gateway: &Gateway, name: &str) -> Option<Result<Fields, ApiError>> {
    let fault = name.split('/').next_back()?.strip_prefix("fault=api-")?;
    let fault = fault.split(['.', ',', ';']).next().unwrap_or(fault);
    let (fault, times) = fault.split_once('@').unwrap_or((fault, ""));
    if !times.is_empty() && !gateway.is_due(name, times.parse().unwrap_or(1)) {
        return None;
    }
    match fault {
        "throttle" => Some(Err(ApiError::THROTTLED)),
        "unavailable" => Some(Err(ApiError::UNAVAILABLE)),
        "internal" => Some(Err(ApiError::INTERNAL)),
        // A refusal of the service itself comes with status 200.
        "success-false" => Some(Ok(fields(json!({
            "Success": false,
            "Code": "InternalError",
            "Message": "The temporary file upload url could not be created.",
        })))),
        _ => None,
    }
}
