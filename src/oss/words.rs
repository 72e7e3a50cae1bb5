//! A server's own words, fit to be shown: without secrets, on one line, and not longer than anyone reads.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{ESCAPED, Fields, field};

/// Longer messages are cut.
const MAX_LEN: usize = 500;

/// What stands in place of a secret.
const MASK: &str = "***";

/// Shorter values are not looked for: they would be found in ordinary words.
const MIN_SECRET: usize = 8;

/// A message may echo the beginning of a secret. From this length on that is masked, too.
const MIN_BEGINNING: usize = 16;

/// What stands before the text that was signed, or before the value of a condition on a secret field, in messages that
/// echo it. That value may be another one than the form's.
const BEFORE_SECRETS: [&str; 6] = [
    "string to sign",
    "stringtosign",
    "security-token\"",
    "x-oss-signature\"",
    "$signature\"",
    "$policy\"",
];

/// Names of secrets in messages that hold a form, as JSON or as the query of an address, whatever stands before them.
const NAMES: [&str; 4] = ["policy", "signature", "token", "secret"];

/// What follows such a name is masked from this length on: no word is so long.
const MIN_NAMED: usize = 20;

/// JSON's first characters as Base64: `{"`, `{ "` and `{` before a new line.
const POLICY_BEGINNINGS: [&str; 3] = ["eyJ", "eyA", "ewo"];

/// Forms of secrets that are looked for. Where an answer has more, none of its words is shown.
const MAX_SECRETS: usize = 400;

/// So much of a message is read: the beginning that is shown, and what may fall out of it.
const MAX_READ: usize = 16 * 1024;

/// Values that no message may show. The `Debug` output shows none.
#[derive(Clone, Default)]
pub struct Secrets {
    values: Vec<String>,
    /// There were more than anyone looks for.
    too_many: bool,
}

impl Secrets {
    /// The secret values of a form.
    #[must_use]
    pub fn of(fields: &Fields) -> Self {
        let mut secrets = Self::default();
        for field in fields {
            if field::is_secret(&field.name) {
                secrets.add(&field.value);
            }
        }
        secrets
    }

    /// One more secret, as it is and as it looks in an address or inside of JSON.
    pub fn add(&mut self, value: &str) {
        if value.len() < MIN_SECRET {
            return;
        }
        let encoded = |set| utf8_percent_encode(value, set).to_string();
        for form in [
            String::from(value),
            encoded(NON_ALPHANUMERIC),
            encoded(ESCAPED),
            value.replace('/', "\\/"),
        ] {
            if self.values.len() >= MAX_SECRETS {
                self.too_many = true;
            } else if !self.values.contains(&form) {
                self.values.push(form);
            }
        }
    }

    /// The secrets of another one, too.
    pub fn extend(&mut self, other: Self) {
        self.values.extend(other.values);
        self.too_many |= other.too_many || self.values.len() > MAX_SECRETS;
        self.values.truncate(MAX_SECRETS);
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// A message without secrets, on one line, cut to a readable length.
    #[must_use]
    pub fn shown(&self, message: &str) -> String {
        if self.too_many {
            return String::from(MASK);
        }
        let read = message.floor_char_boundary(MAX_READ);
        let mut shown = String::from(message.get(..read).unwrap_or_default());
        for secret in &self.values {
            shown = shown.replace(secret.as_str(), MASK);
        }
        for secret in &self.values {
            shown = without_beginnings(&shown, secret);
        }
        shortened(&without_unknown(&shown))
    }

    /// Whether a text itself says that it holds a secret: `policy=…`.
    #[must_use]
    pub fn are_named_in(text: &str) -> bool {
        without_unknown(text) != text
    }
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Secrets").finish_non_exhaustive()
    }
}

/// Masks secrets that nobody here has seen.
fn without_unknown(text: &str) -> String {
    let mut shown = without_named(text);
    for beginning in POLICY_BEGINNINGS {
        shown = masked_from(&shown, beginning, |part| {
            let after = part.trim_start_matches(is_of_secret);
            (part.len() - after.len() >= MIN_NAMED).then_some(after)
        });
    }
    shown
}

/// Masks what begins so. `after` gives what follows it, or `None` where that was no secret.
fn masked_from<'a>(
    text: &'a str,
    beginning: &str,
    after: impl Fn(&'a str) -> Option<&'a str>,
) -> String {
    let mut parts = text.split(beginning);
    let mut masked = String::from(parts.next().unwrap_or_default());
    for part in parts {
        let (mask, rest) = after(part).map_or((beginning, part), |rest| (MASK, rest));
        masked += mask;
        masked += rest;
    }
    masked
}

/// Masks what is said to be a secret, in a form that nobody here has seen: `policy=…`, `"policy":"…"`.
fn without_named(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((name, value)) = rest.split_once(['=', ':']) {
        let assigned = rest.len() - value.len();
        shown += rest.get(..assigned).unwrap_or_default();
        rest = value;
        let name = name.trim_end_matches(is_quote);
        if !NAMES.iter().any(|secret| ends_with(name, secret)) {
            continue;
        }
        let value = rest.trim_start_matches(is_quote);
        let after = value.trim_start_matches(is_of_secret);
        if value.len() - after.len() >= MIN_NAMED {
            let quotes = rest.len() - value.len();
            shown += rest.get(..quotes).unwrap_or_default();
            shown += MASK;
            rest = after;
        }
    }
    shown + rest
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '\\' | ' ')
}

