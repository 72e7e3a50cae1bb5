//! Who signed the form, and whether the signature is right. The signature covers the policy's text as it was sent.

use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::TimeZone};

use super::{
    condition::invalid,
    error::{OssError, invalid_argument},
    form::Form,
    keys,
    signature::{sign_v1, sign_v4},
};
use crate::account::REGION;

/// The names under which V1 takes the AccessKey id (EC 0002-00000706).
const KEY_IDS: [&str; 2] = ["ossaccesskeyid", "awsaccesskeyid"];
/// The version in whose fields V4 signs.
const V4: &str = "OSS4-HMAC-SHA256";
/// The fields in which S3 signs with its V4, without `x-amz-`.
const S3_V4: [&str; 4] = ["algorithm", "credential", "date", "signature"];
/// How far a client's clock may be ahead.
const SKEW: SignedDuration = SignedDuration::from_mins(15);
/// How long a V4 signature lives.
const LIFETIME: SignedDuration = SignedDuration::from_hours(7 * 24);

/// A form whose signature is right, or one that has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signed<'a> {
    Anonymous,
    V1 { policy: &'a str },
    V4 { policy: &'a str },
}

pub(crate) fn authorize(form: &Form, now: Timestamp) -> Result<Signed<'_>, OssError> {
    match form.get("x-oss-signature-version") {
        None if form
            .with_prefix("x-amz-")
            .any(|(name, _)| S3_V4.contains(&name)) =>
        {
            s3_v4(form)
        }
        None => v1(form),
        Some(V4) => v4(form, now),
        Some("OSS2") => Err(not_implemented("x-oss-signature-version")),
        Some(_) => {
            Err(invalid_argument("The x-oss-signature-version is invalid.").ec("0002-00000701"))
        }
    }
}

/// Whether a field is missing without which nothing is signed.
pub(crate) fn is_incomplete(form: &Form) -> bool {
    let lacks = |name: &&str| form.get(name).is_none();
    match form.get("x-oss-signature-version") {
        None => ["policy", "signature"].iter().any(lacks) || KEY_IDS.iter().all(lacks),
        Some(V4) => [
            "policy",
            "x-oss-credential",
            "x-oss-date",
            "x-oss-signature",
        ]
        .iter()
        .any(lacks),
        Some(_) => false,
    }
}

fn v1(form: &Form) -> Result<Signed<'_>, OssError> {
    let is_there = |name: &&str| form.get(name).is_some();
    let ids: Vec<&str> = KEY_IDS.into_iter().filter(is_there).collect();
    if ids.is_empty() && !["signature", "policy"].iter().any(is_there) {
        return Ok(Signed::Anonymous);
    }
    if let [one, other] = ids.as_slice() {
        let message = format!("The bucket POST contains both '{one}' and '{other}'.");
        return Err(invalid_argument(message));
    }
    let id = needed(
        form,
        ids.first().unwrap_or(&"ossaccesskeyid"),
        "accessKeyId",
        ["0002-00000706", "0002-00000707"],
    )?;
    let signature = needed(
        form,
        "signature",
        "signature",
        ["0002-00000703", "0002-00000704"],
    )?;
    let policy = needed_policy(form)?;
    if !keys::is_acceptable(id) {
        let message = "The OSS Access Key Id you provided contains non-acceptable characters.";
        return Err(OssError::new(403, "InvalidAccessKeyId", message).detail("OSSAccessKeyId", id));
    }
    let key = keys::find(id, form)?;
    compare(&sign_v1(key.secret, policy), signature, id, policy)?;
    key.may_write()?;
    Ok(Signed::V1 { policy })
}

fn v4(form: &Form, now: Timestamp) -> Result<Signed<'_>, OssError> {
    let policy = needed_policy(form)?;
    let signature = needed(
        form,
        "x-oss-signature",
        "signature",
        ["0002-00000703", "0002-00000704"],
    )?;
    let credential = form.get("x-oss-credential").unwrap_or_default();
    let scope: Vec<&str> = credential.split('/').collect();
    let &[id, day, region, "oss", "aliyun_v4_request"] = scope.as_slice() else {
        return Err(invalid_argument("The x-oss-credential is invalid.").ec("0002-00000710"));
    };
    if id.is_empty() || !keys::is_acceptable(id) {
        return Err(
            invalid_argument("The AccessKeyId of x-oss-credential is invalid.").ec("0002-00000708"),
        );
    }
    if region != REGION {
        return Err(
            invalid_argument("The region of x-oss-credential is invalid.").ec("0002-00000710"),
        );
    }
    let bad_date = |what| invalid_argument(format!("The {what} is invalid.")).ec("0002-00000709");
    let date = form
        .get("x-oss-date")
        .filter(|date| date.len() == 16 && date.ends_with('Z'))
        .and_then(|date| DateTime::strptime("%Y%m%dT%H%M%SZ", date).ok())
        .and_then(|date| date.to_zoned(TimeZone::UTC).ok())
        .ok_or_else(|| bad_date("x-oss-date"))?;
    if day.len() != 8 || date.strftime("%Y%m%d").to_string() != day {
        return Err(bad_date("SignDate of x-oss-credential"));
    }
    let age = now.duration_since(date.timestamp());
    if age < -SKEW || age >= LIFETIME {
        return Err(bad_date("x-oss-date"));
    }
    let key = keys::find(id, form)?;
    compare(
        &sign_v4(key.secret, day, region, policy),
        signature,
        id,
        policy,
    )?;
    key.may_write()?;
    Ok(Signed::V4 { policy })
}

/// What is wrong with the credential is documented; how the rest is judged is not, so nothing is taken.
fn s3_v4(form: &Form) -> Result<Signed<'_>, OssError> {
    let credential = form.get("x-amz-credential").unwrap_or_default();
    let scope: Vec<&str> = credential.split('/').collect();
    match scope.as_slice() {
        [id, _, _, "s3", "aws4_request"] if !id.is_empty() && keys::is_acceptable(id) => {
            Err(not_implemented("x-amz-signature"))
        }
        _ => Err(invalid_argument("The x-amz-credential is invalid.").ec("0002-00000711")),
    }
}

fn not_implemented(field: &str) -> OssError {
    let message = "A header you provided implies functionality that is not implemented.";
    OssError::new(501, "NotImplemented", message).detail("Header", field)
}

fn needed_policy(form: &Form) -> Result<&str, OssError> {
    match form.get("policy") {
        None => Err(invalid_argument("Post request policy is empty.").ec("0002-00000702")),
        Some("") => Err(invalid("The policy is empty.").ec("0006-00000205")),
        Some(policy) => Ok(policy),
    }
}

/// `ecs`: of an absent and of an empty field.
fn needed<'a>(
    form: &'a Form,
    field: &str,
    what: &str,
    ecs: [&'static str; 2],
) -> Result<&'a str, OssError> {
    let [absent, empty] = ecs;
    let error = invalid_argument(format!("Post request {what} is empty."));
    match form.get(field) {
        None => Err(error.ec(absent)),
        Some("") => Err(error.ec(empty)),
        Some(value) => Ok(value),
    }
}

fn compare(expected: &str, provided: &str, id: &str, policy: &str) -> Result<(), OssError> {
    if expected == provided {
        return Ok(());
    }
    let message = "The request signature we calculated does not match the signature you provided. Check your key and \
                   signing method.";
    Err(OssError::new(403, "SignatureDoesNotMatch", message)
        .ec("0002-00000705")
        .detail("OSSAccessKeyId", id)
        .detail("SignatureProvided", provided)
        .detail("StringToSign", policy))
}
