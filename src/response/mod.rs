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
        let mut uploaded = stored(answer);
        if document.root() == "PostResponse" {
            uploaded.etag = uploaded.etag.or_else(|| document.text("ETag"));
        }
        uploaded.callback = has_callback.then(|| answer.body.clone());
        return Ok(uploaded);
    }
    let refusal = refusal(answer, &document);
    let mut error = match &refusal {
        _ if answer.status == 203 => callback_failed(refusal.as_ref()),
        Some(refusal) if !(200..300).contains(&answer.status) => refused(answer.status, refusal),
        _ => not_oss(answer),
    };
    error.status = Some(answer.status);
    error.request_id = answer
        .request_id
        .clone()
        .or_else(|| document.text("RequestId"));
    error.oss = refusal.map(Box::new);
    Err(error)
}

/// What is known of a file that an earlier attempt had stored, told by the answer that OSS does not replace it.
#[must_use]
pub fn already_stored(answer: &Answer) -> Uploaded {
    // An ETag would not be this file's for sure.
    Uploaded {
        etag: None,
        ..stored(answer)
    }
}

fn stored(answer: &Answer) -> Uploaded {
    Uploaded {
        status: answer.status,
        etag: answer.etag.clone(),
        crc64: answer.crc64.as_deref().and_then(crc64),
        request_id: answer.request_id.clone(),
        version_id: answer.version_id.clone(),
        callback: None,
    }
}

fn callback_failed(refusal: Option<&Refusal>) -> Error {
    let stored = "The file is stored, but OSS could not call the application server back";
    let parts: &[&str] = match refusal {
        Some(refusal) if !refusal.message.is_empty() => &[stored, ": ", &refusal.message],
        _ => &[stored],
    };
    new(Code::CallbackFailed, parts)
}

fn refused(status: u16, refusal: &Refusal) -> Error {
    // The one refusal of its code that time has to do with (EC 0006-00000213).
    let expired = refusal.code == "AccessDenied" && text::has(&refusal.message, "Policy expired");
    let code = if expired {
        Code::PolicyExpired
    } else {
        Code::OssRefused
    };
    let colon = if refusal.message.is_empty() { "" } else { ": " };
    let parts = [
        "OSS refused the upload with ",
        &refusal.code,
        colon,
        &refusal.message,
    ];
    let mut error = new(code, &parts);
    error.retryable = expired || is_passing_status(status) || is_passing_code(&refusal.code);
    error
}

fn not_oss(answer: &Answer) -> Error {
    let what = if is_html(answer) {
        " came with an HTML page"
    } else {
        " came without a word of OSS"
    };
    let status = answer.status.to_string();
    let mut error = new(
        Code::InvalidResponse,
        &["The answer with HTTP status ", &status, what],
    );
    error.retryable = is_passing_status(answer.status);
    error
}

/// A server's or a gateway's passing trouble.
pub(crate) fn is_passing_status(status: u16) -> bool {
    status >= 500 || matches!(status, 408 | 429)
}

/// Codes that say nothing against the file: OSS may take it next time, some of them with fresh parameters only.
pub(crate) fn is_passing_code(code: &str) -> bool {
    matches!(
        code,
        "InternalError"
            | "ServiceUnavailable"
            | "RequestTimeout"
            | "IncompleteBody"
            | "MalformedPOSTRequest"
            | "SecurityTokenExpired"
            | "InvalidSecurityToken"
            | "InvalidAccessKeyId"
            | "RequestTimeTooSkewed"
    ) || code.starts_with("Throttling")
}

/// A server's message without what it may echo of a signature, and not longer than anyone reads.
pub(crate) fn without_secrets(message: &str) -> String {
    let lower = message.to_ascii_lowercase();
    let cut = [
        "string to sign",
        "stringtosign",
        "security-token\"",
        "x-oss-signature\"",
        "$signature\"",
        "$policy\"",
    ]
    .iter()
    .filter_map(|word| text::find(&lower, word).map(|at| at + word.len()))
    .min();
    let end = cut.unwrap_or(message.len()).min(500);
    let end = (0..=end)
        .rev()
        .find(|end| message.is_char_boundary(*end))
        .unwrap_or(0);
    let mut text: String = message
        .get(..end)
        .unwrap_or_default()
        .split_ascii_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    if end < message.len() {
        text.push('…');
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
        ec: answer.ec.clone().or_else(|| document.text("EC")),
        host_id: document.text("HostId"),
        recommend_doc: document.text("RecommendDoc"),
    })
}

/// A page of a proxy or a captive portal: OSS itself answers with nothing, XML, or the application server's JSON.
fn is_html(answer: &Answer) -> bool {
    let start: String = answer
        .body
        .trim_ascii_start()
        .chars()
        .take(14)
        .collect::<String>()
        .to_ascii_lowercase();
    let typed = answer
        .content_type
        .as_deref()
        .is_some_and(|content_type| text::has(&content_type.to_ascii_lowercase(), "html"));
    (typed && !start.is_empty())
        || start.starts_with("<!doctype html")
        || start.starts_with("<html")
}

/// An unsigned decimal number of 64 bits.
fn crc64(text: &str) -> Option<u64> {
    let digits = text.trim_ascii();
    if digits.starts_with('+') {
        None
    } else {
        digits.parse().ok()
    }
}

fn new(code: Code, parts: &[&str]) -> Error {
    Error::sentence(code, Phase::Post, parts)
}

#[cfg(test)]
mod tests;
