//! The caller's own limits for a file, checked before anything is asked or sent.

use crate::error::{Code, Error, Phase};
use crate::file::FileFacts;
use crate::text::{begins, decimal, ends, split};

/// Limits beside those of the signed policy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Bytes that the file must have at least.
    pub min_size: Option<u64>,
    /// Bytes that it may have at most.
    pub max_size: Option<u64>,
    /// What it may be, in the words of HTML's `<input accept>`: `image/*`, `application/pdf`, `.csv`. Empty: anything.
    pub accept: Vec<String>,
}

impl Limits {
    /// Whether the file keeps to them.
    ///
    /// # Errors
    ///
    /// `POLICY_VIOLATION` that names the limit and the file's own value.
    pub fn check(&self, file: &FileFacts) -> Result<(), Error> {
        let size = file.size;
        let broken = match (self.min_size, self.max_size) {
            (Some(min), _) if size < min => Some((
                min,
                say!("The file has {} bytes, and at least {} are required"),
            )),
            (_, Some(max)) if size > max => Some((
                max,
                say!("The file has {} bytes, and at most {} are allowed"),
            )),
            _ => None,
        };
        if let Some((limit, template)) = broken {
            return Err(refused(template, &[&decimal(size), &decimal(limit)]));
        }
        if !self.accept.is_empty() && !self.accept.iter().any(|pattern| accepts(pattern, file)) {
            let kind = if file.content_type.is_empty() {
                "of unknown type"
            } else {
                &file.content_type
            };
            let mut allowed = String::new();
            for pattern in &self.accept {
                allowed.push_str(if allowed.is_empty() { "" } else { ", " });
                allowed.push_str(pattern);
            }
            return Err(refused(
                say!("The file “{}” is {}; allowed are {}"),
                &[&file.name, kind, &allowed],
            ));
        }
        Ok(())
    }
}

fn refused(template: &str, values: &[&str]) -> Error {
    Error::sentence(Code::PolicyViolation, Phase::Check, template, values)
}

/// <https://html.spec.whatwg.org/multipage/input.html#attr-input-accept>
fn accepts(pattern: &str, file: &FileFacts) -> bool {
    let pattern = pattern.trim_ascii();
    if pattern.starts_with('.') {
        return ends(&file.name, pattern);
    }
    // Parameters, such as a charset, do not count.
    let (essence, _) = split(&file.content_type, ";").unwrap_or((&file.content_type, ""));
    let essence = essence.trim_ascii();
    match pattern.strip_suffix("*") {
        Some(kind) => kind == "*/" || kind.ends_with('/') && begins(essence, kind),
        None => essence.eq_ignore_ascii_case(pattern),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, size: u64, content_type: &str) -> FileFacts {
        FileFacts {
            name: name.into(),
            size,
            content_type: content_type.into(),
        }
    }

    #[test]
    fn sizes_are_inclusive_bounds() {
        let limits = Limits {
            min_size: Some(1),
            max_size: Some(10),
            accept: Vec::new(),
        };
        for (size, allowed) in [(0, false), (1, true), (10, true), (11, false)] {
            assert_eq!(
                limits.check(&file("a", size, "")).is_ok(),
                allowed,
                "{size}"
            );
        }
        let error = limits.check(&file("a", 11, "")).unwrap_err();
        assert_eq!(error.code, Code::PolicyViolation);
        assert_eq!(error.phase, Phase::Check);
        assert!(error.message.contains("11") && error.message.contains("10"));
    }

    #[test]
    fn accept_is_read_as_html_does() {
        let table = [
            ("image/*", "a.png", "image/png", true),
            ("image/*", "a.png", "IMAGE/PNG", true),
            ("image/*", "a.png", "imagery/png", false),
            ("*/*", "a", "", true),
            (".csv", "Report.CSV", "", true),
            (".csv", "csv", "text/csv", false),
            ("application/pdf", "a", "application/pdf", true),
            ("text/plain", "a.txt", "text/plain;charset=utf-8", true),
            ("application/pdf", "a.pdf", "", false),
            ("*", "a", "text/plain", false),
        ];
        for (pattern, name, content_type, allowed) in table {
            let limits = Limits {
                accept: vec!["video/mp4".into(), pattern.into()],
                ..Limits::default()
            };
            let checked = limits.check(&file(name, 1, content_type));
            assert_eq!(checked.is_ok(), allowed, "{pattern} {name} {content_type}");
        }
    }
}
