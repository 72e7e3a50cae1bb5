//! One POST of a form to OSS, by `XMLHttpRequest`: `fetch` cannot tell how many bytes were sent.
//!
//! The body is a `Blob` of the form's head, the file and the form's tail, so the file's bytes go from the disk to the
//! network without passing through here.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Array, JsString, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, ProgressEvent, XmlHttpRequest};

use super::listener::Listener;
use crate::response::Answer;

/// No answer of OSS is longer; a longer one comes from somebody else, and its beginning says enough.
const MAX_ANSWER_CHARS: u32 = 64 * 1024;

/// What happens to a request.
#[derive(Debug)]
pub(crate) enum Happened {
    /// So many bytes of the body have been handed to the network. Only when the request is watched.
    Sent(u64),
    /// The request ended with an answer.
    Answered(Answer),
    /// The request ended without one: offline, reset, refused by CORS. The browser does not say which.
    Lost,
}

/// A request that is under way; dropping it ends it.
pub(crate) struct Post {
    xhr: XmlHttpRequest,
    listeners: Vec<Listener>,
}

impl Post {
    /// Sends `head`, `file` and `tail`. `report` is called until the request has ended, which it does once.
    ///
    /// A watched request is one whose bytes are counted. The browser asks the server for permission to send it
    /// (CORS preflight), so it is watched only when somebody wants to know.
    pub(crate) fn start(
        url: &str,
        content_type: &str,
        parts: (&[u8], &Blob, &[u8]),
        watched: bool,
        report: impl Fn(Happened) + 'static,
    ) -> Result<Self, JsValue> {
        let (head, file, tail) = parts;
        let body = Blob::new_with_blob_sequence(&Array::of3(
            &Uint8Array::from(head),
            file,
            &Uint8Array::from(tail),
        ))?;
        let xhr = XmlHttpRequest::new()?;
        xhr.open("POST", url)?;
        // Not as the blob's type: that would be turned to lower case, and with it the boundary.
        xhr.set_request_header("Content-Type", content_type)?;

        let report = Rc::new(report);
        let ended = Rc::new(Cell::new(false));
        let mut listeners = Vec::with_capacity(6);
        {
            let (xhr, report, ended) = (xhr.clone(), Rc::clone(&report), Rc::clone(&ended));
            listeners.push(Listener::new(&xhr.clone(), "load", move |_| {
                if !ended.replace(true) {
                    report(Happened::Answered(read_answer(&xhr)));
                }
            }));
        }
        // Nobody but `drop` aborts the request, and that removes this listener first: an abort that is seen is one of
        // the browser's own (Safari does so when the network changes).
        for event in ["error", "abort", "timeout"] {
            let (report, ended) = (Rc::clone(&report), Rc::clone(&ended));
            listeners.push(Listener::new(&xhr, event, move |_| {
                if !ended.replace(true) {
                    report(Happened::Lost);
                }
            }));
        }
        {
            let (xhr, report, ended) = (xhr.clone(), Rc::clone(&report), Rc::clone(&ended));
            listeners.push(Listener::new(&xhr.clone(), "progress", move |event| {
                let received = event.unchecked_ref::<ProgressEvent>().loaded();
                if received > f64::from(MAX_ANSWER_CHARS) && !ended.replace(true) {
                    let answer = read_answer(&xhr);
                    let _ = xhr.abort();
                    report(Happened::Answered(answer));
                }
            }));
        }
        if watched {
            let upload = xhr.upload()?;
            listeners.push(Listener::new(&upload, "progress", move |event| {
                if !ended.get() {
                    #[expect(
                        clippy::cast_possible_truncation,
                        clippy::cast_sign_loss,
                        reason = "a count of bytes, and the cast saturates"
                    )]
                    let sent = event.unchecked_ref::<ProgressEvent>().loaded() as u64;
                    report(Happened::Sent(sent));
                }
            }));
        }
        xhr.send_with_opt_blob(Some(&body))?;
        Ok(Self { xhr, listeners })
    }
}

impl Drop for Post {
    fn drop(&mut self) {
        self.listeners.clear();
        let _ = self.xhr.abort();
    }
}

/// Status, what is readable of the headers, and the beginning of the body.
fn read_answer(xhr: &XmlHttpRequest) -> Answer {
    let body = xhr
        .response()
        .ok()
        .and_then(|body| body.dyn_into::<JsString>().ok());
    let mut answer = Answer {
        status: xhr.status().unwrap_or(0),
        body: body.map_or_else(String::new, |text| {
            String::from(text.slice(0, MAX_ANSWER_CHARS))
        }),
        ..Answer::default()
    };
    // All at once: asking for a single header that CORS does not expose makes the browser log an error.
    let headers = xhr.get_all_response_headers().unwrap_or_default();
    for (name, value) in headers.lines().filter_map(|line| line.split_once(':')) {
        let slot = match name.to_ascii_lowercase().as_str() {
            "x-oss-request-id" => &mut answer.request_id,
            "etag" => &mut answer.etag,
            "x-oss-hash-crc64ecma" => &mut answer.crc64,
            "x-oss-version-id" => &mut answer.version_id,
            "x-oss-ec" => &mut answer.ec,
            "content-type" => &mut answer.content_type,
            "retry-after" => &mut answer.retry_after,
            _ => continue,
        };
        *slot = Some(value.trim().to_owned());
    }
    answer
}
