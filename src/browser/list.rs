//! What JavaScript is told, as lists: there the parts get their names. An argument for each takes more on both sides.

use js_sys::Array;
use wasm_bindgen::JsValue;

#[derive(Default)]
pub(super) struct List(Array);

impl List {
    /// What is not known is `undefined`.
    pub(super) fn with(self, part: impl Into<JsValue>) -> Self {
        self.push(part.into())
    }

    // One function for parts of all types: it ends them, too.
    #[inline(never)]
    #[expect(clippy::needless_pass_by_value, reason = "as above")]
    fn push(self, part: JsValue) -> Self {
        self.0.push(&part);
        self
    }
}

impl From<List> for JsValue {
    fn from(list: List) -> Self {
        list.0.into()
    }
}