/// Base64 in any of its alphabets, as it is, in an address or in JSON.
fn is_of_secret(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '_' | '-' | '%' | '.' | '\\')
}

fn ends_with(text: &str, end: &str) -> bool {
    let start = text.len().saturating_sub(end.len());
    text.get(start..)
        .is_some_and(|last| last.eq_ignore_ascii_case(end))
}

/// Masks every place that holds the first characters of the secret, as far as they agree.
fn without_beginnings(text: &str, secret: &str) -> String {
    let Some(beginning) = secret.get(..MIN_BEGINNING) else {
        return String::from(text);
    };
    masked_from(text, beginning, |part| {
        let rest = secret.get(MIN_BEGINNING..).unwrap_or_default();
        let same = part
            .chars()
            .zip(rest.chars())
            .take_while(|(a, b)| a == b)
            .map(|(a, _)| a.len_utf8())
            .sum();
        // What follows may be the rest in another form.
        let after = part.get(same..).unwrap_or_default();
        Some(after.trim_start_matches(is_of_secret))
    })
}

/// On one line, without what was signed, and cut to a readable length.
fn shortened(message: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "CAIS+example/token-of-the-security-token-service==";

    fn secrets() -> Secrets {
        let mut fields = Fields::new();
        fields.set("x-oss-security-token", TOKEN);
        fields.set("policy", "eyJleHBpcmF0aW9uIjoiMjAzMyJ9");
        fields.set("Signature", "s");
        fields.set("key", "a-key-that-may-be-shown");
        Secrets::of(&fields)
    }

    #[test]
    fn secrets_are_masked_wherever_they_stand() {
        let encoded = "CAIS%2Bexample%2Ftoken%2Dof%2Dthe%2Dsecurity%2Dtoken%2Dservice%3D%3D";
        for (message, shown) in [
            (format!("token {TOKEN} is bad"), "token *** is bad"),
            (format!("[{TOKEN}{TOKEN}]"), "[******]"),
            (format!("?t={encoded}&x=1"), "?t=***&x=1"),
            (
                String::from("{\"t\":\"CAIS+example\\/token-of-the-security-token-service==\"}"),
                "{\"t\":\"***\"}",
            ),
            (
                String::from("policy eyJleHBpcmF0aW9uIjo is cut"),
                "policy *** is cut",
            ),
            (
                String::from("key a-key-that-may-be-shown, signature s"),
                "key a-key-that-may-be-shown, signature s",
            ),
        ] {
            assert_eq!(secrets().shown(&message), shown);
        }
    }

    #[test]
    fn secrets_that_only_the_message_names_are_masked() {
        let policy = "eyJleHBpcmF0aW9uIjoiMjAzMyJ9";
        for (message, shown) in [
            (
                format!("no: policy={policy}&signature={policy}=&key=a"),
                "no: policy=***&signature=***&key=a",
            ),
            (
                format!("{{\"Policy\": \"{policy}\", \"key\":\"a\"}}"),
                "{\"Policy\": \"***\", \"key\":\"a\"}",
            ),
            (
                format!("{{\\\"x-oss-security-token\\\":\\\"{policy}\\\"}}"),
                "{\\\"x-oss-security-token\\\":\\\"***\"}",
            ),
            (
                String::from("Invalid according to Policy: Policy expired."),
                "Invalid according to Policy: Policy expired.",
            ),
            (
                String::from("报policy:报 key=0123456789012345678901234567890"),
                "报policy:报 key=0123456789012345678901234567890",
            ),
        ] {
            assert_eq!(Secrets::default().shown(&message), shown);
        }
    }

    #[test]
    fn the_rest_of_a_secret_in_another_form_is_masked() {
        let mut secrets = Secrets::default();
        secrets.add("CAIS0123456789abcdef+rest/of-the-token");
        for echoed in [
            "t=CAIS0123456789abcdef%2Brest%2Fof-the-token is bad",
            "t=CAIS0123456789abcdef%2brest%2fof-the-token is bad",
        ] {
            assert_eq!(secrets.shown(echoed), "t=*** is bad");
        }
    }

    #[test]
    fn a_policy_is_masked_whoever_has_seen_it() {
        let message = "cannot use eyJleHBpcmF0aW9uIjoiMjAzMyJ9 here, eyJ is short";
        assert_eq!(
            Secrets::default().shown(message),
            "cannot use *** here, eyJ is short"
        );
    }

    #[test]
    fn of_an_answer_with_too_many_secrets_nothing_is_shown() {
        let mut secrets = Secrets::default();
        for number in 0..MAX_SECRETS {
            secrets.add(&format!("secret-number-{number}"));
        }
        assert_eq!(secrets.shown("any message"), MASK);
    }

    #[test]
    fn a_signed_text_is_cut() {
        let message = "Specified signature is not matched with our calculation. server string to sign is:POST&%2F&x";
        assert_eq!(
            Secrets::default().shown(message),
            "Specified signature is not matched with our calculation. server string to sign…"
        );
    }

    #[test]
    fn one_line_of_readable_length() {
        assert_eq!(Secrets::default().shown(" a\r\n  b\t"), "a b");
        let long = Secrets::default().shown(&"报".repeat(1000));
        assert!(long.len() < 510 && long.ends_with('…'));
    }

    #[test]
    fn debug_shows_none() {
        assert!(!format!("{:?}", secrets()).contains("CAIS"));
    }
}
