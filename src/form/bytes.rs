//! `multipart/form-data`, byte by byte.

use crate::text;

/// 128 random bits cannot be in the file but by knowing them; in the fields they are looked for.
pub(super) fn boundary(unique: [u8; 16], fields: &[(String, String)], file_name: &str) -> String {
    let mut boundary = text::concat(&["----oss-direct-upload-", &text::hex(&unique)]);
    while text::has(file_name, &boundary)
        || fields.iter().any(|(_, value)| text::has(value, &boundary))
    {
        boundary.push('-');
    }
    boundary
}

/// Field after field, then the header of the file's part.
pub(super) fn head(
    boundary: &str,
    fields: &[(String, String)],
    file_name: &str,
    content_type: &str,
) -> Vec<u8> {
    let mut head = String::new();
    for (name, value) in fields {
        head.push_str(&text::fill(
            "--{}\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n{}\r\n",
            &[boundary, name, value],
        ));
    }
    head.push_str(&text::fill(
        "--{}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{}\"\r\nContent-Type: {}\r\n\r\n",
        &[boundary, &escaped(file_name), content_type],
    ));
    head.into_bytes()
}

/// A file name in a part's header: "multipart/form-data encoding algorithm" of the WHATWG HTML standard. What no header
/// can hold, and a backslash, which some readers take for an escape of the quote behind it, are replaced on top of that.
fn escaped(file_name: &str) -> String {
    text::substitute(file_name, |c| {
        Some(match c {
            '"' => "%22",
            '\r' => "%0D",
            '\n' => "%0A",
            c if c.is_ascii_control() || c == '\\' => "_",
            _ => return None,
        })
    })
}
