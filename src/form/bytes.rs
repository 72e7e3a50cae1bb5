//! `multipart/form-data`, byte by byte.

use crate::text;

use super::key;

/// 128 random bits cannot be in the file but by knowing them; in the fields they are looked for.
pub(super) fn boundary(unique: [u8; 16], fields: &[(String, String)], file_name: &str) -> String {
    let base = ["----oss-direct-upload-", &key::hex(unique)].concat();
    let mut boundary = base.clone();
    let mut counter: u32 = 0;
    while text::has(file_name, &boundary)
        || fields.iter().any(|(_, value)| text::has(value, &boundary))
    {
        counter += 1;
        boundary = [&base, "-", &counter.to_string()].concat();
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
        for part in [
            "--",
            boundary,
            "\r\nContent-Disposition: form-data; name=\"",
            name,
            "\"\r\n\r\n",
            value,
            "\r\n",
        ] {
            head.push_str(part);
        }
    }
    for part in [
        "--",
        boundary,
        "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"",
        &escaped(file_name),
        "\"\r\nContent-Type: ",
        content_type,
        "\r\n\r\n",
    ] {
        head.push_str(part);
    }
    head.into_bytes()
}

/// A file name in a part's header: "multipart/form-data encoding algorithm" of the WHATWG HTML standard. What no header
/// can hold, and a backslash, which some readers take for an escape of the quote behind it, are replaced on top of that.
fn escaped(file_name: &str) -> String {
    let mut escaped = String::new();
    for c in file_name.chars() {
        match c {
            '"' => escaped.push_str("%22"),
            '\r' => escaped.push_str("%0D"),
            '\n' => escaped.push_str("%0A"),
            '\\' => escaped.push('_'),
            c if c.is_ascii_control() => escaped.push('_'),
            c => escaped.push(c),
        }
    }
    escaped
}
