//! The object key: the parameters' own, the page's, or one made here; and the file name that goes with it.

use crate::error::Error;
use crate::file::FileFacts;
use crate::params::Key;
use crate::text;

use super::{fields, invalid, invalid_value, violation};

/// What OSS replaces in a key by the file name of the part, once the policy has been checked.
const VARIABLE: &str = "${filename}";

/// The longest key, in bytes.
const MAX_LEN: usize = 1023;

pub(super) struct Chosen {
    /// What the field `key` says.
    pub(super) field: String,
    /// Under which key OSS will store the file.
    pub(super) stored: String,
    /// The file name of the part.
    pub(super) file_name: String,
}

pub(super) fn choose(
    key: &Key,
    file: &FileFacts,
    own: Option<&str>,
    unique: [u8; 16],
) -> Result<Chosen, Error> {
    let field = match (key, own) {
        (Key::Fixed(fixed), Some(own)) if own != fixed => {
            return Err(violation(
                say!("The parameters allow only the object key \"{}\", but the page wants \"{}\""),
                &[fixed, own],
            ));
        }
        (Key::Fixed(fixed), _) => fixed.clone(),
        (Key::Prefix(prefix), Some(own)) => {
            if fields::has_control(own) {
                return Err(invalid_value(
                    say!("The object key {} holds a control character"),
                    &fields::quoted(own),
                ));
            }
            match own.strip_prefix(prefix.as_str()).unwrap_or(own) {
                "" => String::new(),
                rest => text::concat(&[prefix, rest]),
            }
        }
        (Key::Prefix(prefix), None) => {
            let slash = if file.name.is_empty() { "" } else { "/" };
            text::concat(&[prefix, &uuid(unique), slash, &key_part(&file.name)])
        }
    };
    if field.is_empty() {
        return Err(invalid("The object key is empty", &[]));
    }
    if let Some(b'/' | b'\\') = field.as_bytes().first() {
        return Err(invalid_value(
            say!("The object key {} begins with a slash, which OSS does not allow"),
            &fields::quoted(&field),
        ));
    }
    let chosen = name_part(field, &file.name);
    if chosen.stored.len() > MAX_LEN || chosen.field.len() > MAX_LEN {
        let len = chosen.stored.len().max(chosen.field.len());
        return Err(invalid_value(
            say!(
                "The object key has {} bytes, OSS allows at most 1023: use a shorter file name or `key`"
            ),
            &text::decimal(len as u64),
        ));
    }
    Ok(chosen)
}

/// Settles the part's file name so that OSS's replacement of `${filename}` yields a key that is known beforehand.
fn name_part(field: String, name: &str) -> Chosen {
    let file_name = if !text::has(&field, VARIABLE) {
        String::from(name)
    } else if text::has(name, VARIABLE) && field.ends_with(&key_part(name)) {
        // The file itself is called so: not the backend's variable, but text to be kept. Replaced by itself, it stays.
        String::from(VARIABLE)
    } else {
        // OSS takes what follows the last slash. What it makes of an escaped quote is not documented: send none.
        let name = if name.is_empty() { "file" } else { name };
        text::replace(&key_part(name), "\"", "_")
    };
    Chosen {
        stored: text::replace(&field, VARIABLE, &file_name),
        field,
        file_name,
    }
}

/// A file name as the last component of a key: without slashes, which would make folders, and control characters,
/// which lists of objects (XML) cannot hold.
fn key_part(name: &str) -> String {
    text::substitute(name, |c| {
        (c.is_ascii_control() || matches!(c, '/' | '\\')).then_some("_")
    })
}

/// A version 4 UUID of these bits (RFC 9562, 5.4).
fn uuid(unique: [u8; 16]) -> String {
    let mut bits = unique;
    let [_, _, _, _, _, _, version, _, variant, ..] = &mut bits;
    *version = *version & 0x0f | 0x40;
    *variant = *variant & 0x3f | 0x80;
    let mut uuid = String::new();
    for (index, bits) in bits.chunks(2).enumerate() {
        if matches!(index, 2..=5) {
            uuid.push('-');
        }
        uuid.push_str(&text::hex(bits));
    }
    uuid
}
