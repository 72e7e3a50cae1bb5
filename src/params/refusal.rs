//! A backend that refuses, in its own words.

use crate::error::{Code, Error, Phase, Refusal};
use crate::json::Json;
use crate::response;
use crate::text;

use super::invalid_value;
use super::shapes::find;

/// What a backend answered that gave no parameters: another status than 2xx, HTML, or anything that is not JSON.
#[must_use]
pub fn refused_by_backend(status: u16, content_type: &str, body: Option<&Json>) -> Error {
    if let Some(Json::Object(entries)) = body
        && let Some(error) = in_words(entries, Some(status))
    {
        return error;
    }
    let html = text::has(&content_type.to_ascii_lowercase(), "html");
    let what = if html { "HTML" } else { "no JSON" };
    let error = if (200..300).contains(&status) {
        invalid_value(
            say!("The backend answered with {} instead of upload parameters in JSON"),
            what,
        )
    } else {
        refused(
            say!("The backend refused to hand out upload parameters: HTTP {}"),
            &[&text::decimal(status.into())],
        )
    };
    error
        .retryable_if(response::is_passing_status(status))
        .answered(Some(status), None, None)
}

/// An answer that says it is a refusal: `Success: false`, or a `Code` of failure beside a `Message`.
pub(super) fn stated(entries: &[(String, Json)]) -> Option<Error> {
    let failed = match find(entries, &["success", "ok"]) {
        Some((_, Json::Bool(success))) => !success,
        Some((_, Json::String(success))) => success.eq_ignore_ascii_case("false"),
        _ => false,
    };
    let words = in_words(entries, None);
    if failed {
        return Some(words.unwrap_or_else(|| {
            refused(
                say!("The backend refused to hand out upload parameters"),
                &[],
            )
        }));
    }
    let code = stated_text(entries, &CODE)?;
    words.filter(|_| !means_success(&code) && stated_text(entries, &MESSAGE).is_some())
}

const CODE: [&str; 4] = ["code", "errcode", "errorcode", "errno"];
const MESSAGE: [&str; 6] = [
    "message",
    "msg",
    "errmsg",
    "errormessage",
    "errordescription",
    "detail",
];

/// 0, 00000, 1, 200, 20000, OK, success: what backends say when all is well.
fn means_success(code: &str) -> bool {
    let code = code.trim_ascii();
    let zero = !code.is_empty() && text::all(code, |byte| byte == b'0');
    let two_hundred = code.starts_with('2') && text::all(code, |byte| byte.is_ascii_digit());
    zero || two_hundred
        || ["", "1", "ok", "success", "successful", "succeed"]
            .iter()
            .any(|word| word.eq_ignore_ascii_case(code))
}

/// The words of a refusal, if there are any.
pub(super) fn in_words(entries: &[(String, Json)], status: Option<u16>) -> Option<Error> {
    if let Some((_, Json::Object(inner))) = find(entries, &["error"]) {
        return in_words(inner, status);
    }
    let code = stated_text(entries, &CODE).unwrap_or_default();
    let message = stated_text(entries, &MESSAGE)
        .or_else(|| stated_text(entries, &["error"]))
        .unwrap_or_default();
    if message.is_empty() && (code.is_empty() || means_success(&code)) {
        return None;
    }
    let message = response::without_secrets(&message);
    let mut words = message.clone();
    if !code.is_empty() && !text::has(&message, &code) {
        words = match message.as_str() {
            "" => code.clone(),
            message => text::concat(&[message, " (", &code, ")"]),
        };
    }
    let passing =
        response::is_passing_code(&code) || status.is_some_and(response::is_passing_status);
    let error = refused(
        say!("The backend refused to hand out upload parameters: {}"),
        &[&words],
    );
    let oss = Refusal {
        code,
        message,
        ec: None,
        host_id: stated_text(entries, &["hostid"]),
        recommend_doc: stated_text(entries, &["recommend", "recommenddoc"]),
    };
    let request_id = stated_text(entries, &["requestid"]);
    Some(
        error
            .retryable_if(passing)
            .answered(status, request_id, Some(oss)),
    )
}

fn stated_text(entries: &[(String, Json)], any_of: &[&str]) -> Option<String> {
    any_of
        .iter()
        .find_map(|name| find(entries, &[name])?.1.to_text())
        .filter(|text| !text.is_empty())
}

fn refused(template: &str, values: &[&str]) -> Error {
    Error::sentence(Code::ParamsRefused, Phase::Params, template, values)
}
