//! One POST of a form to OSS, by `XMLHttpRequest`: `fetch` cannot tell how many bytes were sent.

use futures_channel::mpsc::{self, UnboundedReceiver, UnboundedSender};
use futures_util::StreamExt;
use js_sys::{Array, Date, JsString, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{Blob, ProgressEvent, XmlHttpRequest};

use super::file::whole;
use crate::form::PostForm;
use crate::response::Answer;

/// No answer of OSS is longer; a longer one comes from somebody else, and its beginning says enough.
const MAX_ANSWER: u32 = 64 * 1024;

#[wasm_bindgen]
extern "C" {
    type Headers;
    // Not web-sys's: that takes the answer for a string, and tools that replace `XMLHttpRequest` may give none.
    #[wasm_bindgen(catch, method, js_name = getAllResponseHeaders)]
    fn get_all(this: &Headers) -> Result<JsValue, JsValue>;
}

/// Sends the form with the file, whose bytes go from the disk to the network without passing through here.
///
/// `None` when there is no answer: offline, reset, refused by CORS. The browser does not say which. `sent` is called
/// with how many bytes of the body were handed to the network; without it nobody counts them, and the browser need not
/// ask the server for permission (CORS preflight).
pub(crate) async fn post(
    url: &str,
    form: &PostForm,
    file: &Blob,
    sent: Option<impl Fn(u64) + 'static>,
) -> Option<Answer> {
    // It fails where the browser will not even try: a page's policy forbids the host, or an extension does.
    let mut posting = Posting::start(url, form, file, sent).ok()?;
    match posting.ends.next().await? {
        End::Answered => Some(answer(&posting.xhr)),
        End::Lost => None,
    }
}

#[derive(Clone, Copy)]
enum End {
    Answered,
    Lost,
}

type Handler = Closure<dyn FnMut(ProgressEvent)>;

/// A request under way. Dropping it aborts it.
struct Posting {
    xhr: XmlHttpRequest,
    ends: UnboundedReceiver<End>,
    /// Called by the request for as long as it lasts.
    _handlers: [Option<Handler>; 4],
}

impl Posting {
    fn start(
        url: &str,
        form: &PostForm,
        file: &Blob,
        sent: Option<impl Fn(u64) + 'static>,
    ) -> Result<Self, JsValue> {
        let (head, tail) = (
            Uint8Array::from(form.head()),
            Uint8Array::from(form.tail().as_slice()),
        );
        let body = Blob::new_with_blob_sequence(&Array::of3(&head, file, &tail))?;
        let xhr = XmlHttpRequest::new()?;
        xhr.open("POST", url)?;
        // Not as the blob's type: the browser would turn that to lower case, and the boundary with it.
        xhr.set_request_header("Content-Type", &form.request_content_type())?;

        let (end, ends) = mpsc::unbounded();
        let answered = ending(&end, End::Answered);
        let lost = ending(&end, End::Lost);
        let received: Handler = Closure::new(move |event: ProgressEvent| {
            if event.loaded() > f64::from(MAX_ANSWER) {
                let _ = end.unbounded_send(End::Answered);
            }
        });
        let counted: Option<Handler> =
            sent.map(|sent| Closure::new(move |event: ProgressEvent| sent(whole(event.loaded()))));

        xhr.set_onload(Some(function(&answered)));
        xhr.set_onerror(Some(function(&lost)));
        xhr.set_ontimeout(Some(function(&lost)));
        // An abort that is not ours is one of the browser's own: Safari does so when the network changes.
        xhr.set_onabort(Some(function(&lost)));
        xhr.set_onprogress(Some(function(&received)));
        if let Some(counted) = &counted {
            xhr.upload()?.set_onprogress(Some(function(counted)));
        }
        // From here on, dropping it removes what may be called.
        let posting = Self {
            xhr,
            ends,
            _handlers: [Some(answered), Some(lost), Some(received), counted],
        };
        posting.xhr.send_with_opt_blob(Some(&body))?;
        Ok(posting)
    }
}

impl Drop for Posting {
    fn drop(&mut self) {
        if let Ok(upload) = self.xhr.upload() {
            upload.set_onprogress(None);
        }
        self.xhr.set_onload(None);
        self.xhr.set_onerror(None);
        self.xhr.set_ontimeout(None);
        self.xhr.set_onabort(None);
        self.xhr.set_onprogress(None);
        let _ = self.xhr.abort();
    }
}

fn ending(ends: &UnboundedSender<End>, end: End) -> Handler {
    let ends = ends.clone();
    Closure::new(move |_| {
        // Only the first end counts, and nobody waits for more.
        let _ = ends.unbounded_send(end);
    })
}

fn function(handler: &Handler) -> &js_sys::Function {
    handler.as_ref().unchecked_ref()
}

/// Status, what is readable of the headers, and the beginning of the body.
fn answer(xhr: &XmlHttpRequest) -> Answer {
    let body = xhr.response().unwrap_or_default();
    let body = body
        .dyn_ref::<JsString>()
        .map(|text| text.slice(0, MAX_ANSWER));
    let mut answer = Answer {
        status: xhr.status().unwrap_or_default(),
        body: body.map(String::from).unwrap_or_default(),
        ..Answer::default()
    };
    // All at once: asking for a single header that CORS does not expose makes the browser log an error.
    let headers = xhr.unchecked_ref::<Headers>().get_all();
    let headers = headers.ok().and_then(|headers| headers.as_string());
    for line in headers.as_deref().unwrap_or_default().lines() {
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        let header = match name.to_ascii_lowercase().as_str() {
            "x-oss-request-id" => &mut answer.request_id,
            "etag" => &mut answer.etag,
            "x-oss-hash-crc64ecma" => &mut answer.crc64,
            "x-oss-version-id" => &mut answer.version_id,
            "x-oss-ec" => &mut answer.ec,
            "content-type" => &mut answer.content_type,
            "retry-after" => &mut answer.retry_after,
            _ => continue,
        };
        *header = Some(value.trim().to_owned());
    }
    answer.retry_after = answer.retry_after.map(in_seconds);
    answer
}

/// `Retry-After` is in seconds, or a date; a date that is still to come is turned into seconds.
fn in_seconds(retry_after: String) -> String {
    let left_ms = Date::parse(&retry_after) - Date::now();
    if left_ms > 0.0 && !retry_after.bytes().all(|byte| byte.is_ascii_digit()) {
        whole((left_ms / 1000.0).ceil()).to_string()
    } else {
        retry_after
    }
}
