//! The names of form fields: OSS's spelling and order, and what may stand in them.
//!
//! OSS's documents contradict each other on whether names are case-sensitive, so the canonical spelling is sent always.

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
pub(crate) const EXPIRES: &str = "Expires";
/// Where conditions of a policy name the bucket. No form field.
pub(crate) const BUCKET: &str = "bucket";
/// User metadata begins so.
pub(crate) const META: &str = "x-oss-meta-";
/// Callback variables begin so.
pub(crate) const CALLBACK_VAR: &str = "x:";
/// The S3-style names that OSS takes, too.
pub(crate) const AMZ_ACCESS_KEY_ID: &str = "AWSAccessKeyId";
pub(crate) const AMZ_SIGNATURE: &str = "x-amz-signature";
pub(crate) const AMZ_CREDENTIAL: &str = "x-amz-credential";

/// Every field that OSS documents for PostObject, in the order in which a form carries them.
const DOCUMENTED: [&str; 27] = [
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
    EXPIRES,
    "x-oss-object-acl",
    "x-oss-storage-class",
    "x-oss-server-side-encryption",
    "x-oss-server-side-encryption-key-id",
    "x-oss-server-side-data-encryption",
    "x-oss-traffic-limit",
    CALLBACK,
    FILE,
];

/// Fields that prove who signed.
const SIGNING: [&str; 10] = [
    AMZ_ACCESS_KEY_ID,
    POLICY,
    SIGNATURE,
    SIGNATURE_V4,
    SIGNATURE_VERSION,
    CREDENTIAL,
    DATE,
    ACCESS_KEY_ID,
    ACCESS_KEY_ID_V2,
    SECURITY_TOKEN,
];

/// The same name but for case, `-` and `_`: `x-oss-date`, `x_oss_date` and `xOssDate` are alike.
pub(crate) fn alike(a: &str, b: &str) -> bool {
    bare(a).eq(bare(b))
}

fn bare(name: &str) -> impl Iterator<Item = u8> {
    name.bytes()
        .filter(|byte| !matches!(byte, b'-' | b'_'))
        .map(|byte| byte.to_ascii_lowercase())
}

/// Whether it begins so, whatever the case of its letters.
pub(crate) fn begins(name: &str, prefix: &str) -> bool {
    name.get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// OSS's spelling of a documented field.
pub(crate) fn canonical(name: &str) -> Option<&'static str> {
    DOCUMENTED.into_iter().find(|known| alike(known, name))
}

/// OSS's spelling of a field, or the name as it is where OSS documents none.
pub(crate) fn spelled(name: &str) -> String {
    if let Some(known) = canonical(name) {
        return String::from(known);
    }
    let rest = name.get(META.len()..).unwrap_or_default();
    if begins(name, META) {
        format!("{META}{rest}")
    } else if begins(name, "x_oss_meta_") {
        // Then underscores stand for hyphens in what follows, too.
        format!("{META}{}", rest.replace('_', "-"))
    } else {
        String::from(name)
    }
}

/// The place of a field in the form. Undocumented ones come last, in the order in which they were given.
pub(crate) fn rank(name: &str) -> usize {
    DOCUMENTED
        .iter()
        .position(|known| *known == name)
        .unwrap_or(DOCUMENTED.len())
}

/// The file's type, whichever of the two fields holds it.
pub(crate) fn is_content_type(name: &str) -> bool {
    alike(name, CONTENT_TYPE) || alike(name, OSS_CONTENT_TYPE)
}

/// Fields that prove who signed: only the backend may set them, and no message shows their value.
pub(crate) fn is_secret(name: &str) -> bool {
    begins(name, "x-amz-") || SIGNING.iter().any(|signing| alike(signing, name))
}

/// A token of HTTP (RFC 9110, 5.6.2): what a header's name may consist of.
pub(crate) fn is_token(name: &str) -> bool {
    let is_token_byte = |byte: u8| {
        byte.is_ascii_alphanumeric()
            || matches!(
                byte,
                b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'^'..=b'`' | b'|' | b'~'
            )
    };
    !name.is_empty() && name.bytes().all(is_token_byte)
}

/// A name of metadata: letters, digits and hyphens (error number 0011-00000002 of the OSS documentation).
pub(crate) fn is_meta_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Whether text holds a control character, such as the line breaks that would begin another header.
pub(crate) fn has_control(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_control())
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
