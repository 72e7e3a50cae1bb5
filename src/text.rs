//! Searching text for text. The standard library's own search is made for long texts, and takes kilobytes of the
//! WebAssembly module; ours are some hundred bytes long.

/// Where the first occurrence begins.
pub(crate) fn find(text: &str, needle: &str) -> Option<usize> {
    // Windows may not be empty.
    if needle.is_empty() {
        return Some(0);
    }
    let mut windows = text.as_bytes().windows(needle.len());
    windows.position(|window| window == needle.as_bytes())
}

/// Whether it occurs.
pub(crate) fn has(text: &str, needle: &str) -> bool {
    find(text, needle).is_some()
}

/// What is before and what is after the first occurrence.
pub(crate) fn split<'a>(text: &'a str, needle: &str) -> Option<(&'a str, &'a str)> {
    let at = find(text, needle)?;
    Some((text.get(..at)?, text.get(at + needle.len()..)?))
}

/// Every occurrence replaced.
pub(crate) fn replace(text: &str, needle: &str, with: &str) -> String {
    let mut replaced = String::new();
    let mut rest = text;
    while let Some((before, after)) = split(rest, needle).filter(|_| !needle.is_empty()) {
        replaced.push_str(before);
        replaced.push_str(with);
        rest = after;
    }
    replaced.push_str(rest);
    replaced
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// As the standard library has it.
        #[test]
        fn nothing_is_missed(text in "[ab报]{0,12}", needle in "[ab报]{1,3}", with in "[ab]{0,2}") {
            prop_assert_eq!(find(&text, &needle), text.find(&needle));
            prop_assert_eq!(has(&text, &needle), text.contains(&needle));
            prop_assert_eq!(split(&text, &needle), text.split_once(&needle));
            prop_assert_eq!(replace(&text, &needle, &with), text.replace(&needle, &with));
        }
    }

    #[test]
    fn nothing_is_everywhere() {
        assert_eq!(find("a", ""), Some(0));
        assert_eq!(replace("a", "", "b"), "a");
    }
}
