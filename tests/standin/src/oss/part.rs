//! The head of one part of the form.

use super::error::{OssError, invalid_argument, malformed_post};

/// A form field's name in bytes, at most (help page of EC 0006-00000110).
const MAX_NAME: usize = 8 * 1024;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PartHead {
    pub(crate) name: String,
    pub(crate) filename: Option<String>,
    pub(crate) content_type: Option<String>,
}

impl PartHead {
    /// `head`: the header lines, each with its line end.
    pub(crate) fn parse(head: &[u8]) -> Result<Self, OssError> {
        let head = std::str::from_utf8(head).map_err(|_| malformed_post())?;
        let mut lines = head.split_terminator("\r\n").map(|line| {
            let (name, value) = line.split_once(':').unwrap_or((line, ""));
            (name.to_ascii_lowercase(), value.trim())
        });
        let disposition = match lines.next() {
            Some((name, value)) if name == "content-disposition" => value,
            _ => return Err(malformed_post().ec("0006-00000109")),
        };
        let parameters = parameters(disposition).ok_or_else(malformed_post)?;
        let parameter = |wanted: &str| {
            parameters
                .iter()
                .find(|(name, _)| name == wanted)
                .map(|(_, value)| value.clone())
        };
        let name = parameter("name").ok_or_else(malformed_post)?;
        if name.len() > MAX_NAME {
            let message = "Your name of form field is too long.";
            return Err(OssError::new(400, "FieldItemTooLong", message).ec("0006-00000110"));
        }
        let mut content_type = None;
        for (header, value) in lines {
            match header.as_str() {
                "content-type" => content_type = Some(value.to_owned()),
                "content-transfer-encoding" => {}
                _ if name.eq_ignore_ascii_case("file") => {
                    return Err(invalid_argument(
                        "The bucket POST contains unrecognized field name.",
                    ));
                }
                _ => {}
            }
        }
        Ok(Self {
            name,
            filename: parameter("filename"),
            content_type,
        })
    }
}

/// `form-data; name="a"; filename="b"` as names in lower case and values; `None` if it is none.
fn parameters(disposition: &str) -> Option<Vec<(String, String)>> {
    let (kind, mut rest) = disposition.split_once(';').unwrap_or((disposition, ""));
    if !kind.trim().eq_ignore_ascii_case("form-data") {
        return None;
    }
    let mut read = Vec::new();
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return Some(read);
        }
        let (name, after) = rest.split_once('=')?;
        let value;
        (value, rest) = if let Some(quoted) = after.strip_prefix('"') {
            until_quote(quoted)?
        } else {
            let (value, rest) = after.split_once(';').unwrap_or((after, ""));
            (value.trim().to_owned(), rest)
        };
        read.push((name.trim().to_ascii_lowercase(), value));
        rest = rest.trim_start();
        rest = rest.strip_prefix(';').unwrap_or(rest);
    }
}

/// Browsers send quotes as `%22`, which stays as it is; other clients send `\"`. Any other backslash is one.
fn until_quote(quoted: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut rest = quoted;
    loop {
        let (before, after) = rest.split_once('"')?;
        let Some(before) = before.strip_suffix('\\') else {
            value.push_str(before);
            return Some((value, after));
        };
        value.push_str(before);
        value.push('"');
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(disposition: &str) -> Option<(String, Option<String>)> {
        let head = format!("Content-Disposition: {disposition}\r\n");
        PartHead::parse(head.as_bytes())
            .ok()
            .map(|head| (head.name, head.filename))
    }

    #[test]
    fn names_are_read_as_clients_write_them() {
        let some = |name: &str, file: &str| Some((name.to_owned(), Some(file.to_owned())));
        assert_eq!(
            names(r#"form-data; name="file"; filename="a;b.txt""#),
            some("file", "a;b.txt")
        );
        assert_eq!(
            names(r#"form-data; name="file"; filename="a%22b.txt""#),
            some("file", "a%22b.txt")
        );
        assert_eq!(
            names(r#"form-data; name="file"; filename="a\"b.txt""#),
            some("file", r#"a"b.txt"#)
        );
        assert_eq!(
            names(r#"form-data; name="file"; filename="a\b.txt""#),
            some("file", r"a\b.txt")
        );
        assert_eq!(
            names("form-data; name=file; filename=a.txt"),
            some("file", "a.txt")
        );
        assert_eq!(
            names(r#"FORM-DATA; NAME="key""#),
            Some(("key".to_owned(), None))
        );
        assert_eq!(names(r#"attachment; name="key""#), None);
        assert_eq!(names(r#"form-data; name="key"#), None);
    }
}
