//! One POST of a form to OSS.
//!
//! Only `XMLHttpRequest` can tell how many bytes were sent, and only `fetch` can be told not to follow a redirect, which
//! would send the form, signed policy and all, to another host. So it depends on whether somebody watches.

mod body;
mod fetched;
mod watched;

use js_sys::Date;
use web_sys::Url;

use super::blocked::Violations;
use super::number::whole;
use crate::form::PostForm;
use crate::response::{Answer, Redirected};

pub(crate) use body::Content;

/// No answer of OSS is longer; a longer one comes from somebody else, and its beginning says enough.
const MAX_ANSWER: u32 = 64 * 1024;

/// What came of a post.
pub(crate) enum Posted {
    Answered(Answer),
    /// There is no answer: offline, reset, refused by CORS. The browser does not say which.
    Lost,
    /// The page's Content-Security-Policy forbids the host.
    Blocked,
}

/// Sends the form with the file. Dropping it ends the request.
///
/// `sent` is called with how many bytes of the body were handed to the network; without it nobody counts them, and the
/// browser need not ask the server for permission (CORS preflight).
pub(crate) async fn post(
    url: &str,
    form: &PostForm,
    file: &Content,
    sent: Option<impl Fn(u64) + 'static>,
) -> Posted {
    let violations = Violations::watch(url);
    let Ok(body) = body::body(form, file) else {
        return Posted::Lost;
    };
    let content_type = form.request_content_type();
    let answer = match sent {
        Some(sent) => watched::post(url, &content_type, &body, sent).await,
        None => fetched::post(url, &content_type, &body).await,
    };
    match answer {
        Some(answer) => Posted::Answered(answer),
        None if violations.host_if_blocked().await.is_some() => Posted::Blocked,
        None => Posted::Lost,
    }
}

/// Whether the answer came from elsewhere. `answered` is empty where the browser (or a tool in its place) does not say.
fn redirected(posted: &str, answered: &str) -> Option<Redirected> {
    if answered.is_empty() || answered == posted {
        return None;
    }
    let href = |url| Url::new(url).ok().map(|url| url.href());
    (href(answered) != href(posted)).then(|| Redirected {
        to: Url::new(answered).ok().map(|url| url.origin()),
    })
}

/// Takes a header of OSS's answer.
fn take_header(answer: &mut Answer, name: &str, value: &str) {
    let name = name.to_ascii_lowercase();
    let header = match name.as_str() {
        "x-oss-request-id" => &mut answer.request_id,
        "etag" => &mut answer.etag,
        "x-oss-hash-crc64ecma" => &mut answer.crc64,
        "x-oss-version-id" => &mut answer.version_id,
        "x-oss-ec" => &mut answer.ec,
        "content-type" => &mut answer.content_type,
        "retry-after" => &mut answer.retry_after,
        _ => return,
    };
    let value = value.trim();
    *header = Some(match name.as_str() {
        "retry-after" => in_seconds(value),
        _ => String::from(value),
    });
}

/// `Retry-After` is in seconds, or a date; a date that is still to come is turned into seconds.
fn in_seconds(retry_after: &str) -> String {
    let left_ms = Date::parse(retry_after) - Date::now();
    if left_ms > 0.0 && !retry_after.bytes().all(|byte| byte.is_ascii_digit()) {
        whole((left_ms / 1000.0).ceil()).to_string()
    } else {
        String::from(retry_after)
    }
}
