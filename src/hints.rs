//! What to do about an error, in the caller's language.

use crate::error::Error;

/// Language of hints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Locale {
    /// English.
    #[default]
    En,
    /// Simplified Chinese.
    ZhCn,
}

/// What the page knows beside the error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Situation<'a> {
    /// `navigator.onLine`.
    pub online: bool,
    /// The host that was posted to; empty while unknown.
    pub host: &'a str,
    /// The page's origin.
    pub page_origin: &'a str,
}

/// One or two sentences, or nothing where the message says it all.
#[must_use]
pub fn hint(error: &Error, locale: Locale, situation: &Situation<'_>) -> Option<String> {
    let _ = (error, locale, situation);
    None
}
