//! Requests that the page's own Content-Security-Policy forbids. To the request itself they look like a lost connection.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{Event, EventTarget, Url};

use super::clock::sleep;
use super::guard::Listener;

/// The browser tells of a violation in a task of its own, which may come after the request's end.
const PATIENCE_MS: u64 = 20;

#[wasm_bindgen]
extern "C" {
    type Violation;
    #[wasm_bindgen(method, getter, js_name = blockedURI)]
    fn blocked_uri(this: &Violation) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn disposition(this: &Violation) -> JsValue;
    #[wasm_bindgen(method, getter, js_name = effectiveDirective)]
    fn effective_directive(this: &Violation) -> JsValue;
}

/// Watches for violations by requests to one host, until it is dropped.
pub(crate) struct Violations {
    host: String,
    is_blocked: Rc<Cell<bool>>,
    _listener: Option<Listener>,
}

impl Violations {
    pub(crate) fn watch(url: &str) -> Self {
        let url = Url::new(url).ok();
        let origin = url.as_ref().map(Url::origin);
        let host = url.map(|url| url.host()).unwrap_or_default();
        let is_blocked = Rc::new(Cell::new(false));
        let seen = Rc::clone(&is_blocked);
        let target: EventTarget = js_sys::global().unchecked_into();
        let listener = Listener::new(target, "securitypolicyviolation", move |event: Event| {
            let violation = event.unchecked_ref::<Violation>();
            // A policy that only reports blocks nothing, and a picture of the same host is none of ours.
            let is_ours = violation.disposition() != "report"
                && violation.effective_directive() == "connect-src";
            let blocked = violation.blocked_uri().as_string();
            if is_ours && blocked.as_deref().map(self::origin) == Some(origin.clone()) {
                seen.set(true);
            }
        });
        Self {
            host,
            is_blocked,
            _listener: listener.ok(),
        }
    }

    /// After a request has failed: its host, if the page's policy was the reason.
    pub(crate) async fn host_if_blocked(&self) -> Option<String> {
        sleep(PATIENCE_MS).await;
        self.is_blocked.get().then(|| self.host.clone())
    }
}

fn origin(url: &str) -> Option<String> {
    Url::new(url).ok().map(|url| url.origin())
}
