//! A parsed JSON document of open shape: what a backend answered, or what a policy says.
//!
//! There is no parser here. In the browser `JSON.parse` reads the text ([`crate::browser`]), on a host `serde_json`
//! does. Where the core meets JSON inside of other text, it is given the function to call: [`Parse`].

use std::fmt;

/// Parses a text; `None` if it is not JSON.
pub type Parse = fn(&str) -> Option<Json>;

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

/// What kind of value it is, for messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool,
    /// A number.
    Number,
    /// Text.
    String,
    /// A list.
    Array,
    /// An object.
    Object,
}

impl Json {
    /// Reads a text. `None` if it is not JSON.
    #[cfg(not(target_arch = "wasm32"))]
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let value: serde_json::Value = serde_json::from_str(text).ok()?;
        Some(value.into())
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
            Self::Number(number) if number.fract() == 0.0 && number.abs() <= MAX_SAFE => {
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
            Self::String(text) => Some(text.clone()),
            Self::Bool(value) => Some(value.to_string()),
            _ => Some(self.as_i64()?.to_string()),
        }
    }

    /// What kind of value it is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Null => Kind::Null,
            Self::Bool(_) => Kind::Bool,
            Self::Number(_) => Kind::Number,
            Self::String(_) => Kind::String,
            Self::Array(_) => Kind::Array,
            Self::Object(_) => Kind::Object,
        }
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind().fmt(f)
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl From<serde_json::Value> for Json {
    fn from(value: serde_json::Value) -> Self {
        use serde_json::Value;

        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(value),
            // A JSON number is a double, whatever a parser makes of it.
            Value::Number(number) => number.as_f64().map_or(Self::Null, Self::Number),
            Value::String(text) => Self::String(text),
            Value::Array(items) => Self::Array(items.into_iter().map(Self::from).collect()),
            Value::Object(entries) => {
                let entries = entries.into_iter();
                Self::Object(entries.map(|(name, value)| (name, value.into())).collect())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_their_order() {
        let json = Json::parse(r#"{ "b": 1, "a": [true, null, "x"] }"#).unwrap();
        let Json::Object(entries) = &json else {
            panic!("{json:?}");
        };
        let names: Vec<_> = entries.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["b", "a"]);
        let list = Json::Array(vec![
            Json::Bool(true),
            Json::Null,
            Json::String(String::from("x")),
        ]);
        assert!(json.get("a") == Some(&list));
    }

    #[test]
    fn numbers() {
        assert_eq!(
            Json::parse("1654326678").unwrap().as_i64(),
            Some(1_654_326_678)
        );
        assert_eq!(
            Json::parse("-12").unwrap().to_text().as_deref(),
            Some("-12")
        );
        assert_eq!(Json::Number(1.5).as_i64(), None);
        assert_eq!(Json::Number(f64::NAN).as_i64(), None);
        assert_eq!(Json::Number(1e300).to_text(), None);
        assert_eq!(Json::Number(9_007_199_254_740_994.0).as_i64(), None);
    }

    #[test]
    fn broken_documents_are_none() {
        for text in [
            "",
            "{",
            "[1,]",
            "{\"a\":}",
            "nul",
            "1 2",
            "{a:1}",
            &"[".repeat(100_000),
        ] {
            assert!(Json::parse(text).is_none());
        }
    }

    #[test]
    fn debug_shows_no_value() {
        assert_eq!(
            format!("{:?}", Json::String(String::from("secret"))),
            "String"
        );
    }
}
