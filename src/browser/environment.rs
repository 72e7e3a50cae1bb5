//! The clock, chance, the network and the page's address: what the core is told instead of asking.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/browser/shell.js")]
extern "C" {
    #[wasm_bindgen(js_name = isOnline)]
    fn believes_to_be_online() -> Option<bool>;
    fn fill(bytes: &mut [u8]);
}

/// Whether the browser believes to be online; `true` where it cannot say.
pub(crate) fn is_online() -> bool {
    believes_to_be_online().unwrap_or(true)
}

/// Unix time in milliseconds, by the (possibly wrong) clock of this machine.
pub(crate) fn now_ms() -> i64 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a whole number far below 2^53, and the cast saturates"
    )]
    let now = js_sys::Date::now() as i64;
    now
}

/// 128 random bits, good enough that two never are the same.
pub(crate) fn unique() -> [u8; 16] {
    let mut bytes = [0; 16];
    fill(&mut bytes);
    bytes
}
