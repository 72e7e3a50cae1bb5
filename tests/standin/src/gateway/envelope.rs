//! Answers: the fields of the action, or the error envelope with the gateway's own error table.

use std::borrow::Cow;

use axum::{
    Json,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::actions::Fields;

/// What every answer of one call has.
pub(super) struct Envelope {
    pub(super) request_id: String,
    host: String,
    pub(super) product: &'static str,
}

impl Envelope {
    pub(super) fn new(headers: &HeaderMap) -> Self {
        let host = headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok());
        Self {
            request_id: Uuid::new_v4().to_string().to_uppercase(),
            host: host.unwrap_or_default().to_owned(),
            product: "",
        }
    }
}

/// An error of the table.
#[derive(Clone, Debug)]
pub(super) struct ApiError {
    status: u16,
    code: Cow<'static, str>,
    message: Cow<'static, str>,
    /// `x-acs-retry-after`, in milliseconds.
    retry_after: Option<u64>,
}

impl ApiError {
    pub(super) const fn new(status: u16, code: &'static str, message: &'static str) -> Self {
        Self {
            status,
            code: Cow::Borrowed(code),
            message: Cow::Borrowed(message),
            retry_after: None,
        }
    }

    // The table "Common error codes" of API Gateway, and the codes that Alibaba's SDKs branch on.
    pub(super) const NO_ACTION: Self = Self::new(
        404,
        "InvalidAction.NotFound",
        "Specified api is not found, please check your url and method.",
    );
    pub(super) const VERSION: Self = Self::new(
        400,
        "InvalidVersion",
        "Specified parameter Version is not valid.",
    );
    pub(super) const METHOD: Self = Self::new(
        405,
        "UnsupportedHTTPMethod",
        "This http method is not supported.",
    );
    pub(super) const NO_KEY: Self = Self::new(
        404,
        "InvalidAccessKeyId.NotFound",
        "Specified access key is not found.",
    );
    pub(super) const KEY_INACTIVE: Self = Self::new(
        400,
        "InvalidAccessKeyId.Inactive",
        "Specified access key is disabled.",
    );
    pub(super) const TIME_FORMAT: Self = Self::new(
        400,
        "InvalidTimeStamp.Format",
        "Specified time stamp or date value is not well formatted.",
    );
    pub(super) const TIME_EXPIRED: Self = Self::new(
        400,
        "InvalidTimeStamp.Expired",
        "Specified time stamp or date value is expired.",
    );
    pub(super) const NONCE_USED: Self = Self::new(
        400,
        "SignatureNonceUsed",
        "Specified signature nonce was used already.",
    );
    pub(super) const SIGNATURE_METHOD: Self = Self::new(
        400,
        "InvalidSignatureMethod",
        "Specified signature method is not valid.",
    );
    pub(super) const SIGNATURE_INCOMPLETE: Self = Self::new(
        400,
        "IncompleteSignature",
        "The request signature does not conform to Aliyun standards.",
    );
    pub(super) const NO_TOKEN: Self = Self::new(
        400,
        "MissingSecurityToken",
        "SecurityToken is mandatory for this action.",
    );
    pub(super) const TOKEN_MALFORMED: Self = Self::new(
        400,
        "InvalidSecurityToken.Malformed",
        "Specified SecurityToken is malformed.",
    );
    pub(super) const TOKEN_MISMATCH: Self = Self::new(
        400,
        "InvalidSecurityToken.MismatchWithAccessKey",
        "Specified SecurityToken mismatch with the AccessKey.",
    );
    pub(super) const TOKEN_EXPIRED: Self = Self::new(
        400,
        "InvalidSecurityToken.Expired",
        "Specified SecurityToken is expired.",
    );
    pub(super) const FORBIDDEN: Self = Self::new(
        403,
        "Forbidden.RAM",
        "User not authorized to operate on the specified resource, or this API doesn't support RAM.",
    );
    pub(super) const INTERNAL: Self = Self::new(
        500,
        "InternalError",
        "The request processing has failed due to some unknown error, exception or failure.",
    );
    pub(super) const UNAVAILABLE: Self = Self::new(
        503,
        "ServiceUnavailable",
        "The request has failed due to a temporary failure of the server.",
    );
    pub(super) const THROTTLED: Self = Self {
        status: 400,
        code: Cow::Borrowed("Throttling.User"),
        message: Cow::Borrowed("Request was denied due to user flow control."),
        retry_after: Some(200),
    };

    pub(super) fn missing(parameter: &str) -> Self {
        Self::named(
            format!("Missing{parameter}"),
            format!("{parameter} is mandatory for this action."),
        )
    }

    /// The real gateway explains a wrong signature with the text that it signed itself.
    pub(super) fn signature(string_to_sign: &str) -> Self {
        let message = format!(
            "Specified signature is not matched with our calculation. server string to sign is:{string_to_sign}"
        );
        Self::named("SignatureDoesNotMatch".to_owned(), message)
    }

    // PrepareUpload's own table: tests/vectors/prepare-upload.json.
    pub(super) const NO_ALI_UID: Self = Self::new(
        400,
        "InvalidaliUid",
        "Specified parameter aliUid is not valid",
    );
    pub(super) const NO_PERMISSION: Self = Self::new(400, "NoPermission", "Permission denied.");
    pub(super) const ACCESS_DENIED: Self = Self::new(403, "AccessDenied", "Auth is not valid.");
    pub(super) const USER_DISABLED: Self = Self::new(
        403,
        "UserDisable",
        "The user has been disabled due to arrears.",
    );
    pub(super) const NO_BUCKET: Self =
        Self::new(404, "NoSuchBucket", "The specified bucket does not exist.");

    /// `Invalid%s`, of which `InvalidBucketName` and `InvalidClientIp` are cases.
    pub(super) fn invalid(parameter: &str) -> Self {
        Self::named(
            format!("Invalid{parameter}"),
            format!("Specified parameter {parameter} is not valid"),
        )
    }

    /// `InvalidParameter.%s`.
    pub(super) fn invalid_field(field: &str) -> Self {
        Self::named(
            format!("InvalidParameter.{field}"),
            format!("The specified field {field} invalid. Please check it again."),
        )
    }

    fn named(code: String, message: String) -> Self {
        Self {
            status: 400,
            code: code.into(),
            message: message.into(),
            retry_after: None,
        }
    }
}

pub(super) fn answer(envelope: &Envelope, mut fields: Fields) -> Response {
    fields.insert(
        "RequestId".to_owned(),
        Value::String(envelope.request_id.clone()),
    );
    let mut response = Json(fields).into_response();
    mark(&mut response, envelope);
    response
}

pub(super) fn refuse(envelope: &Envelope, error: &ApiError) -> Response {
    let Envelope {
        request_id,
        host,
        product,
    } = envelope;
    let ApiError {
        status,
        code,
        message,
        retry_after,
    } = error;
    let body = json!({
        "RequestId": request_id,
        "HostId": host,
        "Code": code,
        "Message": message,
        "Recommend": format!("https://api.aliyun.com/troubleshoot?q={code}&product={product}&requestId={request_id}"),
    });
    let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, Json(body)).into_response();
    if let Some(wait) = retry_after {
        let name = HeaderName::from_static("x-acs-retry-after");
        response
            .headers_mut()
            .insert(name, HeaderValue::from(*wait));
    }
    mark(&mut response, envelope);
    response
}

fn mark(response: &mut Response, envelope: &Envelope) {
    if let Ok(id) = HeaderValue::from_str(&envelope.request_id) {
        response.headers_mut().insert("x-acs-request-id", id);
    }
}
