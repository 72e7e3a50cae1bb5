//! Names of buckets.

/// 3 to 63 lower-case letters, digits and hyphens; old ones may hold underscores.
pub(crate) fn is_bucket(name: &str) -> bool {
    matches!(name.len(), 3..=63)
        && name.bytes().all(is_label_byte)
        && !name.starts_with('-')
        && !name.ends_with('-')
}

/// What labels of hosts and names of buckets are made of; underscores are in old ones.
pub(crate) fn is_label_byte(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_')
}

/// Such as `demo` of `demo.oss-cn-hangzhou.aliyuncs.com`. It may also be an access point's alias, and a custom domain
/// tells nothing: good enough to be shown, not to be judged by.
pub(crate) fn in_host(host: &str) -> Option<&str> {
    let (bucket, endpoint) = host.split_once('.')?;
    endpoint.strip_suffix(".aliyuncs.com").map(|_| bucket)
}
