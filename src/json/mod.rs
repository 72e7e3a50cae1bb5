//! A parsed JSON document: what a backend answered, or what a policy says.
//!
//! It is read from a parser through serde (the browser's own `JSON.parse`, or `serde_json` in tests), or by the small
//! lenient parser here, which the policy needs: OSS allows the escape `\$`, which JSON does not.
//! Nothing here formats a floating point number: that alone would cost the WebAssembly module many kilobytes.

mod parse;

use std::fmt;

use crate::text;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

/// Deeper values are cut off, so that no answer can exhaust the stack.
const MAX_DEPTH: u8 = 24;

/// The largest integer up to which every integer is exact in a JSON number.
const MAX_SAFE: f64 = 9_007_199_254_740_992.0;

/// One JSON value. Its `Debug` output names the kind only: values may be secret.
#[derive(Clone, PartialEq)]
pub enum Json {
    /// `null`, or a value nested too deep.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// Any number.
    Number(f64),
    /// Text.
    String(String),
    /// A list.
    Array(Vec<Json>),
    /// Names and values in the order of the document.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Reads a document from text, leniently: any `\x` that is no JSON escape stands for `x`. `None` if it is not JSON.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        parse::document(text, MAX_DEPTH)
    }

    /// The value of a name in an object, the name spelled exactly so.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        let Self::Object(entries) = self else {
            return None;
        };
        entries
            .iter()
            .find_map(|(own, value)| (own == name).then_some(value))
    }

    /// The text of a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self {
            Some(text)
        } else {
            None
        }
    }

    /// The value of a whole number that JSON can hold exactly.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Number(number)
                if number.trunc().to_bits() == number.to_bits() && number.abs() <= MAX_SAFE =>
            {
                #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
                let whole = *number as i64;
                Some(whole)
            }
            _ => None,
        }
    }

    /// A string, whole number or boolean as text.
    #[must_use]
    pub fn to_text(&self) -> Option<String> {
        match self {
            Self::String(own) => Some(own.clone()),
            Self::Bool(value) => Some(String::from(if *value { "true" } else { "false" })),
            _ => {
                let number = self.as_i64()?;
                let sign = if number < 0 { "-" } else { "" };
                Some(text::concat(&[sign, &text::decimal(number.unsigned_abs())]))
            }
        }
    }

    /// What kind of value it is, for messages.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::String(_) => "text",
            Self::Array(_) => "a list",
            Self::Object(_) => "an object",
        }
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Depth(MAX_DEPTH).deserialize(deserializer)
    }
}

/// How many more levels are read.
struct Depth(u8);

impl<'de> DeserializeSeed<'de> for Depth {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        match self.0.checked_sub(1) {
            Some(left) => deserializer.deserialize_any(Self(left)),
            None => deserializer
                .deserialize_ignored_any(IgnoredAny)
                .map(|_| Json::Null),
        }
    }
}

