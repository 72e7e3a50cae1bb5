//! Small work on text. The standard library's own search, numbers and formatting are made for everybody's needs, and
//! take kilobytes of the WebAssembly module; our texts are some hundred bytes long.

/// Where the first occurrence begins.
pub(crate) fn find(text: &str, needle: &str) -> Option<usize> {
    // Windows may not be empty.
    if needle.is_empty() {
        return Some(0);
    }
    let mut windows = text.as_bytes().windows(needle.len());
    windows.position(|window| window == needle.as_bytes())
}

/// Whether it occurs.
pub(crate) fn has(text: &str, needle: &str) -> bool {
    find(text, needle).is_some()
}

/// Whether it begins so, whatever the case of its letters.
pub(crate) fn begins(text: &str, prefix: &str) -> bool {
    let start = text.as_bytes().get(..prefix.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
}

/// Whether it ends so, whatever the case of its letters.
pub(crate) fn ends(text: &str, suffix: &str) -> bool {
    let start = text.len().checked_sub(suffix.len());
    let end = start.and_then(|start| text.as_bytes().get(start..));
    end.is_some_and(|end| end.eq_ignore_ascii_case(suffix.as_bytes()))
}

/// Whether it is one of these. (A table takes less code than a comparison with each.)
pub(crate) fn is_any(text: &str, any_of: &[&str]) -> bool {
    for own in any_of {
        if *own == text {
            return true;
        }
    }
    false
}

/// What is before and what is after the first occurrence.
pub(crate) fn split<'a>(text: &'a str, needle: &str) -> Option<(&'a str, &'a str)> {
    let at = find(text, needle)?;
    Some((text.get(..at)?, text.get(at + needle.len()..)?))
}

/// What is after the last of these bytes: all of the text if there is none.
pub(crate) fn after_last(text: &str, byte: u8) -> &str {
    let last = text.as_bytes().iter().rposition(|own| *own == byte);
    last.and_then(|last| text.get(last + 1..)).unwrap_or(text)
}

/// Every occurrence replaced.
pub(crate) fn replace(text: &str, needle: &str, with: &str) -> String {
    let mut replaced = String::new();
    let mut rest = text;
    while let Some((before, after)) = split(rest, needle).filter(|_| !needle.is_empty()) {
        replaced.push_str(before);
        replaced.push_str(with);
        rest = after;
    }
    replaced.push_str(rest);
    replaced
}

/// The characters for which there is something else replaced by that.
pub(crate) fn substitute(text: &str, other: fn(char) -> Option<&'static str>) -> String {
    let mut substituted = String::new();
    for c in text.chars() {
        match other(c) {
            Some(other) => substituted.push_str(other),
            None => substituted.push(c),
        }
    }
    substituted
}

/// A template, each `{}` in it filled with the next value.
pub(crate) fn fill(template: &str, values: &[&str]) -> String {
    let mut filled = String::new();
    let mut rest = template;
    for value in values {
        if let Some((before, after)) = split(rest, "{}") {
            filled.push_str(before);
            filled.push_str(value);
            rest = after;
        }
    }
    filled.push_str(rest);
    filled
}

/// One text of several.
pub(crate) fn concat(parts: &[&str]) -> String {
    let mut text = String::new();
    for part in parts {
        text.push_str(part);
    }
    text
}

/// How many of the bytes are so.
pub(crate) fn count(text: &str, is_so: fn(u8) -> bool) -> usize {
    let mut count = 0;
    for byte in text.as_bytes() {
        count += usize::from(is_so(*byte));
    }
    count
}

/// Whether every byte is so.
pub(crate) fn all(text: &str, is_so: fn(u8) -> bool) -> bool {
    count(text, is_so) == text.len()
}

