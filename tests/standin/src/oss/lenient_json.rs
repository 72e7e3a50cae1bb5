//! JSON as OSS reads it: standard, and `\$` in a string is a dollar sign.

use serde_json::Value;

/// The error is OSS's text.
pub(crate) fn parse(text: &str) -> Result<Value, String> {
    let standard = without_escaped_dollars(text);
    serde_json::from_str(&standard).map_err(|error| {
        let said = error.to_string();
        for (theirs, ours) in [
            ("`,` or `]`", ", or ] expected"),
            ("`,` or `}`", ", or } expected"),
        ] {
            if said.contains(theirs) {
                return format!("Invalid JSON: {ours}");
            }
        }
        let line = standard
            .lines()
            .nth(error.line().saturating_sub(1))
            .unwrap_or_default();
        match line.as_bytes().get(error.column().saturating_sub(1)) {
            Some(byte) if !error.is_eof() => {
                format!("Invalid JSON: unknown char {}", char::from(*byte))
            }
            _ => "Invalid JSON: unexpected end".to_owned(),
        }
    })
}

fn without_escaped_dollars(text: &str) -> String {
    let mut read = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(char) = rest.next() {
        if char != '\\' {
            read.push(char);
            continue;
        }
        match rest.next() {
            Some('$') => read.push('$'),
            Some(escaped) => read.extend(['\\', escaped]),
            None => read.push('\\'),
        }
    }
    read
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_escaped_dollar_is_a_dollar() {
        assert_eq!(
            parse(r#"["\$key","a\\$b","\/"]"#),
            Ok(json!(["$key", "a\\$b", "/"]))
        );
    }

    #[test]
    fn errors_are_the_documented_texts() {
        assert_eq!(
            parse("expiration").unwrap_err(),
            "Invalid JSON: unknown char e"
        );
        assert_eq!(
            parse(r#"["a" "b"]"#).unwrap_err(),
            "Invalid JSON: , or ] expected"
        );
    }
}
