//! The texts of hints in each language.

use crate::hints::{CHINESE, ENGLISH, Locale};

pub(crate) fn texts(locale: Locale) -> &'static str {
    match locale {
        Locale::En => ENGLISH,
        Locale::ZhCn => CHINESE,
    }
}
