//! The file to be uploaded, as far as the core knows it. Its bytes never come here.

use std::fmt;

/// Name, size and type of the file to upload, as the page (or the user's disk) states them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileFacts {
    /// The file's own name, without a path. May hold any character: it is escaped where it is sent.
    pub name: String,
    /// Size in bytes.
    pub size: u64,
    /// Media type, such as `image/png`. Empty when the browser does not know one.
    pub content_type: String,
}

/// Limits of the caller's own for a file, beside those of the signed policy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Bytes that the file must have at least.
    pub min_size: Option<u64>,
    /// Bytes that it may have at most.
    pub max_size: Option<u64>,
    /// What it may be, in the words of HTML's `<input accept>`: `image/*`, `application/pdf`, `.csv`. Empty: anything.
    pub accept: Vec<String>,
}

/// Which of the [`Limits`] a file does not keep to, and the file's own value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Excess {
    /// It has fewer bytes than it must have.
    TooSmall {
        /// Bytes of the file.
        size: u64,
        /// [`Limits::min_size`].
        min: u64,
    },
    /// It has more bytes than it may have.
    TooLarge {
        /// Bytes of the file.
        size: u64,
        /// [`Limits::max_size`].
        max: u64,
    },
    /// It is of another type.
    WrongType {
        /// Name of the file.
        name: String,
        /// Its media type, which may be empty.
        content_type: String,
        /// [`Limits::accept`].
        accept: Vec<String>,
    },
}

impl Limits {
    /// Whether the file keeps to them.
    ///
    /// # Errors
    ///
    /// The first limit that it does not keep to.
    pub fn check(&self, file: &FileFacts) -> Result<(), Excess> {
        let size = file.size;
        if let Some(min) = self.min_size.filter(|min| size < *min) {
            return Err(Excess::TooSmall { size, min });
        }
        if let Some(max) = self.max_size.filter(|max| size > *max) {
            return Err(Excess::TooLarge { size, max });
        }
        if self.accept.is_empty() || self.accept.iter().any(|pattern| accepts(pattern, file)) {
            return Ok(());
        }
        Err(Excess::WrongType {
            name: file.name.clone(),
            content_type: file.content_type.clone(),
            accept: self.accept.clone(),
        })
    }
}

/// <https://html.spec.whatwg.org/multipage/input.html#attr-input-accept>
fn accepts(pattern: &str, file: &FileFacts) -> bool {
    let pattern = pattern.trim().to_lowercase();
    if pattern.starts_with('.') {
        return file.name.to_lowercase().ends_with(&pattern);
    }
    // Parameters, such as a charset, do not count.
    let essence = file.content_type.split(';').next().unwrap_or_default();
    let essence = essence.trim().to_lowercase();
    match pattern.strip_suffix('*') {
        Some("*/") => true,
        Some(group) if group.ends_with('/') => essence.starts_with(group),
        _ => essence == pattern,
    }
}

impl fmt::Display for Excess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooSmall { size, min } => write!(
                f,
                "The file has {size} bytes, and at least {min} are required."
            ),
            Self::TooLarge { size, max } => {
                write!(
                    f,
                    "The file has {size} bytes, and at most {max} are allowed."
                )
            }
            Self::WrongType {
                name,
                content_type,
                accept,
            } => {
                let content_type = match content_type.as_str() {
                    "" => "of unknown type",
                    content_type => content_type,
                };
                let accept = accept.join(", ");
                write!(
                    f,
                    "The file “{name}” is {content_type}; allowed are {accept}."
                )
            }
        }
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
        let check = |size| limits.check(&file("a", size, ""));
        assert_eq!(check(0), Err(Excess::TooSmall { size: 0, min: 1 }));
        assert_eq!(check(1), Ok(()));
        assert_eq!(check(10), Ok(()));
        assert_eq!(check(11), Err(Excess::TooLarge { size: 11, max: 10 }));
        assert_eq!(Limits::default().check(&file("a", 11, "")), Ok(()));
    }

    #[test]
    fn accept_is_read_as_html_does() {
        let table = [
            ("image/*", "a.png", "image/png", true),
            (" image/* ", "a.png", "IMAGE/PNG", true),
            ("IMAGE/*", "a.png", "image/png", true),
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

    #[test]
    fn the_message_names_the_limit_and_the_file_s_own_value() {
        let limits = Limits {
            min_size: Some(1),
            max_size: Some(9),
            accept: vec![".csv".into(), "image/*".into()],
        };
        let table = [
            (
                file("a.csv", 0, ""),
                "The file has 0 bytes, and at least 1 are required.",
            ),
            (
                file("a.csv", 10, ""),
                "The file has 10 bytes, and at most 9 are allowed.",
            ),
            (
                file("a.pdf", 1, ""),
                "The file “a.pdf” is of unknown type; allowed are .csv, image/*.",
            ),
            (
                file("a.pdf", 1, "application/pdf"),
                "The file “a.pdf” is application/pdf; allowed are .csv, image/*.",
            ),
        ];
        for (file, expected) in table {
            assert_eq!(limits.check(&file).unwrap_err().to_string(), expected);
        }
    }
}
