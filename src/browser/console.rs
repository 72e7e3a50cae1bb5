//! What a developer should see in the console, each text once a page.

use std::cell::RefCell;
use std::collections::BTreeSet;

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = console)]
    fn warn(prefix: &str, text: &str) -> Result<(), JsValue>;
}

thread_local! {
    static SHOWN: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
}

pub(crate) fn warn_once(text: &str) {
    let is_new = SHOWN.with_borrow_mut(|shown| shown.insert(text.to_owned()));
    if is_new {
        // A page may have replaced the console with one that throws.
        let _ = warn("oss-direct-upload:", text);
    }
}
