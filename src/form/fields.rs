//! The names of form fields: OSS's spelling and order, and what may stand in them.
//!
//! OSS's documents contradict each other on whether names are case-sensitive, so the canonical spelling is sent always.

use std::slice::Iter;

use crate::text;

pub(crate) const KEY: &str = "key";
pub(crate) const POLICY: &str = "policy";
pub(crate) const ACCESS_KEY_ID: &str = "OSSAccessKeyId";
pub(crate) const SIGNATURE: &str = "Signature";
pub(crate) const SIGNATURE_V4: &str = "x-oss-signature";
pub(crate) const SIGNATURE_VERSION: &str = "x-oss-signature-version";
pub(crate) const CREDENTIAL: &str = "x-oss-credential";
pub(crate) const DATE: &str = "x-oss-date";
pub(crate) const ACCESS_KEY_ID_V2: &str = "x-oss-access-key-id";
pub(crate) const SECURITY_TOKEN: &str = "x-oss-security-token";
pub(crate) const STATUS: &str = "success_action_status";
pub(crate) const REDIRECT: &str = "success_action_redirect";
pub(crate) const FORBID_OVERWRITE: &str = "x-oss-forbid-overwrite";
pub(crate) const OSS_CONTENT_TYPE: &str = "x-oss-content-type";
pub(crate) const CONTENT_TYPE: &str = "Content-Type";
pub(crate) const CALLBACK: &str = "callback";
pub(crate) const FILE: &str = "file";
pub(crate) const META: &str = "x-oss-meta-";
pub(crate) const CALLBACK_VAR: &str = "x:";

/// Every field that OSS documents for PostObject, in the order in which a form carries them.
const KNOWN: [&str; 27] = [
    KEY,
    SIGNATURE_VERSION,
    CREDENTIAL,
    DATE,
    ACCESS_KEY_ID,
    ACCESS_KEY_ID_V2,
    POLICY,
    SIGNATURE,
    SIGNATURE_V4,
    SECURITY_TOKEN,
    STATUS,
    REDIRECT,
    FORBID_OVERWRITE,
    OSS_CONTENT_TYPE,
    CONTENT_TYPE,
    "Cache-Control",
    "Content-Disposition",
    "Content-Encoding",
    "Expires",
    "x-oss-object-acl",
    "x-oss-storage-class",
    "x-oss-server-side-encryption",
    "x-oss-server-side-encryption-key-id",
    "x-oss-server-side-data-encryption",
    "x-oss-traffic-limit",
    CALLBACK,
    FILE,
];

/// The same name but for case, `-` and `_`: `x-oss-date`, `x_oss_date` and `xOssDate` are one.
pub(crate) fn alike(a: &str, b: &str) -> bool {
    let (mut a, mut b) = (a.as_bytes().iter(), b.as_bytes().iter());
    loop {
        let next = next_bare(&mut a);
        if next != next_bare(&mut b) {
            return false;
        }
        if next.is_none() {
            return true;
        }
    }
}

fn next_bare(name: &mut Iter<u8>) -> Option<u8> {
    for byte in name {
        if !matches!(byte, b'-' | b'_') {
            return Some(byte.to_ascii_lowercase());
        }
    }
    None
}

/// OSS's spelling of a documented field.
pub(crate) fn canonical(name: &str) -> Option<&'static str> {
    KNOWN.into_iter().find(|known| alike(known, name))
}

/// OSS's spelling of a field, or the name as it is where OSS documents none.
pub(crate) fn spelled(name: &str) -> String {
    if let Some(known) = canonical(name) {
        return String::from(known);
    }
    let rest = name.get(META.len()..).unwrap_or_default();
    if text::begins(name, META) {
        text::concat(&[META, rest])
    } else if text::begins(name, "x_oss_meta_") {
        // Then underscores stand for hyphens in what follows, too.
        text::concat(&[META, &text::replace(rest, "_", "-")])
    } else {
        String::from(name)
    }
}

/// The place of a field in the form; undocumented ones come last, in the order in which they were given.
fn rank(name: &str) -> usize {
    KNOWN
        .iter()
        .position(|known| *known == name)
        .unwrap_or(KNOWN.len())
}

