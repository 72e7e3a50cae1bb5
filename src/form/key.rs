//! The object key: the parameters' own, the page's, or one made here; and the file name that goes with it.

use uuid::Uuid;

use crate::error::{Error, Reason};
use crate::file::FileFacts;
use crate::oss::field::has_control;
use crate::oss::key::{self, FILE_NAME_VARIABLE};
use crate::params::Key;

pub(super) struct Chosen {
    /// What the field `key` says.
    pub(super) field: String,
    /// Under which key OSS will store the file.
    pub(super) stored: String,
    /// The file name of the part.
    pub(super) file_name: String,
}

/// `wanted` is the page's own key.
pub(super) fn choose(
    allowed: &Key,
    file: &FileFacts,
    wanted: Option<&str>,
    unique: Uuid,
) -> Result<Chosen, Error> {
    let field = match (allowed, wanted) {
        (Key::Fixed(fixed), Some(wanted)) if wanted != fixed => {
            return Err(Reason::OtherKey {
                allowed: fixed.clone(),
                wanted: String::from(wanted),
            }
            .into());
        }
        (Key::Fixed(fixed), _) => fixed.clone(),
        (Key::Prefix(_), Some(wanted)) if has_control(wanted) => {
            let key = String::from(wanted);
            return Err(Reason::KeyHasControl { key }.into());
        }
        (Key::Prefix(prefix), Some(wanted)) => {
            match wanted.strip_prefix(prefix.as_str()).unwrap_or(wanted) {
                "" => String::new(),
                rest => format!("{prefix}{rest}"),
            }
        }
        (Key::Prefix(prefix), None) if file.name.is_empty() => format!("{prefix}{unique}"),
        (Key::Prefix(prefix), None) => {
            format!("{prefix}{unique}/{}", key::component(&file.name))
        }
    };
    if field.is_empty() {
        return Err(Reason::KeyEmpty.into());
    }
    if key::begins_with_slash(&field) {
        return Err(Reason::KeyBeginsWithSlash { key: field }.into());
    }
    let chosen = with_file_name(field, &file.name);
    let bytes = chosen.stored.len().max(chosen.field.len());
    if bytes > key::MAX_LEN {
        let max = key::MAX_LEN;
        return Err(Reason::KeyTooLong { bytes, max }.into());
    }
    Ok(chosen)
}

/// Settles the part's file name so that OSS's replacement of `${filename}` yields a key that is known beforehand.
fn with_file_name(field: String, name: &str) -> Chosen {
    let file_name = if !field.contains(FILE_NAME_VARIABLE) {
        String::from(name)
    } else if name.contains(FILE_NAME_VARIABLE) && field.ends_with(&key::component(name)) {
        // The file itself is called so: not the backend's variable, but text to be kept. Replaced by itself, it stays.
        String::from(FILE_NAME_VARIABLE)
    } else {
        // OSS takes what follows the last slash. What it makes of an escaped quote is not documented: send none.
        let name = if name.is_empty() { "file" } else { name };
        key::component(name).replace('"', "_")
    };
    Chosen {
        stored: field.replace(FILE_NAME_VARIABLE, &file_name),
        field,
        file_name,
    }
}
