//! Templates of object keys.

use std::fmt::Write as _;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::Refusal;

/// OSS's limit for an object key, in bytes.
const MAX_KEY: usize = 1023;
/// A user's folder, in bytes: what is left of a key is the file's.
const MAX_USER: usize = 255;
/// Of a user's name these stay as they are.
const NOT_OF_USERS: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'@');

/// What a template is filled in with.
pub(crate) struct Facts<'a> {
    pub(crate) now: OffsetDateTime,
    pub(crate) user: Option<&'a str>,
    pub(crate) name: &'a str,
}

/// Refuses a template that OSS would not take as a key, or that names an unknown placeholder.
pub(crate) fn check(template: &str, allowed: &[&str]) -> Result<(), String> {
    if template.is_empty() || template.starts_with(['/', '\\']) {
        return Err("a key is not empty and does not begin with / or \\".to_owned());
    }
    for part in template.split('{').skip(1) {
        match part.split_once('}') {
            Some((name, _)) if allowed.contains(&name) => {}
            Some((name, _)) => {
                return Err(format!(
                    "unknown placeholder {{{name}}}; known: {}",
                    allowed.join(", ")
                ));
            }
            None => return Err("a { without its }".to_owned()),
        }
    }
    // ann's {user}{uuid} could begin like that of anna.
    let shares = |part: &&str| part.contains("{user}") && part.matches('{').count() > 1;
    if let Some(part) = template.split('/').find(shares) {
        return Err(format!(
            "{part:?}: {{user}} shares its folder name with another placeholder, so two users could meet"
        ));
    }
    Ok(())
}

/// Fills the template in.
pub(crate) fn fill(template: &str, facts: &Facts<'_>) -> Result<String, Refusal> {
    let mut key = String::with_capacity(template.len() + 64);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        key.push_str(before);
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        match name {
            // Writing to a text cannot fail.
            "date" => drop(write!(key, "{}", facts.now.date())),
            "uuid" => key.push_str(&Uuid::new_v4().to_string()),
            "user" => key.push_str(&folder(facts.user)?),
            _ => key.push_str(&component(facts.name)),
        }
        rest = after;
    }
    key.push_str(rest);
    if key.len() > MAX_KEY {
        return Err(Refusal::bad_request(
            "InvalidObjectName",
            "The Length of Object name must be less than 1024.",
        ));
    }
    Ok(key)
}

/// The folder of one user, and of no other: every name has a spelling of its own here, and none has a slash in it.
fn folder(user: Option<&str>) -> Result<String, Refusal> {
    let folder = match user.unwrap_or_default() {
        "" => return Err(Refusal::no_user()),
        "." => "%2E".to_owned(),
        ".." => "%2E%2E".to_owned(),
        user => utf8_percent_encode(user, NOT_OF_USERS).to_string(),
    };
    if folder.len() > MAX_USER {
        let message = format!(
            "This user's name makes a folder of {} bytes; at most {MAX_USER} are possible.",
            folder.len()
        );
        return Err(Refusal::bad_request("InvalidUserName", &message));
    }
    Ok(folder)
}

