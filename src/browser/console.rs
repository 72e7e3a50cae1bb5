//! What a developer should see in the console, each sentence once a page.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console)]
    fn warn(prefix: &str, text: &str);
}

thread_local! {
    static TOLD: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

pub(crate) fn warn_once(text: &str) {
    let is_new = TOLD.with_borrow_mut(|told| {
        let is_new = !told.iter().any(|old| old == text);
        if is_new {
            told.push(text.to_owned());
        }
        is_new
    });
    if is_new {
        warn("oss-direct-upload:", text);
    }
}
