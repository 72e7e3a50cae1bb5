//! The texts of the hints: a file for each language, in each file one line for each [`Line`].

use crate::text;

/// English.
pub const ENGLISH: &str = include_str!("en.txt");

/// Simplified Chinese. Not in the module of the npm package, which has a file of its own for it: `src/js/zh_cn.js`.
pub const CHINESE: &str = include_str!("zh_cn.txt");

/// A line of the texts, in their order. `{…}` is filled in.
#[derive(Clone, Copy, Debug)]
pub(super) enum Line {
    NotTheApi,
    Shapes,
    Offline,
    SignIn,
    BackendBusy,
    BackendUnreachable,
    BackendLog,
    BackendKey,
    BackendPermission,
    Hosts,
    Expired,
    Violation,
    OtherBucket,
    Condition,
    Region,
    Permission,
    Signature,
    Token,
    Clock,
    NoSuchBucket,
    Exists,
    Disabled,
    Document,
    OssBusy,
    LookUp,
    Callback,
    Proxy,
    Cors,
    Stalled,
    Integrity,
    Unreadable,
    /// Not a hint: what stands for the host while that is unknown.
    TheBucket,
}

impl Line {
    /// This line of one language's texts.
    pub(super) fn of(self, texts: &str) -> Option<&str> {
        let mut rest = texts;
        for _ in 0..self as usize {
            (_, rest) = text::split(rest, "\n")?;
        }
        text::split(rest, "\n").map(|(line, _)| line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a translation must keep: `{what is filled in}`, and the names in backquotes.
    fn names(line: &str) -> Vec<&str> {
        let mut names: Vec<&str> = line.split(['{', '}', '`']).skip(1).step_by(2).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn each_language_has_each_line_with_the_same_names() {
        let last = Line::TheBucket as usize;
        for texts in [ENGLISH, CHINESE] {
            assert_eq!(texts.lines().count(), last + 1);
            assert!(texts.lines().all(|line| !line.trim().is_empty()));
        }
        for (english, chinese) in ENGLISH.lines().zip(CHINESE.lines()) {
            assert_eq!(names(english), names(chinese), "{english} {chinese}");
        }
    }
}
