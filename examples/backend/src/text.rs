//! Text that others wrote, made fit for a log and an answer: one line, and without what is secret.

use std::fmt::{self, Write as _};

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use uuid::Uuid;

use crate::acs3;

/// A number for an answer, as the cloud writes them.
pub(crate) fn request_id() -> String {
    let mut buffer = Uuid::encode_buffer();
    Uuid::new_v4()
        .hyphenated()
        .encode_upper(&mut buffer)
        .to_owned()
}

/// Shown on one line: whatever could begin another one, or turn a terminal's text around, is escaped.
pub(crate) struct OneLine<'a>(pub(crate) &'a str);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                c if c.is_control() => write!(f, "{}", c.escape_default())?,
                // Line and paragraph separators, and marks of writing direction.
                '\u{2028}'
                | '\u{2029}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}' => {
                    write!(f, "{}", c.escape_unicode())?;
                }
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

/// Takes the values out, however they are escaped.
pub(crate) fn without<'a>(text: &str, secrets: impl IntoIterator<Item = &'a str>) -> String {
    let mut clean = text.to_owned();
    // What the cloud gives out has 16 bytes and more. What is this short is a word, as in a test: without it no
    // message could be read.
    for secret in secrets.into_iter().filter(|secret| secret.len() >= 6) {
        let escaped = acs3::escape(secret);
        let json = secret.replace('/', "\\/");
        for form in [
            secret,
            &escaped,
            &escaped.to_lowercase(),
            &utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string(),
            &acs3::escape(&escaped),
            &json,
            &BASE64.encode(secret),
        ] {
            clean = clean.replace(form, "***");
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_begins_another_line() {
        let forged = "a\r\n2026 INFO serving\u{1b}[2J\u{85}\u{2028}\u{202e}报告\t";
        assert_eq!(
            OneLine(forged).to_string(),
            r"a\r\n2026 INFO serving\u{1b}[2J\u{85}\u{2028}\u{202e}报告\t"
        );
    }

    #[test]
    fn a_secret_is_found_in_every_escaping() {
        let secret = "ab+/cd==";
        let text = r#"ab+/cd== ab%2B%2Fcd%3D%3D ab%2b%2fcd%3d%3d ab%252B%252Fcd%253D%253D "ab+\/cd==" YWIrL2NkPT0="#;
        assert_eq!(without(text, [secret]), r#"*** *** *** *** "***" ***"#);
        assert_eq!(
            without("the word is a word", ["word", ""]),
            "the word is a word"
        );
    }
}