/// One path component: no folders of the client's choice, nothing that a log or a header would stumble over, and no
/// `${filename}`, which OSS would expand.
fn component(text: &str) -> String {
    let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last
        .chars()
        .map(|c| if c.is_control() { '_' } else { c })
        .collect();
    match clean.replace("${", "_{") {
        name if name.is_empty() || name == "." || name == ".." => "_".to_owned(),
        name => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    fn filled(template: &str, name: &str) -> String {
        let now = datetime!(2026-11-21 23:59:59 UTC);
        fill(
            template,
            &Facts {
                now,
                user: Some("u/1"),
                name,
            },
        )
        .unwrap()
    }

    #[test]
    fn placeholders_are_filled_in() {
        assert_eq!(
            filled("a/{date}/{user}/{name}", "报告 2026.pdf"),
            "a/2026-11-21/u%2F1/报告 2026.pdf"
        );
        let key = filled("{uuid}/{name}", "x");
        assert_eq!(key.len(), 36 + 2);
        assert_ne!(key, filled("{uuid}/{name}", "x"));
    }

    /// Pairs of users that are easily taken for one.
    #[test]
    fn two_users_never_share_a_folder() {
        let dir = |user: &str| {
            let now = OffsetDateTime::UNIX_EPOCH;
            let user = Some(user);
            let name = "";
            fill("users/{user}/", &Facts { now, user, name }).unwrap()
        };
        let users = [
            "alice",
            "Alice",
            "tenant1/alice",
            "tenant2/alice",
            "CORP\\alice",
            "CORP/alice",
            "/alice",
            "alice/",
            "alice ",
            " alice",
            "alice.",
            ".alice",
            ".",
            "..",
            "...",
            "%2E",
            "%2E%2E",
            "%",
            "%25",
            "_",
            "-",
            "${filename}",
            "{uuid}",
            "a\nb",
            "a\rb",
            "a\0b",
            "a_b",
            "a%0Ab",
            "ann",
            "anna",
            "caf\u{e9}",
            "cafe\u{301}",
            "a@b.c",
            "a%40b.c",
            "tenant1%2Falice",
            "tenant1%252Falice",
            "a+b",
            "a b",
            "*",
            "?",
            "\u{202e}",
            "\u{200b}",
            "报告",
        ];
        for (i, a) in users.iter().enumerate() {
            let folder = dir(a);
            assert_eq!(folder.matches('/').count(), 2, "{a:?}: {folder}");
            assert!(
                folder.bytes().all(|byte| byte.is_ascii_graphic()),
                "{folder}"
            );
            assert!(
                !folder.contains("/./") && !folder.contains("/../"),
                "{folder}"
            );
            for b in users.iter().skip(i + 1) {
                let other = dir(b);
                assert!(
                    !folder.starts_with(&other) && !other.starts_with(&folder),
                    "{a:?} and {b:?}: {folder}"
                );
            }
        }
        assert_eq!(dir("alice@example.com"), "users/alice@example.com/");
    }

    #[test]
    fn a_user_that_makes_no_folder_is_refused() {
        let refused = |user: Option<&str>| {
            let now = OffsetDateTime::UNIX_EPOCH;
            let name = "";
            let refusal = fill("{user}/", &Facts { now, user, name }).unwrap_err();
            (refusal.envelope.code, refusal.envelope.message)
        };
        for nobody in [None, Some("")] {
            assert_eq!(refused(nobody).0, "Unauthorized");
        }
        let (code, message) = refused(Some(&"é".repeat(43)));
        assert_eq!(code, "InvalidUserName");
        assert_eq!(
            message,
            "This user's name makes a folder of 258 bytes; at most 255 are possible."
        );
    }

    #[test]
    fn a_name_is_one_component_and_expands_nothing() {
        assert_eq!(filled("{name}", "../../etc/passwd"), "passwd");
        assert_eq!(filled("{name}", "C:\\a\\b.txt"), "b.txt");
        assert_eq!(filled("{name}", "a\r\nb"), "a__b");
        assert_eq!(filled("{name}", "${filename}.txt"), "_{filename}.txt");
        assert_eq!(filled("x/{name}", ".."), "x/_");
    }

    #[test]
    fn a_key_over_1023_bytes_is_refused() {
        let filled = |length| {
            let name = "x".repeat(length);
            let now = OffsetDateTime::UNIX_EPOCH;
            let user = None;
            let name = name.as_str();
            fill("{name}", &Facts { now, user, name })
        };
        assert!(filled(1023).is_ok());
        assert!(filled(1024).is_err());
    }

    #[test]
    fn templates_are_checked() {
        let problem = |template| check(template, &["date", "name"]).unwrap_err();
        assert_eq!(
            problem("/a"),
            "a key is not empty and does not begin with / or \\"
        );
        assert_eq!(
            problem("{day}"),
            "unknown placeholder {day}; known: date, name"
        );
        assert_eq!(problem("a{date"), "a { without its }");
        assert!(check("a/{date}/{name}", &["date", "name"]).is_ok());
        for shared in ["a/{user}{uuid}/", "{user}-{name}", "{date}{user}"] {
            let known = ["date", "uuid", "user", "name"];
            let problem = check(shared, &known).unwrap_err();
            assert!(problem.contains("two users could meet"), "{problem}");
        }
        assert!(check("of-{user}/{uuid}/", &["uuid", "user"]).is_ok());
    }
}
