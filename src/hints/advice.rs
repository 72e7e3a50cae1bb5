//! Which hint fits an error.

use super::Situation;
use super::texts::Line;
use crate::error::{Code, Error, Phase, Refusal};
use crate::text;

/// Codes of the two APIs that hand out parameters, as a backend passes them on.
const OF_BACKEND: [(&str, Line); 3] = [
    (
        "AccessDenied NoPermission Forbidden.RAM",
        Line::BackendPermission,
    ),
    ("UserDisable", Line::Disabled),
    ("NoSuchBucket InvalidBucketName", Line::NoSuchBucket),
];

/// Codes of OSS.
const OF_OSS: [(&str, Line); 13] = [
    ("AccessDenied", Line::Permission),
    ("SignatureDoesNotMatch", Line::Signature),
    (
        "InvalidAccessKeyId InvalidSecurityToken SecurityTokenExpired AccessKeyIdAndSecurityTokenNotMatch",
        Line::Token,
    ),
    ("RequestTimeTooSkewed", Line::Clock),
    ("NoSuchBucket InvalidBucketName", Line::NoSuchBucket),
    (
        "SecondLevelDomainForbidden NonStandardHostForbidden TransferAccelerationDisabled",
        Line::Region,
    ),
    ("EntityTooLarge EntityTooSmall", Line::Violation),
    ("AccessForbidden", Line::Cors),
    ("FileAlreadyExists FileImmutable", Line::Exists),
    ("UserDisable BucketDisable", Line::Disabled),
    ("InvalidPolicyDocument", Line::Document),
    (
        "RequestTimeout IncompleteBody MalformedPOSTRequest",
        Line::Stalled,
    ),
    (
        "InternalError ServiceUnavailable UploadTrafficRateLimitExceeded TotalQpsLimitExceeded ActiveRequestLimitExceeded",
        Line::OssBusy,
    ),
];

pub(super) fn advice(error: &Error, situation: &Situation<'_>) -> Line {
    match (error.code, &error.oss) {
        (Code::InvalidParams, _) if error.status.is_some() => Line::NotTheApi,
        (Code::InvalidParams, _) => Line::Shapes,
        (Code::ParamsRefused | Code::Network, None)
            if error.status.is_none() && !situation.online =>
        {
            Line::Offline
        }
        (Code::ParamsRefused, oss) => refused_params(error.status, oss.as_deref()),
        (Code::ForbiddenHost, _) => Line::Hosts,
        (Code::PolicyExpired, _) => Line::Expired,
        (Code::PolicyViolation, _) if error.phase == Phase::Params => Line::OtherBucket,
        (Code::PolicyViolation, _) => Line::Violation,
        (Code::OssRefused, Some(oss)) => refused_by_oss(oss),
        (Code::OssRefused, None) => Line::LookUp,
        (Code::CallbackFailed, _) => Line::Callback,
        (Code::InvalidResponse, _) => Line::Proxy,
        (Code::Network, _) if error.phase == Phase::Params => Line::BackendUnreachable,
        (Code::Network, _) => Line::Cors,
        (Code::Stalled, _) => Line::Stalled,
        (Code::Integrity, _) => Line::Integrity,
        (Code::FileUnreadable, _) => Line::Unreadable,
    }
}

fn refused_params(status: Option<u16>, oss: Option<&Refusal>) -> Line {
    let code = oss.map_or("", |oss| &oss.code);
    if code.starts_with("InvalidAccessKeyId") {
        return Line::BackendKey;
    }
    look_up(&OF_BACKEND, code).unwrap_or(match status {
        Some(401 | 403) => Line::SignIn,
        Some(404 | 405) => Line::NotTheApi,
        Some(429 | 500..) => Line::BackendBusy,
        None if oss.is_none() => Line::BackendUnreachable,
        _ => Line::BackendLog,
    })
}

fn refused_by_oss(oss: &Refusal) -> Line {
    match look_up(&OF_OSS, &oss.code).unwrap_or(Line::LookUp) {
        // One code for many causes: the message tells which.
        Line::Permission if text::has(&oss.message, "Policy Condition failed") => Line::Condition,
        Line::Permission if text::has(&oss.message, "specified endpoint") => Line::Region,
        line => line,
    }
}

fn look_up(table: &[(&str, Line)], code: &str) -> Option<Line> {
    table
        .iter()
        .find(|(codes, _)| {
            let mut codes = codes.as_bytes().split(|byte| *byte == b' ');
            codes.any(|known| known == code.as_bytes())
        })
        .map(|(_, line)| *line)
}
