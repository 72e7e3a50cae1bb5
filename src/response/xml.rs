//! As much of XML as OSS's answers need: the texts of the elements inside the root.

use crate::text;

const CDATA: &str = "![CDATA[";
const COMMENT: &str = "!--";

/// The children of the root element, by local name, in order. Lenient: a document that is cut off gives what came
/// before the cut, text that is no XML gives nothing.
pub(super) struct Document<'a> {
    root: &'a str,
    children: Vec<(String, String)>,
}

impl<'a> Document<'a> {
    pub(super) fn parse(xml: &'a str) -> Self {
        let mut document = Self {
            root: "",
            children: Vec::new(),
        };
        let mut rest = xml;
        let mut depth = 0;
        let mut content = String::new();
        while let Some((before, markup)) = text::split(rest, "<") {
            if depth == 2 {
                push_text(&mut content, before);
            }
            let (open, close) = if markup.starts_with(CDATA) {
                (CDATA, "]]>")
            } else if markup.starts_with(COMMENT) {
                (COMMENT, "-->")
            } else {
                ("", ">")
            };
            let inside = markup.get(open.len()..).unwrap_or_default();
            let Some((inside, after)) = text::split(inside, close) else {
                break;
            };
            rest = after;
            if open == CDATA && depth == 2 {
                content.push_str(inside);
            }
            let first = inside.as_bytes().first();
            if !open.is_empty() || matches!(first, Some(b'?' | b'!')) {
                continue;
            }
            let name = local_name(inside);
            if first == Some(&b'/') {
                if depth == 2 {
                    document
                        .children
                        .push((String::from(name), String::from(content.trim_ascii())));
                }
                depth -= 1;
                if depth <= 0 {
                    break;
                }
            } else if !inside.ends_with('/') {
                depth += 1;
                content.clear();
                if depth == 1 {
                    document.root = name;
                }
            }
        }
        document
    }

    pub(super) fn root(&self) -> &str {
        self.root
    }

    /// Text of the first child of this name, if it has any.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.children
            .iter()
            .find(|(own, text)| own == name && !text.is_empty())
            .map(|(_, text)| text.clone())
    }

    /// A header's value, or else the text of the child that says the same.
    pub(super) fn or_text(&self, header: Option<&str>, name: &str) -> Option<String> {
        match header {
            Some(value) => Some(String::from(value)),
            None => self.text(name),
        }
    }
}

/// `Code` of `Code`, `/Code`, `oss:Code` and `Code xmlns="…"`.
fn local_name(tag: &str) -> &str {
    let tag = tag.strip_prefix("/").unwrap_or(tag);
    let mut bytes = tag.as_bytes().iter();
    let end = bytes.position(|byte| byte.is_ascii_whitespace() || *byte == b'/');
    let name = end.and_then(|end| tag.get(..end)).unwrap_or(tag);
    text::after_last(name, b':')
}

/// Adds text with its entities resolved; what is none stays as it is.
fn push_text(out: &mut String, escaped: &str) {
    let mut rest = escaped;
    while let Some((before, after)) = text::split(rest, "&") {
        out.push_str(before);
        let resolved =
            text::split(after, ";").and_then(|(name, after)| Some((entity(name)?, after)));
        rest = if let Some((c, after)) = resolved {
            out.push(c);
            after
        } else {
            out.push('&');
            after
        };
    }
    out.push_str(rest);
}

fn entity(name: &str) -> Option<char> {
    Some(match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let decimal = name.strip_prefix("#")?;
            let code = match decimal.strip_prefix("x") {
                Some(hex) => text::number(hex, 16),
                None => text::number(decimal, 10),
            };
            char::from_u32(code?.try_into().ok()?)?
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_error_as_documented() {
        // "Error responses" of the OSS API reference: envelope and texts.
        let document = Document::parse(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error xmlns=\"http://doc.oss-cn-hangzhou.aliyuncs.com\">\n  <Code>\n AccessDenied </Code>\n\
             <Message>Invalid according to Policy: Policy Condition failed: [&quot;eq&quot;, &#34;$success_action_status&#x22;, \"200\"]</Message>\
             <!-- <Code>Not this</Code> --><HostId><![CDATA[a&b<c>]]>!</HostId><Empty/><EC></EC><Nested><Code>Nor this</Code></Nested></Error>",
        );
        assert_eq!(document.root(), "Error");
        assert_eq!(document.text("Code").as_deref(), Some("AccessDenied"));
        assert_eq!(
            document.text("Message").as_deref(),
            Some(
                "Invalid according to Policy: Policy Condition failed: [\"eq\", \"$success_action_status\", \"200\"]"
            )
        );
        assert_eq!(document.text("HostId").as_deref(), Some("a&b<c>!"));
        assert_eq!(document.text("EC"), None);
    }

    #[test]
    fn prefixes_and_loose_ends() {
        let document = Document::parse(
            "<oss:Error><oss:Code>A &amp; B &unknown; & C</oss:Code><Message>cut of",
        );
        assert_eq!(document.root(), "Error");
        assert_eq!(
            document.text("Code").as_deref(),
            Some("A & B &unknown; & C")
        );
        assert_eq!(document.text("Message"), None);
        assert_eq!(Document::parse("no XML < at all").root(), "");
    }

    fn escaped(text: &str) -> String {
        text.chars()
            .map(|c| {
                if c.is_ascii_alphanumeric() {
                    c.to_string()
                } else {
                    format!("&#{};", c as u32)
                }
            })
            .collect()
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(texts in prop::collection::vec(("[A-Za-z]{1,9}", "[^\\s\\x00]{1,20}"), 0..5)) {
            let mut text = String::from("<Error>");
            for (name, value) in &texts {
                text.extend(["<", name, ">\n", &escaped(value), "</", name, " >"]);
            }
            text.push_str("</Error>");
            prop_assert_eq!(Document::parse(&text).children, texts, "{}", text);
        }

        #[test]
        fn no_text_makes_it_panic(text in any::<String>(), near in "[<>/!\\[\\]CDATAa:&;#x0-9 -]{0,80}") {
            let _ = Document::parse(&text);
            let _ = Document::parse(&near);
        }
    }
}
