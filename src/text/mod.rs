//! What people read: errors and notices in words, in every language that is offered.
//!
//! Each language is one file with one exhaustive match over [`Reason`](crate::error::Reason) and one over
//! [`Notice`]: a reason without words does not compile.

mod en;
mod size;
mod zh_cn;

use std::fmt;

use crate::error::Error;
use crate::upload::Notice;

/// The CORS rule that uploads need. Exposed headers cannot be named by a wildcard.
const CORS_RULE: &str = "AllowedMethod POST, AllowedHeader *, \
    ExposeHeader ETag, x-oss-request-id, x-oss-hash-crc64ecma, x-oss-version-id, x-oss-ec";

/// Where Alibaba Cloud explains errors, when an answer names no page of its own.
const TROUBLESHOOTING: &str = "https://api.aliyun.com/troubleshoot";

/// Language of messages and hints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Locale {
    /// English.
    #[default]
    En,
    /// Simplified Chinese.
    ZhCn,
}

impl Locale {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::En, Self::ZhCn];

    /// The name that JavaScript knows it by.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::ZhCn => "zh-CN",
        }
    }
}

/// An error in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// One sentence: what happened, with the names and limits involved.
    pub message: String,
    /// One or two sentences: what to do about it.
    pub hint: String,
}

/// An error in words. `origin` is the page's, for the CORS rule that it needs.
#[must_use]
pub fn words(error: &Error, locale: Locale, origin: &str) -> Words {
    match locale {
        Locale::En => en::words(error, origin),
        Locale::ZhCn => zh_cn::words(error, origin),
    }
}

impl Error {
    /// One sentence: what happened, with the names and limits involved.
    #[must_use]
    pub fn message(&self, locale: Locale) -> String {
        words(self, locale, "").message
    }

    /// What to do about it, in one or two sentences. `origin` is the page's, for the CORS rule that it needs.
    #[must_use]
    pub fn hint(&self, locale: Locale, origin: &str) -> String {
        words(self, locale, origin).hint
    }
}

/// The message, in English.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Locale::En))
    }
}

/// A notice in words.
#[must_use]
pub fn notice(notice: &Notice, locale: Locale) -> String {
    match locale {
        Locale::En => en::notice(notice),
        Locale::ZhCn => zh_cn::notice(notice),
    }
}

/// Text in quotes, and on one line.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace(|c: char| c.is_ascii_control(), " "))
}

/// Texts in quotes, with a separator between them.
fn list(texts: &[String], separator: &str) -> String {
    let quoted: Vec<_> = texts.iter().map(|text| quoted(text)).collect();
    quoted.join(separator)
}

/// A message and a server's words end alike; the sentence that holds them ends once.
fn ended(sentence: &str, full_stop: char) -> String {
    let sentence = sentence.trim_end_matches(['.', '。', ' ']);
    if sentence.ends_with('…') {
        String::from(sentence)
    } else {
        format!("{sentence}{full_stop}")
    }
}

#[cfg(test)]
mod tests;
