//! What to do about an error, in the caller's language.

mod advice;
mod texts;

use crate::error::Error;
use crate::text;
use texts::Line;

pub use texts::{CHINESE, ENGLISH};

/// The CORS rule that uploads need. Headers that are exposed cannot be named by a wildcard.
const RULE: &str = "AllowedMethod POST, AllowedHeader *, \
    ExposeHeader ETag, x-oss-request-id, x-oss-hash-crc64ecma, x-oss-version-id, x-oss-ec";
const DOCS: &str = "https://api.aliyun.com/troubleshoot";

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

/// One or two sentences: what to do. `texts` is [`ENGLISH`] or [`CHINESE`].
#[must_use]
pub fn hint(error: &Error, texts: &str, situation: &Situation<'_>) -> Option<String> {
    let text = advice::advice(error, situation).of(texts)?;
    let host = match situation.host {
        "" => Line::TheBucket.of(texts)?,
        host => host,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Code, Phase, Refusal};

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
                    let english = hint(&error, ENGLISH, &SITUATION).unwrap();
                    let chinese = hint(&error, CHINESE, &SITUATION).unwrap();
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
        let text = hint(&error, ENGLISH, &SITUATION).unwrap();
        assert!(
            text.starts_with("The backend names one bucket and signs a policy for another"),
            "{text}"
        );
    }

    #[test]
    fn no_answer_names_the_rule_to_add() {
        let error = Error::new(Code::Network, Phase::Post, "");
        let text = hint(&error, ENGLISH, &SITUATION).unwrap();
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
        assert!(hint(&error, ENGLISH, &offline).unwrap().contains("offline"));
        assert!(hint(&error, CHINESE, &offline).unwrap().contains("离线"));
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
            let text = hint(&refused(code, message), ENGLISH, &SITUATION).unwrap();
            assert!(text.contains(word), "{code}: {text}");
        }
    }

    #[test]
    fn an_unknown_code_leads_to_the_page_that_oss_recommends() {
        let mut error = refused("InvalidArgument", "");
        assert_eq!(
            hint(&error, ENGLISH, &SITUATION).unwrap(),
            "See https://api.aliyun.com/troubleshoot."
        );
        let page = "https://api.aliyun.com/troubleshoot?q=0006-00000227";
        error.oss.as_mut().unwrap().recommend_doc = Some(String::from(page));
        assert_eq!(
            hint(&error, CHINESE, &SITUATION).unwrap(),
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
            let text = hint(&error, ENGLISH, &SITUATION).unwrap();
            assert!(text.contains(word), "{text}");
        }
    }
}
