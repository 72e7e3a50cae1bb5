//! The lenient parser: JSON, and the escape `\$` of OSS's policies.

use super::Json;
use crate::text;

/// Reads a whole document that is nested at most so deep.
pub(super) fn document(text: &str, max_depth: u8) -> Option<Json> {
    let mut parser = Parser { text, at: 0 };
    let value = parser.value(max_depth)?;
    parser.space();
    parser.peek().is_none().then_some(value)
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    /// The next byte that is not white space, if it is this one.
    fn token(&mut self, byte: u8) -> bool {
        self.space();
        self.take(byte)
    }

    fn word(&mut self, word: &str, value: Json) -> Option<Json> {
        self.text.get(self.at..)?.starts_with(word).then(|| {
            self.at += word.len();
            value
        })
    }

    fn value(&mut self, depth: u8) -> Option<Json> {
        let depth = depth.checked_sub(1)?;
        self.space();
        match self.peek()? {
            b'"' => self.string().map(Json::String),
            b'{' => {
                let mut entries = Vec::new();
                self.list(b'}', |parser| {
                    parser.space();
                    let name = parser.string()?;
                    parser.token(b':').then_some(())?;
                    entries.push((name, parser.value(depth)?));
                    Some(())
                })?;
                Some(Json::Object(entries))
            }
            b'[' => {
                let mut items = Vec::new();
                self.list(b']', |parser| {
                    items.push(parser.value(depth)?);
                    Some(())
                })?;
                Some(Json::Array(items))
            }
            b't' => self.word("true", Json::Bool(true)),
            b'f' => self.word("false", Json::Bool(false)),
            b'n' => self.word("null", Json::Null),
            _ => self.number(),
        }
    }

    /// Items separated by commas; the opening bracket is the next byte.
    fn list(&mut self, close: u8, mut item: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.at += 1;
        if self.token(close) {
            return Some(());
        }
        loop {
            item(self)?;
            if self.token(close) {
                return Some(());
            }
            self.take(b',').then_some(())?;
        }
    }

    fn string(&mut self) -> Option<String> {
        self.take(b'"').then_some(())?;
        let mut text = String::new();
        loop {
            let rest = self.text.get(self.at..)?;
            let plain = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\'))?;
            text.push_str(rest.get(..plain)?);
            self.at += plain;
            if self.take(b'"') {
                return Some(text);
            }
            self.at += 1;
            text.push(self.escape()?);
        }
    }

    fn escape(&mut self) -> Option<char> {
        let escape = self.text.get(self.at..)?.chars().next()?;
        self.at += escape.len_utf8();
        Some(match escape {
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => self.code_point()?,
            other => other,
        })
    }

    /// `XXXX` of `\uXXXX`, with the other half of a surrogate pair where there is one.
    fn code_point(&mut self) -> Option<char> {
        let first = self.hex4()?;
        let lone = char::from_u32(first);
        if lone.is_none() && first < 0xdc00 {
            let before = self.at;
            if self.take(b'\\') && self.take(b'u') {
                let second = self.hex4()?;
                if matches!(second, 0xdc00..=0xdfff) {
                    return char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00));
                }
            }
            self.at = before;
        }
        Some(lone.unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hex4(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        self.at += 4;
        u32::try_from(text::number(digits, 16)?).ok()
    }

    fn digit(&mut self) -> Option<f64> {
        let digit = self.peek().filter(u8::is_ascii_digit)?;
        self.at += 1;
        Some(f64::from(digit - b'0'))
    }

    /// Exact for whole numbers up to 2^53, which is all that is ever asked of it.
    fn number(&mut self) -> Option<Json> {
        let negative = self.take(b'-');
        let mut value = self.digit()?;
        while let Some(digit) = self.digit() {
            value = value * 10.0 + digit;
        }
        if self.take(b'.') {
            let mut scale: f64 = 1.0;
            let mut fraction = 0.0;
            while let Some(digit) = self.digit() {
                scale *= 10.0;
                fraction = fraction * 10.0 + digit;
            }
            // After some 308 digits both are infinite; nothing that far counts.
            value += if scale.is_finite() {
                fraction / scale
            } else {
                0.0
            };
        }
        if self.take(b'e') || self.take(b'E') {
            let small = self.take(b'-');
            let _ = small || self.take(b'+');
            let mut exponent = 0_u16;
            while let Some(digit) = self.peek().filter(u8::is_ascii_digit) {
                self.at += 1;
                exponent = (exponent.saturating_mul(10))
                    .saturating_add(u16::from(digit - b'0'))
                    .min(400);
            }
            for _ in 0..exponent {
                value = if small { value / 10.0 } else { value * 10.0 };
            }
        }
        Some(Json::Number(if negative { -value } else { value }))
    }
}
