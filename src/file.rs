//! All that the core knows of a file. Its bytes never come here.

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

/// A page's own limits for a file, beside those of the signed policy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Bytes that the file must have at least.
    pub min_size: Option<u64>,
    /// Bytes that it may have at most.
    pub max_size: Option<u64>,
    /// What it may be, in the words of HTML's `<input accept>`: `image/*`, `application/pdf`, `.csv`. Empty: anything.
    pub accept: Vec<String>,
}

/// Which of a page's own limits a file exceeds, and the file's own value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Excess {
    /// It is too large.
    Large {
        /// Bytes of the file.
        size: u64,
        /// Bytes that it may have at most.
        max: u64,
    },
    /// It is too small.
    Small {
        /// Bytes of the file.
        size: u64,
        /// Bytes that it must have at least.
        min: u64,
    },
    /// It is of another type.
    Type {
        /// Name of the file.
        name: String,
        /// Its media type; may be empty.
        content_type: String,
        /// What it may be.
        accept: Vec<String>,
    },
}

impl Limits {
    /// Whether the file keeps to the limits.
    ///
    /// # Errors
    ///
    /// The first limit that it exceeds.
    pub fn check(&self, file: &FileFacts) -> Result<(), Excess> {
        let size = file.size;
        if let Some(min) = self.min_size.filter(|min| size < *min) {
            return Err(Excess::Small { size, min });
        }
        if let Some(max) = self.max_size.filter(|max| size > *max) {
            return Err(Excess::Large { size, max });
        }
        if self.accept.is_empty() || self.accept.iter().any(|pattern| accepts(pattern, file)) {
            return Ok(());
        }
        Err(Excess::Type {
            name: file.name.clone(),
            content_type: file.content_type.clone(),
            accept: self.accept.clone(),
        })
    }
}

/// One pattern of `accept` (HTML standard, "accept attribute").
fn accepts(pattern: &str, file: &FileFacts) -> bool {
    let pattern = pattern.trim_ascii().to_ascii_lowercase();
    if pattern.starts_with('.') {
        return file.name.to_ascii_lowercase().ends_with(&pattern);
    }
    // Parameters, such as a charset, do not count.
    let media_type = file.content_type.split(';').next().unwrap_or_default();
    let media_type = media_type.trim_ascii().to_ascii_lowercase();
    match pattern.strip_suffix("/*") {
        Some("*") => true,
        Some(group) => media_type
            .strip_prefix(group)
            .is_some_and(|rest| rest.starts_with('/')),
        None => media_type == pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, size: u64, content_type: &str) -> FileFacts {
        FileFacts {
            name: String::from(name),
            size,
            content_type: String::from(content_type),
        }
    }

    #[test]
    fn sizes() {
        let limits = Limits {
            min_size: Some(2),
            max_size: Some(4),
            accept: Vec::new(),
        };
        let check = |size| limits.check(&file("a", size, ""));
        assert_eq!(check(1), Err(Excess::Small { size: 1, min: 2 }));
        assert_eq!(check(2), Ok(()));
        assert_eq!(check(4), Ok(()));
        assert_eq!(check(5), Err(Excess::Large { size: 5, max: 4 }));
        assert_eq!(Limits::default().check(&file("a", 0, "")), Ok(()));
    }

    /// "accept attribute" of the HTML standard: file name extensions and media types, in any case.
    #[test]
    fn types() {
        for (pattern, name, content_type, is_accepted) in [
            (".csv", "a.CSV", "", true),
            (".csv", "a.csv.txt", "", false),
            ("image/*", "a", "image/png", true),
            ("image/*", "a", "imagery/png", false),
            ("image/*", "a", "", false),
            ("IMAGE/PNG", "a", "image/png; x=y", true),
            (" application/pdf ", "a", "application/pdf", true),
            ("application/pdf", "a", "application/pdfx", false),
            ("*/*", "a", "", true),
        ] {
            let limits = Limits {
                accept: vec![String::from(".other"), String::from(pattern)],
                ..Limits::default()
            };
            let checked = limits.check(&file(name, 1, content_type));
            assert_eq!(
                checked.is_ok(),
                is_accepted,
                "{pattern} {name} {content_type}"
            );
        }
    }
}
