//! A server's own words, fit to be shown.

/// Longer messages are cut.
const MAX_LEN: usize = 500;

/// What stands before the text that was signed, or before a secret value of the form, in messages that echo it.
const BEFORE_SECRETS: [&str; 6] = [
    "string to sign",
    "stringtosign",
    "security-token\"",
    "x-oss-signature\"",
    "$signature\"",
    "$policy\"",
];

/// A server's message without what it may echo of a signature, on one line, and not longer than anyone reads.
pub(crate) fn without_secrets(message: &str) -> String {
    let lower = message.to_ascii_lowercase();
    let end = BEFORE_SECRETS
        .iter()
        .filter_map(|word| Some(lower.find(word)? + word.len()))
        .fold(MAX_LEN, usize::min);
    let shown = message
        .get(..message.floor_char_boundary(end))
        .unwrap_or_default();
    let mut line = shown.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
    if shown.len() < message.trim_ascii_end().len() {
        line.push('…');
    }
    line
}
