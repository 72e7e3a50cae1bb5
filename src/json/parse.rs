//! The lenient parser: JSON, and the escape `\$` of OSS's policies.

use super::Json;
use crate::text;

/// Reads a whole document that is nested at most so deep.
pub(super) fn document(text: &str, max_depth: u8) -> Option<Json> {
    let mut parser = Parser { rest: text };
    let value = parser.value(max_depth)?;
    parser.space();
    parser.rest.is_empty().then_some(value)
}

struct Parser<'a> {
    /// What is not read yet.
    rest: &'a str,
}

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        self.rest.as_bytes().first().copied()
    }

    fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let next = chars.next();
        self.rest = chars.as_str();
        next
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.next();
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        if there {
            self.next();
        }
        there
    }

    /// The next byte that is not white space, if it is this one.
    fn token(&mut self, byte: u8) -> bool {
        self.space();
        self.take(byte)
    }

    fn word(&mut self, word: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(word)?;
        Some(())
    }

    fn value(&mut self, depth: u8) -> Option<Json> {
        let depth = depth.checked_sub(1)?;
        self.space();
        Some(match self.peek()? {
            b'"' => Json::String(self.string()?),
            b'{' => {
                self.next();
                let mut entries = Vec::new();
                while self.more(entries.is_empty(), b'}')? {
                    self.space();
                    let name = self.string()?;
                    self.token(b':').then_some(())?;
                    entries.push((name, self.value(depth)?));
                }
                Json::Object(entries)
            }
            b'[' => {
                self.next();
                let mut items = Vec::new();
                while self.more(items.is_empty(), b']')? {
                    items.push(self.value(depth)?);
                }
                Json::Array(items)
            }
            b't' => {
                self.word("true")?;
                Json::Bool(true)
            }
            b'f' => {
                self.word("false")?;
                Json::Bool(false)
            }
            b'n' => {
                self.word("null")?;
                Json::Null
            }
            _ => Json::Number(self.number()?),
        })
    }

    /// Whether a list goes on: with its first item, or with a comma and the next one.
    fn more(&mut self, is_first: bool, close: u8) -> Option<bool> {
        if self.token(close) {
            return Some(false);
        }
        (is_first || self.take(b',')).then_some(true)
    }

    fn string(&mut self) -> Option<String> {
        self.take(b'"').then_some(())?;
        let mut text = String::new();
        loop {
            match self.next()? {
                '"' => return Some(text),
                '\\' => text.push(self.escape()?),
                plain => text.push(plain),
            }
        }
    }

    fn escape(&mut self) -> Option<char> {
        Some(match self.next()? {
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
            let before = self.rest;
            if self.take(b'\\') && self.take(b'u') {
                let second = self.hex4()?;
                if matches!(second, 0xdc00..=0xdfff) {
                    return char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00));
                }
            }
            self.rest = before;
        }
        Some(lone.unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hex4(&mut self) -> Option<u32> {
        let (digits, rest) = self.rest.split_at_checked(4)?;
        self.rest = rest;
        u32::try_from(text::number(digits, 16)?).ok()
    }

    fn digit(&mut self) -> Option<f64> {
        let digit = self.peek()?.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        self.next();
        Some(f64::from(digit))
    }

    /// Exact for whole numbers up to 2^53, which is all that is ever asked of it.
    fn number(&mut self) -> Option<f64> {
        let negative = self.take(b'-');
        let mut value = self.digit()?;
        while let Some(digit) = self.digit() {
            value = value * 10.0 + digit;
        }
        if self.take(b'.') {
            // After some 300 digits this is zero: nothing that far counts.
            let mut scale: f64 = 0.1;
            while let Some(digit) = self.digit() {
                value += digit * scale;
                scale /= 10.0;
            }
        }
        if self.take(b'e') || self.take(b'E') {
            let small = self.take(b'-');
            let _ = small || self.take(b'+');
            let mut exponent = 0.0;
            while let Some(digit) = self.digit() {
                // More than any number has.
                if exponent < 400.0 {
                    exponent = exponent * 10.0 + digit;
                }
            }
            while exponent > 0.0 {
                value = if small { value / 10.0 } else { value * 10.0 };
                exponent -= 1.0;
            }
        }
        Some(if negative { -value } else { value })
    }
}
