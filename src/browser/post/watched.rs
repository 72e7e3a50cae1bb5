//! By `XMLHttpRequest`, which tells how many bytes were sent.

use futures_channel::mpsc::{self, UnboundedReceiver, UnboundedSender};
use futures_util::StreamExt;
use js_sys::JsString;
use wasm_bindgen::prelude::*;
use web_sys::{ProgressEvent, XmlHttpRequest};

use super::{MAX_ANSWER, redirected, take_header};
use crate::browser::number::whole;
use crate::response::Answer;

#[wasm_bindgen]
extern "C" {
    type Headers;
    // Not web-sys's: that takes the answer for a string, and tools that replace `XMLHttpRequest` may give none.
    #[wasm_bindgen(catch, method, js_name = getAllResponseHeaders)]
    fn get_all(this: &Headers) -> Result<JsValue, JsValue>;
    type Sender;
    #[wasm_bindgen(catch, method)]
    fn send(this: &Sender, body: &JsValue) -> Result<(), JsValue>;
    type Location;
    #[wasm_bindgen(catch, method, getter, js_name = responseURL)]
    fn response_url(this: &Location) -> Result<JsValue, JsValue>;
}

pub(super) async fn post(
    url: &str,
    content_type: &str,
    body: &JsValue,
    sent: impl Fn(u64) + 'static,
) -> Option<Answer> {
    // It fails where the browser will not even try: a page's policy forbids the host, or an extension does.
    let mut posting = Posting::start(url, content_type, body, sent).ok()?;
    match posting.ends.next().await? {
        End::Answered => Some(answer(&posting.xhr, url)),
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
    _handlers: [Handler; 4],
}

impl Posting {
    fn start(
        url: &str,
        content_type: &str,
        body: &JsValue,
        sent: impl Fn(u64) + 'static,
    ) -> Result<Self, JsValue> {
        let xhr = XmlHttpRequest::new()?;
        xhr.open("POST", url)?;
        // Not as the blob's type: the browser would turn that to lower case, and the boundary with it.
        xhr.set_request_header("Content-Type", content_type)?;

        let (end, ends) = mpsc::unbounded();
        let answered = ending(&end, End::Answered);
        let lost = ending(&end, End::Lost);
        let received: Handler = Closure::new(move |event: ProgressEvent| {
            if event.loaded() > f64::from(MAX_ANSWER) {
                let _ = end.unbounded_send(End::Answered);
            }
        });
        let counted: Handler =
            Closure::new(move |event: ProgressEvent| sent(whole(event.loaded())));

        xhr.set_onload(Some(function(&answered)));
        xhr.set_onerror(Some(function(&lost)));
        xhr.set_ontimeout(Some(function(&lost)));
        // An abort that is not ours is one of the browser's own: Safari does so when the network changes.
        xhr.set_onabort(Some(function(&lost)));
        xhr.set_onprogress(Some(function(&received)));
        xhr.upload()?.set_onprogress(Some(function(&counted)));
        // From here on, dropping it removes what may be called.
        let posting = Self {
            xhr,
            ends,
            _handlers: [answered, lost, received, counted],
        };
        posting.xhr.unchecked_ref::<Sender>().send(body)?;
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
fn answer(xhr: &XmlHttpRequest, url: &str) -> Answer {
    let body = xhr.response().unwrap_or_default();
    let body = body
        .dyn_ref::<JsString>()
        .map(|text| text.slice(0, MAX_ANSWER));
    let from = xhr.unchecked_ref::<Location>().response_url();
    let from = from.ok().and_then(|from| from.as_string());
    let mut answer = Answer {
        status: xhr.status().unwrap_or_default(),
        body: body.map(String::from).unwrap_or_default(),
        redirected: redirected(url, &from.unwrap_or_default()),
        ..Answer::default()
    };
    // All at once: asking for a single header that CORS does not expose makes the browser log an error.
    let headers = xhr.unchecked_ref::<Headers>().get_all();
    let headers = headers.ok().and_then(|headers| headers.as_string());
    for line in headers.as_deref().unwrap_or_default().lines() {
        if let Some((name, value)) = line.split_once(':') {
            take_header(&mut answer, name, value);
        }
    }
    answer
}
