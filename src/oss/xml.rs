//! As much of XML as OSS's answers need: the texts of the elements inside the root.

/// The children of the root element, by local name, in order. Lenient: a document that is cut off gives what came
/// before the cut, text that is no XML gives nothing.
#[derive(Default)]
pub(crate) struct Document {
    root: String,
    children: Vec<Child>,
}

#[derive(Debug, PartialEq, Eq)]
struct Child {
    name: String,
    text: String,
}

/// What stands between `<` and `>`.
enum Markup<'a> {
    Open(&'a str),
    Close,
    Empty,
    CharacterData(&'a str),
    /// A comment, a declaration or a processing instruction.
    Other,
}

impl Document {
    pub(crate) fn parse(xml: &str) -> Self {
        let mut document = Self::default();
        let mut open: Vec<&str> = Vec::new();
        let mut content = String::new();
        let mut rest = xml;
        while let Some((text, markup, after)) = next_markup(rest) {
            rest = after;
            let is_in_child = open.len() == 2;
            if is_in_child {
                unescape_into(&mut content, text);
            }
            match markup {
                Markup::Open(name) => {
                    open.push(name);
                    content.clear();
                    if open.len() == 1 {
                        document.root = String::from(name);
                    }
                }
                Markup::Close => {
                    let Some(name) = open.pop() else { break };
                    if is_in_child {
                        document.children.push(Child {
                            name: String::from(name),
                            text: String::from(content.trim_ascii()),
                        });
                    }
                    if open.is_empty() {
                        break;
                    }
                }
                Markup::CharacterData(text) if is_in_child => content.push_str(text),
                Markup::CharacterData(_) | Markup::Empty | Markup::Other => {}
            }
        }
        document
    }

    /// The local name of the root element; empty if there is none.
    pub(crate) fn root(&self) -> &str {
        &self.root
    }

    /// Text of the first child of this name, if it has any.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.children
            .iter()
            .find(|child| child.name == name && !child.text.is_empty())
            .map(|child| child.text.as_str())
    }
}

/// The text before the next markup, the markup, and what follows it. `None` when no markup is left, or is cut off.
fn next_markup(xml: &str) -> Option<(&str, Markup<'_>, &str)> {
    let (text, rest) = xml.split_once('<')?;
    if let Some(rest) = rest.strip_prefix("![CDATA[") {
        let (data, after) = rest.split_once("]]>")?;
        return Some((text, Markup::CharacterData(data), after));
    }
    if let Some(rest) = rest.strip_prefix("!--") {
        let (_, after) = rest.split_once("-->")?;
        return Some((text, Markup::Other, after));
    }
    let (tag, after) = rest.split_once('>')?;
    let markup = if tag.starts_with(['?', '!']) {
        Markup::Other
    } else if tag.starts_with('/') {
        Markup::Close
    } else if tag.ends_with('/') {
        Markup::Empty
    } else {
        Markup::Open(local_name(tag))
    };
    Some((text, markup, after))
}

/// `Code` of `Code`, `oss:Code` and `Code xmlns="…"`.
fn local_name(tag: &str) -> &str {
    let name = tag.split_ascii_whitespace().next().unwrap_or_default();
    name.rsplit(':').next().unwrap_or(name)
}

/// Adds text with its entities resolved. What is not an entity stays as it is.
fn unescape_into(out: &mut String, escaped: &str) {
    /// `&#x10FFFF;` without its `&`.
    const LONGEST_ENTITY: usize = 9;

    let mut parts = escaped.split('&');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let end = part
            .bytes()
            .take(LONGEST_ENTITY)
            .position(|byte| byte == b';');
        let resolved = end
            .and_then(|end| part.split_at_checked(end))
            .and_then(|(name, rest)| Some((entity(name)?, rest.strip_prefix(';')?)));
        if let Some((character, rest)) = resolved {
            out.push(character);
            out.push_str(rest);
        } else {
            out.push('&');
            out.push_str(part);
        }
    }
}

fn entity(name: &str) -> Option<char> {
    match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix('x') {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)
        }
    }
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
        assert_eq!(document.text("Code"), Some("AccessDenied"));
        assert_eq!(
            document.text("Message"),
            Some(
                "Invalid according to Policy: Policy Condition failed: [\"eq\", \"$success_action_status\", \"200\"]"
            )
        );
        assert_eq!(document.text("HostId"), Some("a&b<c>!"));
        assert_eq!(document.text("EC"), None);
    }

    #[test]
    fn prefixes_and_loose_ends() {
        let document = Document::parse(
            "<oss:Error><oss:Code>A &amp; B &unknown; & C</oss:Code><Message>cut of",
        );
        assert_eq!(document.root(), "Error");
        assert_eq!(document.text("Code"), Some("A & B &unknown; & C"));
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
            let texts: Vec<_> = texts.into_iter().map(|(name, text)| Child { name, text }).collect();
            prop_assert_eq!(Document::parse(&text).children, texts, "{}", text);
        }

        #[test]
        fn no_text_makes_it_panic(text in any::<String>(), near in "[<>/!\\[\\]CDATAa:&;#x0-9 -]{0,80}") {
            let _ = Document::parse(&text);
            let _ = Document::parse(&near);
        }
    }
}
