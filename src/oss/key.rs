//! What an object key may be ("Naming conventions for objects" of the OSS documentation).

/// The longest key, in bytes.
pub(crate) const MAX_LEN: usize = 1023;

/// What OSS replaces in a key by the file name of the part, once it has checked the policy.
pub(crate) const FILE_NAME_VARIABLE: &str = "${filename}";

/// OSS takes no key that begins so.
pub(crate) fn begins_with_slash(key: &str) -> bool {
    key.starts_with(['/', '\\'])
}

/// A file name as the last component of a key: without slashes, which would make folders, and control characters,
/// which lists of objects (XML) cannot hold.
pub(crate) fn component(file_name: &str) -> String {
    file_name.replace(
        |c: char| c.is_ascii_control() || matches!(c, '/' | '\\'),
        "_",
    )
}
