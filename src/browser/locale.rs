//! The texts of hints in each language.

use std::cell::Cell;

use crate::hints::{self, ENGLISH, Locale};

thread_local! {
    /// The npm package has them in a file of their own, for pages that want them. A page that could not load it has
    /// hints in English: better than none.
    static CHINESE: Cell<&'static str> =
        const { Cell::new(if cfg!(feature = "npm") { ENGLISH } else { hints::CHINESE }) };
}

pub(crate) fn texts(locale: Locale) -> &'static str {
    match locale {
        Locale::En => ENGLISH,
        Locale::ZhCn => CHINESE.get(),
    }
}

/// For the rest of the page's life, and so never freed.
#[cfg(feature = "npm")]
pub(crate) fn learn_chinese(texts: String) {
    CHINESE.with(|chinese| chinese.set(texts.leak()));
}
