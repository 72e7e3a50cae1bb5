//! What the library has to say of failures.
//!
//! Most uploads do not fail. With the feature `terse` a sentence is in the code only as a key of three bytes, and the
//! npm package has the sentences themselves in a file of their own, which is loaded with the first failure
//! (`src/js/explain.js`).

/// A sentence, or with the feature `terse` its key. `scripts/build/sentences.mjs` finds it by the name of this macro.
macro_rules! say {
    ($text:literal) => {{
        #[cfg(feature = "terse")]
        const KEY: [u8; 3] = $crate::sentence::key($text);
        #[cfg(feature = "terse")]
        const SENTENCE: &str = match core::str::from_utf8(&KEY) {
            Ok(key) => key,
            Err(_) => "",
        };
        #[cfg(not(feature = "terse"))]
        const SENTENCE: &str = $text;
        SENTENCE
    }};
}

/// Each `{}` of a sentence filled with the next value.
#[cfg(not(feature = "terse"))]
pub(crate) use crate::text::fill;

/// A sentence, or its key, and its values, each after a control character.
#[cfg(feature = "terse")]
pub(crate) fn fill(sentence: &str, values: &[&str]) -> String {
    const SEPARATOR: &str = "\u{1f}";
    let mut parts = String::from(sentence);
    for value in values {
        parts.push_str(SEPARATOR);
        parts.push_str(&crate::text::replace(value, SEPARATOR, " "));
    }
    parts
}

/// 16 bits of its FNV-1a hash, the first of them as a control character: so no other text begins.
#[cfg(any(feature = "terse", test))]
pub(crate) const fn key(text: &str) -> [u8; 3] {
    let mut hash: u32 = 0x811c_9dc5;
    let mut rest = text.as_bytes();
    while let [byte, others @ ..] = rest {
        hash = (hash ^ *byte as u32).wrapping_mul(0x0100_0193);
        rest = others;
    }
    let [_, _, high, low] = (hash ^ (hash >> 16)).to_be_bytes();
    [
        0x0e + (high >> 4),
        b'0' + ((high & 15) << 2 | low >> 6),
        b'0' + (low & 63),
    ]
}

#[cfg(test)]
mod tests {
    use super::key;

    /// `scripts/build/sentences.test.mjs` has the same ones.
    #[test]
    fn keys() {
        // 0xbf9cf968 by the authors' own test vectors of FNV-1a; 0xf968 ^ 0xbf9c = 0x46f4.
        assert_eq!(key("foobar"), *b"\x12Kd");
        assert_eq!(key("“é”"), *b"\x12Vo");
    }
}