/// Bytes as text, if they are UTF-8: byte by byte, which is a third of the standard library's code.
pub(crate) fn from_utf8(bytes: &[u8]) -> Option<String> {
    let mut text = String::new();
    let mut bytes = bytes.iter();
    while let Some(first) = bytes.next() {
        let ones = first.leading_ones();
        let mut code_point = u32::from(*first) & (0x7f >> ones);
        for _ in 1..ones {
            let continuation = bytes.next().filter(|byte| byte.leading_ones() == 1)?;
            code_point = code_point << 6 | u32::from(continuation & 0x3f);
        }
        let c = char::from_u32(code_point)?;
        // Neither a longer form than needed, nor one that begins with a continuation.
        if c.len_utf8() != ones.max(1) as usize || ones == 1 {
            return None;
        }
        text.push(c);
    }
    Some(text)
}

/// Bytes in hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut digits = String::new();
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] {
            digits.push(char::from(match digit {
                0..=9 => b'0' + digit,
                _ => b'a' - 10 + digit,
            }));
        }
    }
    digits
}

/// A number in decimal digits.
pub(crate) fn decimal(number: u64) -> String {
    let mut digits = if number < 10 {
        String::new()
    } else {
        decimal(number / 10)
    };
    digits.push(char::from(b'0' + (number % 10) as u8));
    digits
}

/// The number that these digits are, and nothing but digits. `None` also if it has more than 64 bits.
pub(crate) fn number(digits: &str, radix: u8) -> Option<u64> {
    let mut number: u64 = 0;
    for byte in digits.as_bytes() {
        let digit = char::from(*byte).to_digit(u32::from(radix))?;
        let longer = number
            .wrapping_mul(u64::from(radix))
            .wrapping_add(u64::from(digit));
        // To multiply with a check would take more code.
        if longer / u64::from(radix) != number {
            return None;
        }
        number = longer;
    }
    (!digits.is_empty()).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// As the standard library has it.
        #[test]
        fn nothing_is_missed(text in "[ab报]{0,12}", needle in "[ab报]{1,3}", with in "[ab]{0,2}") {
            prop_assert_eq!(find(&text, &needle), text.find(&needle));
            prop_assert_eq!(has(&text, &needle), text.contains(&needle));
            prop_assert_eq!(split(&text, &needle), text.split_once(&needle));
            prop_assert_eq!(Some(after_last(&text, b'a')), text.rsplit('a').next());
            prop_assert_eq!(replace(&text, &needle, &with), text.replace(&needle, &with));
        }
    }

    #[test]
    fn values_are_not_read_as_templates() {
        assert_eq!(fill("{} is {}.", &["{}", "b"]), "{} is b.");
        assert_eq!(fill("a", &[]), "a");
    }

    proptest! {
        #[test]
        fn numbers_are_read_and_written(number in any::<u64>(), text in "[0-9a-f]{0,22}") {
            prop_assert_eq!(decimal(number), number.to_string());
            prop_assert_eq!(super::number(&text, 10), text.parse().ok());
            prop_assert_eq!(super::number(&text, 16), u64::from_str_radix(&text, 16).ok());
        }
    }

    #[test]
    fn numbers_end_with_their_64_bits() {
        assert_eq!(decimal(0), "0");
        assert_eq!(number("18446744073709551615", 10), Some(u64::MAX));
        for none in ["18446744073709551616", "", "+1", "-1", " 1", "1.0", "٣"] {
            assert_eq!(number(none, 10), None, "{none}");
        }
    }

    #[test]
    fn utf8_is_what_the_standard_library_takes_for_it() {
        // On both sides of every bound that there is.
        let edges = b"\x00\x7f\x80\x8f\x90\x9f\xa0\xbf\xc0\xc1\xc2\xdf\xe0\xec\xed\xee\xef\xf0\xf3\xf4\xf5\xf8\xfc\xff";
        for a in edges {
            for b in edges {
                for c in edges {
                    for d in edges {
                        let bytes = [*a, *b, *c, *d];
                        let expected = std::str::from_utf8(&bytes).ok();
                        assert_eq!(from_utf8(&bytes).as_deref(), expected, "{bytes:x?}");
                    }
                }
            }
        }
        for cut in ["€".as_bytes(), "🎉".as_bytes()] {
            assert_eq!(from_utf8(&cut[..cut.len() - 1]), None);
        }
    }

    #[test]
    fn nothing_is_everywhere() {
        assert_eq!(find("a", ""), Some(0));
        assert_eq!(replace("a", "", "b"), "a");
    }
}
