//! Templates of object keys.

use time::OffsetDateTime;
use uuid::Uuid;

use crate::{Refusal, SettingError};

/// OSS's limit for an object key, in bytes.
const MAX_KEY: usize = 1023;

/// What a template is filled in with.
pub(crate) struct Facts<'a> {
    pub(crate) now: OffsetDateTime,
    pub(crate) user: Option<&'a str>,
    pub(crate) name: &'a str,
}

/// Refuses a template that OSS would not take as a key, or that names an unknown placeholder.
pub(crate) fn check(setting: &str, template: &str, allowed: &[&str]) -> Result<(), SettingError> {
    let wrong = |problem: String| Err(SettingError::new(setting, problem));
    if template.is_empty() || template.starts_with(['/', '\\']) {
        return wrong("a key is not empty and does not begin with / or \\".to_owned());
    }
    for part in template.split('{').skip(1) {
        match part.split_once('}') {
            Some((name, _)) if allowed.contains(&name) => {}
            Some((name, _)) => {
                return wrong(format!(
                    "unknown placeholder {{{name}}}; known: {}",
                    allowed.join(", ")
                ));
            }
            None => return wrong("a { without its }".to_owned()),
        }
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
            "date" => key.push_str(&facts.now.date().to_string()),
            "uuid" => key.push_str(&Uuid::new_v4().to_string()),
            "user" => key.push_str(&component(facts.user.ok_or_else(Refusal::no_user)?)),
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
                user: Some("u/../1"),
                name,
            },
        )
        .unwrap()
    }

    #[test]
    fn placeholders_are_filled_in() {
        assert_eq!(
            filled("a/{date}/{user}/{name}", "报告 2026.pdf"),
            "a/2026-11-21/1/报告 2026.pdf"
        );
        let key = filled("{uuid}/{name}", "x");
        assert_eq!(key.len(), 36 + 2);
        assert_ne!(key, filled("{uuid}/{name}", "x"));
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
        let problem = |template| {
            check("ens.key", template, &["date", "name"])
                .unwrap_err()
                .to_string()
        };
        assert_eq!(
            problem("/a"),
            "ens.key (UPLOAD_ENS__KEY): a key is not empty and does not begin with / or \\"
        );
        assert_eq!(
            problem("{day}"),
            "ens.key (UPLOAD_ENS__KEY): unknown placeholder {day}; known: date, name"
        );
        assert_eq!(
            problem("a{date"),
            "ens.key (UPLOAD_ENS__KEY): a { without its }"
        );
        assert!(check("ens.key", "a/{date}/{name}", &["date", "name"]).is_ok());
    }
}
