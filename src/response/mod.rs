//! What OSS answered to a form, or whoever answered in its place.

use std::fmt;

use crate::error::{Error, Foreign, Reason, Refusal};
use crate::oss::xml::Document;
use crate::oss::{Secrets, codes, field};

/// An answer as the browser hands it over. Headers that the bucket's CORS rule does not expose are `None`.
///
/// Its `Debug` output leaves the body out: OSS may echo what was signed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// `x-oss-request-id`.
    pub request_id: Option<String>,
    /// `ETag`.
    pub etag: Option<String>,
    /// `x-oss-hash-crc64ecma`.
    pub crc64: Option<String>,
    /// `x-oss-version-id`.
    pub version_id: Option<String>,
    /// `x-oss-ec`.
    pub ec: Option<String>,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// `Retry-After`.
    pub retry_after: Option<String>,
    /// The body, or its first 64 KiB.
    pub body: String,
    /// Whether the browser followed a redirect, or was told to.
    pub redirected: Option<Redirected>,
}

/// The answer did not come from the address that the form was posted to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Redirected {
    /// Origin of the address that it came from, where the browser says it.
    pub to: Option<String>,
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status)
            .field("request_id", &self.request_id)
            .finish_non_exhaustive()
    }
}

/// The file is stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Uploaded {
    /// 200, 201 or 204.
    pub status: u16,
    /// As OSS gave it. It is not promised to be the MD5.
    pub etag: Option<String>,
    /// The checksum that OSS computed.
    pub crc64: Option<u64>,
    /// What Alibaba's support asks for.
    pub request_id: Option<String>,
    /// The version's id, in a bucket with versions.
    pub version_id: Option<String>,
    /// What the application server answered to OSS's callback.
    pub callback: Option<String>,
}

/// Reads an answer. A success is one only if everything about the answer is OSS's: where it came from, its status and
/// its body.
///
/// # Errors
///
/// `OSS_REFUSED` or `POLICY_EXPIRED` with OSS's own words; `CALLBACK_FAILED` when the file is stored nevertheless;
/// `INVALID_RESPONSE` when it was not OSS who answered.
pub fn read(answer: &Answer, has_callback: bool, secrets: &Secrets) -> Result<Uploaded, Error> {
    let document = Document::parse(&answer.body);
    let refusal = refusal(answer, &document, secrets);
    let reason = match (refusal, answer.status) {
        _ if answer.redirected.is_some() => Reason::Redirected {
            to: answer
                .redirected
                .clone()
                .and_then(|redirected| redirected.to),
        },
        (Some(refusal), 203) if refusal.code == "CallbackFailed" => Reason::CallbackFailed {
            refusal: Some(refusal),
        },
        (None, 203) if has_callback && !is_html(answer) => Reason::CallbackFailed { refusal: None },
        (Some(refusal), _) if is_expiry(&refusal) => Reason::PolicyExpired { refusal },
        (Some(refusal), _) => Reason::OssRefused { refusal },
        (None, _) if is_success(answer, &document, has_callback) => {
            return Ok(Uploaded {
                etag: etag(answer, &document),
                callback: has_callback.then(|| answer.body.clone()),
                ..already_stored(answer)
            });
        }
        (None, status) => Reason::NotOss {
            status,
            found: foreign(answer),
        },
    };
    let retryable = is_retryable(&reason, answer.status);
    let request_id = or_text(answer.request_id.as_ref(), &document, "RequestId");
    Err(Error::from(reason)
        .retryable_if(retryable)
        .answered(Some(answer.status), request_id))
}

/// What an answer claims that [`read`] did not believe, for its status or body are not all OSS's: a checksum that
/// equals the file's proves it all the same.
#[must_use]
pub fn claimed(answer: &Answer) -> Option<Uploaded> {
    let claims = matches!(answer.status, 200 | 201 | 204) && answer.redirected.is_none();
    let uploaded = already_stored(answer);
    (claims && uploaded.crc64.is_some()).then_some(uploaded)
}

