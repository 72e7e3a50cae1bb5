//! What OSS answered: stored, or why not.

mod xml;

use std::fmt;

use crate::error::{Code, Error, Phase, Refusal};
use crate::text;
use xml::Document;

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

/// Reads an answer.
///
/// # Errors
///
/// `OSS_REFUSED` or `POLICY_EXPIRED` with OSS's own words; `CALLBACK_FAILED` when the file is stored nevertheless;
/// `INVALID_RESPONSE` when it was not OSS who answered.
pub fn read(answer: &Answer, has_callback: bool) -> Result<Uploaded, Error> {
    let document = Document::parse(&answer.body);
    if matches!(answer.status, 200 | 201 | 204) && !is_html(answer) {
        let etag = if document.root() == "PostResponse" {
            document.or_text(answer.etag.as_deref(), "ETag")
        } else {
            answer.etag.clone()
        };
        return Ok(Uploaded {
            etag,
            callback: has_callback.then(|| answer.body.clone()),
            ..already_stored(answer)
        });
    }
    let refusal = refusal(answer, &document);
    let error = match (&refusal, answer.status) {
        (_, 203) => callback_failed(refusal.as_ref()),
        (None, _) | (_, 200..=299) => not_oss(answer),
        (Some(refusal), status) => refused(status, refusal),
    };
    let request_id = document.or_text(answer.request_id.as_deref(), "RequestId");
    Err(error.answered(Some(answer.status), request_id, refusal))
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

fn callback_failed(refusal: Option<&Refusal>) -> Error {
    let words = refusal.map_or("", |refusal| &refusal.message);
    new(
        Code::CallbackFailed,
        say!("The file is stored, but OSS could not call the application server back{}{}"),
        &[colon(words), words],
    )
}

/// What leads over to a server's words, if there are any.
fn colon(words: &str) -> &'static str {
    if words.is_empty() { "" } else { ": " }
}

fn refused(status: u16, refusal: &Refusal) -> Error {
    // The one refusal of its code that time has to do with (EC 0006-00000213).
    let expired = refusal.code == "AccessDenied" && text::has(&refusal.message, "Policy expired");
    let code = if expired {
        Code::PolicyExpired
    } else {
        Code::OssRefused
    };
    let words = refusal.message.as_str();
    new(
        code,
        say!("OSS refused the upload with {}{}{}"),
        &[&refusal.code, colon(words), words],
    )
    .retryable_if(expired || is_passing_status(status) || is_passing_code(&refusal.code))
}

fn not_oss(answer: &Answer) -> Error {
    let what = if is_html(answer) {
        say!("with an HTML page")
    } else {
        say!("without a word of OSS")
    };
    new(
        Code::InvalidResponse,
        say!("The answer with HTTP status {} came {}"),
        &[&text::decimal(answer.status.into()), what],
    )
    .retryable_if(is_passing_status(answer.status))
}

/// A server's or a gateway's passing trouble.
pub(crate) fn is_passing_status(status: u16) -> bool {
    status >= 500 || matches!(status, 408 | 429)
}

/// Codes that say nothing against the file: OSS may take it next time, some of them with fresh parameters only.
pub(crate) fn is_passing_code(code: &str) -> bool {
    text::is_any(
        code,
        &[
            "InternalError",
            "ServiceUnavailable",
            "RequestTimeout",
            "IncompleteBody",
            "MalformedPOSTRequest",
        ],
    ) || is_stale_code(code)
        || code.starts_with("Throttling")
}

/// Those that say that the parameters are used up.
pub(crate) fn is_stale_code(code: &str) -> bool {
    text::is_any(
        code,
        &[
            "SecurityTokenExpired",
            "InvalidSecurityToken",
            "InvalidAccessKeyId",
            "RequestTimeTooSkewed",
        ],
    )
}

/// A server's message without what it may echo of a signature, and not longer than anyone reads.
pub(crate) fn without_secrets(message: &str) -> String {
    const MAX_LEN: usize = 500;
    let lower = message.to_ascii_lowercase();
    let mut end = message.len().min(MAX_LEN);
    for word in &[
        "string to sign",
        "stringtosign",
        "security-token\"",
        "x-oss-signature\"",
        "$signature\"",
        "$policy\"",
    ] {
        if let Some(at) = text::find(&lower, word) {
            end = end.min(at + word.len());
        }
    }
    let mut text = String::new();
    let mut len = 0;
    let mut space = false;
    for c in message.chars() {
        len += c.len_utf8();
        if len > end {
            text.push('…');
            break;
        }
        // White space in one piece, and none at the ends.
        if !c.is_ascii_whitespace() {
            if space && !text.is_empty() {
                text.push(' ');
            }
            text.push(c);
        }
        space = c.is_ascii_whitespace();
    }
    text
}

/// OSS's own words. Only the elements named here are copied: others may hold the key and the signature.
fn refusal(answer: &Answer, document: &Document) -> Option<Refusal> {
    if document.root() != "Error" {
        return None;
    }
    let code = document.text("Code")?;
    Some(Refusal {
        message: document
            .text("Message")
            .map(|message| without_secrets(&message))
            .unwrap_or_default(),
        code,
        ec: document.or_text(answer.ec.as_deref(), "EC"),
        host_id: document.text("HostId"),
        recommend_doc: document.text("RecommendDoc"),
    })
}

/// A page of a proxy or a captive portal: OSS itself answers with nothing, XML, or the application server's JSON.
fn is_html(answer: &Answer) -> bool {
    let body = answer.body.trim_ascii();
    let typed = answer
        .content_type
        .as_deref()
        .is_some_and(|content_type| text::has(&content_type.to_ascii_lowercase(), "html"));
    (typed && !body.is_empty())
        || text::begins(body, "<!doctype html")
        || text::begins(body, "<html")
}

/// An unsigned decimal number of 64 bits.
fn crc64(text: &str) -> Option<u64> {
    text::number(text.trim_ascii(), 10)
}

fn new(code: Code, template: &str, values: &[&str]) -> Error {
    Error::sentence(code, Phase::Post, template, values)
}

#[cfg(test)]
mod tests;
