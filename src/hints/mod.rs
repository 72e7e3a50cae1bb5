//! What to do about an error, in the caller's language.

mod texts;

use crate::error::{Code, Error, Phase, Refusal};
use crate::text;
use texts::{Advice, DOCS, RULE};

/// Language of hints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Locale {
    /// English.
    #[default]
    En,
    /// Simplified Chinese.
    ZhCn,
}

/// What the page knows beside the error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Situation<'a> {
    /// `navigator.onLine`.
    pub online: bool,
    /// The host that was posted to; empty while unknown.
    pub host: &'a str,
    /// The page's origin.
    pub page_origin: &'a str,
}

/// One or two sentences: what to do.
#[must_use]
pub fn hint(error: &Error, locale: Locale, situation: &Situation<'_>) -> Option<String> {
    let (english, chinese) = advice(error, situation);
    let text = match locale {
        Locale::En => english,
        Locale::ZhCn => chinese,
    };
    let host = match (situation.host, locale) {
        ("", Locale::En) => "the bucket",
        ("", Locale::ZhCn) => "存储空间",
        (host, _) => host,
    };
    let recommended = error
        .oss
        .as_ref()
        .and_then(|oss| oss.recommend_doc.as_deref());
    Some(
        [
            ("{host}", host),
            ("{origin}", situation.page_origin),
            ("{rule}", RULE),
            ("{doc}", recommended.unwrap_or(DOCS)),
        ]
        .into_iter()
        .fold(String::from(text), |text, (name, value)| {
            text::replace(&text, name, value)
        }),
    )
}

fn advice(error: &Error, situation: &Situation<'_>) -> Advice {
    match (error.code, &error.oss) {
        (Code::InvalidParams, _) if error.status.is_some() => texts::NOT_THE_API,
        (Code::InvalidParams, _) => texts::SHAPES,
        (Code::ParamsRefused | Code::Network, None)
            if error.status.is_none() && !situation.online =>
        {
            texts::OFFLINE
        }
        (Code::ParamsRefused, oss) => refused_params(error.status, oss.as_deref()),
        (Code::ForbiddenHost, _) => texts::HOSTS,
        (Code::PolicyExpired, _) => texts::EXPIRED,
        (Code::PolicyViolation, _) if error.phase == Phase::Params => texts::OTHER_BUCKET,
        (Code::PolicyViolation, _) => texts::VIOLATION,
        (Code::OssRefused, Some(oss)) => refused_by_oss(oss),
        (Code::OssRefused, None) => texts::LOOK_UP,
        (Code::CallbackFailed, _) => texts::CALLBACK,
        (Code::InvalidResponse, _) => texts::PROXY,
        (Code::Network, _) if error.phase == Phase::Params => texts::BACKEND_UNREACHABLE,
        (Code::Network, _) => texts::CORS,
        (Code::Stalled, _) => texts::STALLED,
        (Code::Integrity, _) => texts::INTEGRITY,
        (Code::FileUnreadable, _) => texts::UNREADABLE,
    }
}

fn refused_params(status: Option<u16>, oss: Option<&Refusal>) -> Advice {
    let code = oss.map(|oss| oss.code.as_str()).unwrap_or_default();
    if code.starts_with("InvalidAccessKeyId") {
        return texts::BACKEND_KEY;
    }
    match (code, status) {
        ("AccessDenied" | "NoPermission" | "Forbidden.RAM", _) => texts::BACKEND_PERMISSION,
        ("UserDisable", _) => texts::DISABLED,
        ("NoSuchBucket" | "InvalidBucketName", _) => texts::NO_SUCH_BUCKET,
        (_, Some(401 | 403)) => texts::SIGN_IN,
        (_, Some(404 | 405)) => texts::NOT_THE_API,
        (_, Some(429 | 500..)) => texts::BACKEND_BUSY,
        ("", None) if oss.is_none() => texts::BACKEND_UNREACHABLE,
        _ => texts::BACKEND_LOG,
    }
}