/// The value of a field, whatever the case of its name.
pub(crate) fn find<'a>(fields: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let at = position(fields, name)?;
    fields.get(at).map(|(_, value)| value.as_str())
}

/// Whether there is such a field.
pub(crate) fn has(fields: &[(String, String)], name: &str) -> bool {
    position(fields, name).is_some()
}

/// Adds a field, at its place in the form or in the place of one of the same name.
pub(crate) fn set(fields: &mut Vec<(String, String)>, name: &str, value: &str) {
    let field = (String::from(name), String::from(value));
    let at = position(fields, name);
    if let Some(old) = at.and_then(|at| fields.get_mut(at)) {
        *old = field;
        return;
    }
    let own = rank(name);
    let at = fields.iter().position(|(name, _)| rank(name) > own);
    fields.insert(at.unwrap_or(fields.len()), field);
}

fn position(fields: &[(String, String)], name: &str) -> Option<usize> {
    fields
        .iter()
        .position(|(own, _)| own.eq_ignore_ascii_case(name))
}

/// The file's type, whichever of the two fields it is in.
pub(crate) fn is_content_type(name: &str) -> bool {
    alike(name, CONTENT_TYPE) || alike(name, OSS_CONTENT_TYPE)
}

/// Fields that prove who signed: only the backend may set them, and no message shows their value.
pub(crate) fn is_secret(name: &str) -> bool {
    text::begins(name, "x-amz-")
        || [
            "AWSAccessKeyId",
            POLICY,
            SIGNATURE,
            SIGNATURE_V4,
            SIGNATURE_VERSION,
            CREDENTIAL,
            DATE,
            ACCESS_KEY_ID,
            ACCESS_KEY_ID_V2,
            SECURITY_TOKEN,
        ]
        .iter()
        .any(|secret| alike(secret, name))
}

/// A token of HTTP (RFC 9110, 5.6.2): what a header's name may consist of.
pub(crate) fn is_token(name: &str) -> bool {
    !name.is_empty()
        && text::all(name, |byte| {
            byte.is_ascii_alphanumeric()
                || matches!(
                    byte,
                    b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'^'..=b'`' | b'|' | b'~'
                )
        })
}

/// Text for a message: in quotes, and on one line.
pub(crate) fn quoted(text: &str) -> String {
    let line = text::substitute(text, |c| c.is_ascii_control().then_some(" "));
    text::concat(&["\"", &line, "\""])
}

/// Whether text holds a control character, such as the line breaks that would begin another header.
pub(crate) fn has_control(value: &str) -> bool {
    text::count(value, |byte| byte.is_ascii_control()) > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings() {
        for (given, oss) in [
            ("ossaccesskeyid", "OSSAccessKeyId"),
            ("signature", "Signature"),
            ("x_oss_signature_version", "x-oss-signature-version"),
            ("xOssSecurityToken", "x-oss-security-token"),
            ("content-type", "Content-Type"),
            ("X-OSS-META-Author", "x-oss-meta-Author"),
            ("x_oss_meta_user_id", "x-oss-meta-user-id"),
            ("x:user", "x:user"),
            ("fileName", "fileName"),
            ("报告报告报告报告", "报告报告报告报告"),
        ] {
            assert_eq!(spelled(given), oss);
        }
    }

    #[test]
    fn tokens() {
        assert!(is_token("author") && is_token("x-1_a.b"));
        for name in ["", "a b", "a:b", "名", "a\r\nb", "a\"b"] {
            assert!(!is_token(name), "{name}");
        }
    }

    #[test]
    fn secrets() {
        for name in [
            "policy",
            "Signature",
            "x-oss-security-token",
            "X-Amz-Signature",
            "OSSAccessKeyId",
            "xOssSecurityToken",
        ] {
            assert!(is_secret(name), "{name}");
        }
        for name in ["key", "x-oss-meta-a", "x", "success_action_status"] {
            assert!(!is_secret(name), "{name}");
        }
    }
}
