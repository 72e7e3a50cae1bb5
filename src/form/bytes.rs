//! `multipart/form-data`, byte by byte.

use uuid::Uuid;

use crate::oss::{Field, Fields};

/// A random UUID cannot be in the file but by knowing it; in the fields it is looked for.
pub(super) fn boundary(unique: Uuid, fields: &Fields, file_name: &str) -> String {
    let mut boundary = format!("----oss-direct-upload-{}", unique.simple());
    while file_name.contains(&boundary)
        || fields.iter().any(|field| field.value.contains(&boundary))
    {
        boundary.push('-');
    }
    boundary
}

/// Field after field, then the header of the file's part.
pub(super) fn head(
    boundary: &str,
    fields: &Fields,
    file_name: &str,
    content_type: &str,
) -> Vec<u8> {
    let mut parts: Vec<_> = fields
        .iter()
        .map(|Field { name, value }| {
            format!(
                "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            )
        })
        .collect();
    let file_name = escaped(file_name);
    parts.push(format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{file_name}\"\r\n\
         Content-Type: {content_type}\r\n\r\n"
    ));
    parts.concat().into_bytes()
}

/// A file name in a part's header: "multipart/form-data encoding algorithm" of the WHATWG HTML standard. What no header
/// can hold, and a backslash, which some readers take for an escape of the quote behind it, are replaced on top of that.
fn escaped(file_name: &str) -> String {
    file_name
        .replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
        .replace(|c: char| c.is_ascii_control() || c == '\\', "_")
}