impl<'de> Visitor<'de> for Depth {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_none<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(Json::Number(value))
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "a JSON number is a double, whatever a parser makes of it"
    )]
    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Number(value as f64))
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "a JSON number is a double, whatever a parser makes of it"
    )]
    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Number(value as f64))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::String(String::from(value)))
    }

    fn visit_string<E>(self, value: String) -> Result<Json, E> {
        Ok(Json::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(Self(self.0))? {
            list.push(item);
        }
        Ok(Json::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        let mut object = Vec::new();
        while let Some(name) = entries.next_key::<String>()? {
            object.push((name, entries.next_value_seed(Self(self.0))?));
        }
        Ok(Json::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Prints what [`Json::parse`] must read back.
    fn print(value: &Json, out: &mut String) {
        match value {
            Json::Null => out.push_str("null"),
            Json::Bool(value) => out.push_str(&value.to_string()),
            Json::Number(value) => out.push_str(&value.to_string()),
            Json::String(text) => out.push_str(&serde_json::to_string(text).unwrap()),
            Json::Array(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    out.push_str(if index == 0 { "" } else { " , " });
                    print(item, out);
                }
                out.push(']');
            }
            Json::Object(entries) => {
                out.push('{');
                for (index, (name, item)) in entries.iter().enumerate() {
                    out.push_str(if index == 0 { "\n" } else { "," });
                    out.push_str(&serde_json::to_string(name).unwrap());
                    out.push(':');
                    print(item, out);
                }
                out.push('}');
            }
        }
    }

    fn any_json() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::Bool),
            (any::<i32>(), 0..1_i32 << 20).prop_map(|(high, low)| Json::Number(
                f64::from(high) * f64::from(1 << 20) + f64::from(low)
            )),
            any::<String>().prop_map(Json::String),
        ];
        leaf.prop_recursive(5, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Json::Array),
                prop::collection::vec((any::<String>(), inner), 0..6).prop_map(Json::Object),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(value in any_json()) {
            let mut text = String::new();
            print(&value, &mut text);
            prop_assert!(Json::parse(&text) == Some(value.clone()), "{text}");
            prop_assert!(serde_json::from_str::<Json>(&text).unwrap() == value, "{text}");
        }

        #[test]
        fn no_text_makes_it_panic(text in any::<String>(), near in "[\\[\\]{}\",:\\\\u0-9a-f$.eE+ -]{0,60}") {
            let _ = Json::parse(&text);
            let _ = Json::parse(&near);
        }
    }

    #[test]
    fn a_dollar_may_be_escaped() {
        // PostObject documentation, "Policy": `\$` stands for a literal dollar.
        assert_eq!(
            Json::parse(r#""\$key \/ \\ \" \u62a5""#).unwrap().as_str(),
            Some("$key / \\ \" 报")
        );
    }

    #[test]
    fn surrogates_make_one_character_or_none() {
        assert_eq!(
            Json::parse(r#""\ud83c\udf89 \ud83c! \udf89 \ud83c\u0041""#)
                .unwrap()
                .as_str(),
            Some("🎉 \u{fffd}! \u{fffd} \u{fffd}A")
        );
    }

    #[test]
    fn numbers() {
        for (text, value) in [
            ("0", 0.0),
            ("-12", -12.0),
            ("1.5", 1.5),
            ("2e3", 2000.0),
            ("25E-1", 2.5),
            ("9007199254740991", 9_007_199_254_740_991.0),
        ] {
            assert!(Json::parse(text) == Some(Json::Number(value)), "{text}");
        }
        assert_eq!(
            Json::parse("1654326678").unwrap().as_i64(),
            Some(1_654_326_678)
        );
        assert_eq!(Json::Number(1.5).as_i64(), None);
        assert_eq!(Json::Number(f64::NAN).as_i64(), None);
        assert_eq!(Json::Number(1e300).to_text(), None);
        assert!(Json::parse("1e999").is_some());
    }

    #[test]
    fn broken_documents_are_none() {
        for text in [
            "",
            "{",
            "[1,]",
            "{\"a\"}",
            "{\"a\":}",
            "nul",
            "\"",
            "\"\\",
            "\"\\u12",
            "1 2",
            "-",
            "{a:1}",
            "eyJleH****V19",
        ] {
            assert!(Json::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let deep = ["[".repeat(100), "]".repeat(100)].concat();
        assert!(Json::parse(&deep).is_none());
        let mut value = &serde_json::from_str::<Json>(&deep).unwrap();
        let mut depth = 0;
        while let Json::Array(items) = value {
            depth += 1;
            let Some(first) = items.first() else { break };
            value = first;
        }
        assert_eq!((depth, value), (MAX_DEPTH as usize, &Json::Null));
    }

    #[test]
    fn debug_shows_no_value() {
        assert_eq!(
            format!("{:?}", Json::String(String::from("secret"))),
            "text"
        );
    }
}
