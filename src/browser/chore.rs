//! What the browser does in the background for an upload, until nobody wants it any more.

use wasm_bindgen::prelude::*;
use web_sys::AbortController;
#[cfg(not(feature = "terse"))]
use web_sys::AbortSignal;

/// What JavaScript calls when something has happened, and collects when nothing can call it any more. One type for
/// all, for each has glue of its own: few have anything to give back.
pub(crate) type Callback = Closure<dyn Fn(JsValue) -> JsValue>;

#[wasm_bindgen(module = "/src/browser/shell.js")]
extern "C" {
    #[cfg(not(feature = "terse"))]
    pub(crate) fn aborted(signal: &AbortSignal, heard: &JsValue) -> AbortController;
    pub(crate) fn online(heard: &JsValue) -> AbortController;
    pub(crate) fn wait(ms: f64, over: &JsValue) -> AbortController;
    pub(crate) fn soon(over: &JsValue) -> AbortController;
    #[wasm_bindgen(js_name = messageOf)]
    pub(crate) fn message_of(thrown: &JsValue) -> String;
}

/// Something under way. Dropping it ends it: a request is aborted, a timer cleared, a listener removed, and none of
/// its callbacks is called any more.
pub(crate) struct Chore(pub(crate) AbortController);

impl Drop for Chore {
    fn drop(&mut self) {
        self.0.abort();
    }
}
