//! A backend that refuses, in its own words.

use crate::error::{Error, Reason, Refusal};
use crate::json::Json;
use crate::oss::{Secrets, codes, field};

use super::answer::{Entries, find};

const CODE: [&str; 6] = [
    "code",
    "errcode",
    "errorcode",
    "errno",
    "retcode",
    "resultcode",
];
const MESSAGE: [&str; 9] = [
    "message",
    "msg",
    "errmsg",
    "errormessage",
    "errormsg",
    "reason",
    "errordescription",
    "detail",
    "title",
];

/// What a backend answered that gave no parameters: another status than 2xx, HTML, or anything that is not JSON.
#[must_use]
pub fn refused_by_backend(status: u16, content_type: &str, body: Option<&Json>) -> Error {
    if let Some(answer @ Json::Object(entries)) = body
        && let Some(error) = in_words(entries, Some(status))
    {
        return masked(error, answer);
    }
    let reason = if (200..300).contains(&status) {
        Reason::AnswerNotJson {
            is_html: content_type.to_ascii_lowercase().contains("html"),
        }
    } else {
        Reason::BackendRefused { refusal: None }
    };
    Error::from(reason)
        .retryable_if(codes::is_passing_status(status))
        .answered(Some(status), None)
}

/// An answer that says in so many words that it is a refusal: `success: false`.
pub(super) fn explicit(entries: &Entries) -> Option<Error> {
    says_failure(entries).then(|| {
        in_words(entries, None).unwrap_or_else(|| Reason::BackendRefused { refusal: None }.into())
    })
}

/// An answer without parameters whose words seem to say why.
pub(super) fn guessed(entries: &Entries) -> Option<Error> {
    let message = text(entries, &MESSAGE).unwrap_or_default();
    in_words(entries, None).filter(|_| !tells_success(&message))
}

fn says_failure(entries: &Entries) -> bool {
    match find(entries, &["success", "ok"]) {
        Some((_, Json::Bool(success))) => !success,
        Some((_, Json::String(success))) => success.eq_ignore_ascii_case("false"),
        _ => false,
    }
}

/// 0, 00000, 1, 200, 20000, OK, success: what backends say when all is well.
fn means_success(code: &str) -> bool {
    let code = code.trim_ascii().to_ascii_lowercase();
    let is_zero = code.bytes().all(|byte| byte == b'0');
    let is_two_hundred = code.starts_with('2') && code.bytes().all(|byte| byte.is_ascii_digit());
    is_zero
        || is_two_hundred
        || matches!(
            code.as_str(),
            "1" | "ok" | "success" | "successful" | "succeed"
        )
}

/// What backends write beside parameters: `success`, `request success`, `操作成功`.
fn tells_success(message: &str) -> bool {
    let message = message.trim_ascii().to_ascii_lowercase();
    let succeeds = message == "ok" || message.contains("succe") || message.contains("成功");
    let denies = [
        "unsuccess",
        "not ",
        "n't ",
        "fail",
        "失败",
        "未能",
        "没能",
        "无法",
        "without success",
        "不成功",
        "未成功",
        "没有成功",
    ];
    succeeds && !denies.iter().any(|denial| message.contains(denial))
}

/// The words of a refusal, if there are any.
fn in_words(entries: &Entries, status: Option<u16>) -> Option<Error> {
    if let Some((_, Json::Object(inner))) = find(entries, &["error"])
        && let Some(error) = in_words(inner, status)
    {
        return Some(error);
    }
    let code = text(entries, &CODE).unwrap_or_default();
    let message = text(entries, &MESSAGE)
        .or_else(|| text(entries, &["error"]))
        .unwrap_or_default();
    if message.is_empty() && means_success(&code) {
        return None;
    }
    let is_passing = codes::is_passing(&code) || status.is_some_and(codes::is_passing_status);
    let refusal = Refusal {
        code,
        message,
        ec: None,
        host_id: text(entries, &["hostid"]),
        recommend_doc: text(entries, &["recommend", "recommenddoc"]),
    };
    let reason = Reason::BackendRefused {
        refusal: Some(refusal),
    };
    Some(
        Error::from(reason)
            .retryable_if(is_passing)
            .answered(status, text(entries, &["requestid"])),
    )
}

/// The backend's words without the secrets of its answer, in whatever part of it they stand.
pub(super) fn masked(mut error: Error, answer: &Json) -> Error {
    if let Reason::BackendRefused {
        refusal: Some(refusal),
    } = &mut error.reason
    {
        let secrets = secrets_in_answer(answer);
        let words = [&mut refusal.code, &mut refusal.message].into_iter();
        let others = [&mut refusal.host_id, &mut refusal.recommend_doc];
        for text in words.chain(others.into_iter().flatten()) {
            *text = secrets.shown(text);
        }
    }
    error
}

/// Every secret that an answer holds, however deep.
#[must_use]
pub fn secrets_in_answer(answer: &Json) -> Secrets {
    let mut secrets = Secrets::default();
    collect_secrets(answer, &mut secrets);
    secrets
}

fn collect_secrets(json: &Json, secrets: &mut Secrets) {
    match json {
        Json::Object(entries) => {
            for (name, value) in entries {
                collect_secret(name, value, secrets);
            }
        }
        Json::Array(items) => items.iter().for_each(|item| collect_secrets(item, secrets)),
        _ => {}
    }
}

fn collect_secret(name: &str, value: &Json, secrets: &mut Secrets) {
    match value {
        Json::String(text) if is_secret(name) => secrets.add(text),
        _ => collect_secrets(value, secrets),
    }
}

/// Names of secrets beside those of form fields.
fn is_secret(name: &str) -> bool {
    const OTHERS: [&str; 8] = [
        "securitytoken",
        "accesskeysecret",
        "secretaccesskey",
        "secret",
        "token",
        "ststoken",
        "policybase64",
        "encodedpolicy",
    ];
    field::is_secret(&field::spelled(name)) || OTHERS.iter().any(|other| field::alike(other, name))
}

fn text(entries: &Entries, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| {
        let text = find(entries, &[name])?.1.to_text()?;
        (!text.is_empty()).then_some(text)
    })
}