/// The body that OSS sends with each status of success: none, with 201 `PostResponse`, with a callback the application
/// server's JSON.
fn is_success(answer: &Answer, document: &Document, has_callback: bool) -> bool {
    let body = answer.body.trim_ascii();
    match answer.status {
        200 => body.is_empty() || (has_callback && is_json(body)),
        201 => document.root() == "PostResponse",
        204 => body.is_empty(),
        _ => false,
    }
}

/// As far as the beginning tells: the end may be cut off. A bare number is whole, a code or an id; what `f64` reads,
/// such as `nan`, need not be JSON.
fn is_json(body: &str) -> bool {
    body.starts_with(['{', '[', '"'])
        || matches!(body, "true" | "false" | "null")
        || body.parse::<i64>().is_ok()
}

fn foreign(answer: &Answer) -> Foreign {
    if is_html(answer) {
        Foreign::Html
    } else if answer.body.trim_ascii().is_empty() {
        Foreign::Nothing
    } else {
        Foreign::Other
    }
}

/// What is known of a file that an earlier attempt had stored, told by the answer that OSS does not replace it.
#[must_use]
pub fn already_stored(answer: &Answer) -> Uploaded {
    Uploaded {
        status: answer.status,
        // It would not be this file's for sure.
        etag: None,
        crc64: answer.crc64.as_deref().and_then(crc64),
        request_id: answer.request_id.clone(),
        version_id: answer.version_id.clone(),
        callback: None,
    }
}

/// With status 201 the body says it, too: `PostResponse`.
fn etag(answer: &Answer, document: &Document) -> Option<String> {
    match document.root() {
        "PostResponse" => or_text(answer.etag.as_ref(), document, "ETag"),
        _ => answer.etag.clone(),
    }
}

/// A header's value, or else the text of the element that says the same.
fn or_text(header: Option<&String>, document: &Document, name: &str) -> Option<String> {
    header
        .cloned()
        .or_else(|| document.text(name).map(String::from))
}

/// OSS's own words. Only the elements named here are copied: others may hold the key and the signature.
fn refusal(answer: &Answer, document: &Document, secrets: &Secrets) -> Option<Refusal> {
    if document.root() != "Error" {
        return None;
    }
    let text = |name| document.text(name).map(|text| secrets.shown(text));
    Some(Refusal {
        code: text("Code")?,
        message: text("Message").unwrap_or_default(),
        ec: or_text(answer.ec.as_ref(), document, "EC").map(|ec| secrets.shown(&ec)),
        host_id: text("HostId"),
        recommend_doc: text("RecommendDoc"),
    })
}

/// The one refusal of its code that time has to do with (EC 0006-00000213).
fn is_expiry(refusal: &Refusal) -> bool {
    refusal.code == "AccessDenied" && refusal.message.contains("Policy expired")
}

fn is_retryable(reason: &Reason, status: u16) -> bool {
    match reason {
        Reason::PolicyExpired { .. } => true,
        Reason::OssRefused { refusal } => {
            codes::is_passing_status(status) || codes::is_passing(&refusal.code)
        }
        Reason::NotOss { .. } => codes::is_passing_status(status),
        _ => false,
    }
}

/// A page of a proxy or a captive portal: OSS itself answers with nothing, XML, or the application server's JSON.
fn is_html(answer: &Answer) -> bool {
    let body = answer.body.trim_ascii();
    let is_typed = answer
        .content_type
        .as_ref()
        .is_some_and(|content_type| content_type.to_ascii_lowercase().contains("html"));
    (is_typed && !body.is_empty())
        || field::begins(body, "<!doctype html")
        || field::begins(body, "<html")
}

/// An unsigned decimal number of 64 bits.
fn crc64(text: &str) -> Option<u64> {
    let digits = text.trim_ascii();
    // `parse` alone would take a sign, too.
    digits
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests;