fn refused_by_oss(oss: &Refusal) -> Advice {
    match oss.code.as_str() {
        "AccessDenied" if text::has(&oss.message, "Policy Condition failed") => texts::CONDITION,
        "AccessDenied" if text::has(&oss.message, "specified endpoint") => texts::REGION,
        "AccessDenied" => texts::PERMISSION,
        "SignatureDoesNotMatch" => texts::SIGNATURE,
        "InvalidAccessKeyId"
        | "InvalidSecurityToken"
        | "SecurityTokenExpired"
        | "AccessKeyIdAndSecurityTokenNotMatch" => texts::TOKEN,
        "RequestTimeTooSkewed" => texts::CLOCK,
        "NoSuchBucket" | "InvalidBucketName" => texts::NO_SUCH_BUCKET,
        "SecondLevelDomainForbidden"
        | "NonStandardHostForbidden"
        | "TransferAccelerationDisabled" => texts::REGION,
        "EntityTooLarge" | "EntityTooSmall" => texts::VIOLATION,
        "AccessForbidden" => texts::CORS,
        "FileAlreadyExists" | "FileImmutable" => texts::EXISTS,
        "UserDisable" | "BucketDisable" => texts::DISABLED,
        "InvalidPolicyDocument" => texts::DOCUMENT,
        "RequestTimeout" | "IncompleteBody" | "MalformedPOSTRequest" => texts::STALLED,
        "InternalError"
        | "ServiceUnavailable"
        | "UploadTrafficRateLimitExceeded"
        | "TotalQpsLimitExceeded"
        | "ActiveRequestLimitExceeded" => texts::OSS_BUSY,
        _ => texts::LOOK_UP,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SITUATION: Situation<'static> = Situation {
        online: true,
        host: "demo-bucket.oss-cn-hangzhou.aliyuncs.com",
        page_origin: "https://app.example.com",
    };

    fn refused(code: &str, message: &str) -> Error {
        let mut error = Error::new(Code::OssRefused, Phase::Post, "");
        error.oss = Some(Box::new(Refusal {
            code: String::from(code),
            message: String::from(message),
            ..Refusal::default()
        }));
        error
    }

    #[test]
    fn every_code_has_a_hint_in_both_languages() {
        for code in Code::ALL {
            for phase in Phase::ALL {
                for status in [None, Some(200), Some(403), Some(503)] {
                    let mut error = Error::new(code, phase, "");
                    error.status = status;
                    let english = hint(&error, Locale::En, &SITUATION).unwrap();
                    let chinese = hint(&error, Locale::ZhCn, &SITUATION).unwrap();
                    assert!(english.is_ascii() && english.ends_with('.'), "{english}");
                    assert!(!chinese.is_ascii() && chinese.ends_with('。'), "{chinese}");
                    assert!(!english.contains('{') && !chinese.contains('{'));
                }
            }
        }
    }

    #[test]
    fn a_policy_for_another_bucket_is_not_the_files_fault() {
        let error = Error::new(Code::PolicyViolation, Phase::Params, "");
        let text = hint(&error, Locale::En, &SITUATION).unwrap();
        assert!(
            text.starts_with("The backend names one bucket and signs a policy for another"),
            "{text}"
        );
    }

    #[test]
    fn no_answer_names_the_rule_to_add() {
        let error = Error::new(Code::Network, Phase::Post, "");
        let text = hint(&error, Locale::En, &SITUATION).unwrap();
        // "Configure CORS" of the OSS documentation: origin, method, header and explicit names of exposed headers.
        for part in [
            "demo-bucket.oss-cn-hangzhou.aliyuncs.com",
            "AllowedOrigin https://app.example.com",
            "AllowedMethod POST",
            "AllowedHeader *",
            "ExposeHeader ETag, x-oss-request-id, x-oss-hash-crc64ecma",
        ] {
            assert!(text.contains(part), "{text}");
        }
        let offline = Situation {
            online: false,
            ..SITUATION
        };
        assert!(
            hint(&error, Locale::En, &offline)
                .unwrap()
                .contains("offline")
        );
        assert!(
            hint(&error, Locale::ZhCn, &offline)
                .unwrap()
                .contains("离线")
        );
    }

    #[test]
    fn common_codes_of_oss() {
        // Code and message as documented (PostObject and "HTTP 4xx status code" pages), and a word of the advice.
        for (code, message, word) in [
            (
                "AccessDenied",
                "Invalid according to Policy: Policy Condition failed: [\"eq\", \"$success_action_status\", \"200\"]",
                "condition",
            ),
            (
                "AccessDenied",
                "You have no right to access this object because of bucket acl.",
                "oss:PutObject",
            ),
            (
                "AccessDenied",
                "The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.",
                "endpoint",
            ),
            (
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
                "Base64",
            ),
            (
                "NoSuchBucket",
                "The specified bucket does not exist.",
                "must exist",
            ),
            (
                "EntityTooLarge",
                "Your proposed upload exceeds the maximum allowed size.",
                "another file",
            ),
            (
                "AccessForbidden",
                "CORSResponse: This CORS request is not allowed.",
                "AllowedOrigin",
            ),
            (
                "SecurityTokenExpired",
                "The security token you provided has expired.",
                "security token",
            ),
            (
                "FileAlreadyExists",
                "The object you specified already exists and can not be overwritten.",
                "another key",
            ),
            (
                "ServiceUnavailable",
                "Thread pool is almost full, please retry later.",
                "later",
            ),
        ] {
            let text = hint(&refused(code, message), Locale::En, &SITUATION).unwrap();
            assert!(text.contains(word), "{code}: {text}");
        }
    }

    #[test]
    fn an_unknown_code_leads_to_the_page_that_oss_recommends() {
        let mut error = refused("InvalidArgument", "");
        assert_eq!(
            hint(&error, Locale::En, &SITUATION).unwrap(),
            "See https://api.aliyun.com/troubleshoot."
        );
        let page = "https://api.aliyun.com/troubleshoot?q=0006-00000227";
        error.oss.as_mut().unwrap().recommend_doc = Some(String::from(page));
        assert_eq!(
            hint(&error, Locale::ZhCn, &SITUATION).unwrap(),
            format!("请参阅 {page}。")
        );
    }

    #[test]
    fn refusals_of_the_backend() {
        let mut error = Error::new(Code::ParamsRefused, Phase::Params, "");
        for (status, word) in [
            (None, "reached"),
            (Some(401), "sign in"),
            (Some(404), "address"),
            (Some(503), "later"),
        ] {
            error.status = status;
            let text = hint(&error, Locale::En, &SITUATION).unwrap();
            assert!(text.contains(word), "{text}");
        }
    }
}
