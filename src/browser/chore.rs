//! What the browser does in the background for an upload, until nobody wants it any more.

use wasm_bindgen::prelude::*;
use web_sys::{AbortController, AbortSignal};

/// What JavaScript calls when something has happened. One type for all, for each has glue of its own: few have
/// anything to give back.
pub(crate) type Callback = Closure<dyn Fn(JsValue) -> JsValue>;

#[wasm_bindgen(module = "/src/browser/shell.js")]
extern "C" {
    pub(crate) fn aborted(signal: &AbortSignal, heard: &Callback) -> AbortController;
    pub(crate) fn online(heard: &Callback) -> AbortController;
    pub(crate) fn wait(ms: f64, over: &Callback) -> AbortController;
    pub(crate) fn soon(over: &Callback) -> AbortController;
    #[wasm_bindgen(js_name = messageOf)]
    pub(crate) fn message_of(thrown: &JsValue) -> String;
}

/// Something under way. Dropping it ends it: a request is aborted, a timer cleared, a listener removed, and none of
/// its callbacks is called any more.
pub(crate) struct Chore {
    ending: AbortController,
    _callbacks: Vec<Callback>,
}

impl Chore {
    pub(crate) fn new(ending: AbortController, callbacks: Vec<Callback>) -> Self {
        Self {
            ending,
            _callbacks: callbacks,
        }
    }
}

impl Drop for Chore {
    fn drop(&mut self) {
        self.ending.abort();
    }
}
