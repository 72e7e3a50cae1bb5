//! What OSS does not take in any form, whatever its policy says.

use crate::error::Error;
use crate::file::FileFacts;
use crate::text;

use super::{PostForm, fields, invalid, invalid_value, violation};

const MAX_NAME: usize = 8 << 10;
const MAX_VALUE: usize = 2 << 20;
const MAX_VALUES: usize = 8 << 20;
const MAX_METADATA: usize = 8 << 10;
const MAX_CALLBACK: usize = 5 << 10;
const MAX_REQUEST: u64 = 5 << 30;

pub(super) fn check(form: &PostForm, file: &FileFacts) -> Result<(), Error> {
    let (mut values, mut metadata) = (0, 0);
    for (name, value) in &form.fields {
        check_name(name)?;
        // The first two are text that is stored or passed on; others become headers of the object.
        let is_text = name == fields::KEY
            || name == fields::CALLBACK
            || name.starts_with(fields::CALLBACK_VAR);
        let is_header = fields::canonical(name).is_some() || name.starts_with(fields::META);
        if is_header && !is_text && fields::has_control(value) {
            return Err(invalid_value(
                say!(
                    "The value of the form field `{}` holds a line break or another control character"
                ),
                name,
            ));
        }
        let most = if name == fields::CALLBACK {
            MAX_CALLBACK
        } else {
            MAX_VALUE
        };
        if value.len() > most {
            let limit = if most == MAX_CALLBACK { "5 KB" } else { "2 MB" };
            return Err(invalid(
                say!("The value of the form field `{}` is too long: OSS allows {}"),
                &[name, limit],
            ));
        }
        values += value.len();
        if name.starts_with(fields::META) {
            metadata += name.len() + value.len();
        }
    }
    if metadata > MAX_METADATA {
        return Err(invalid(
            say!("The metadata is too long: OSS allows 8 KB for all of it, names and values"),
            &[],
        ));
    }
    if values > MAX_VALUES {
        return Err(invalid(
            say!("The form fields are too long: OSS allows 8 MB for all of them"),
            &[],
        ));
    }
    if form.overhead_len().saturating_add(file.size) > MAX_REQUEST {
        return Err(violation(
            say!("The file is too large: a form upload to OSS may have 5 GB at most"),
            &[],
        ));
    }
    Ok(())
}

/// A name stands in quotes in a header, so what would end the quotes or the line is refused.
fn check_name(name: &str) -> Result<(), Error> {
    if name.len() > MAX_NAME {
        return Err(invalid(
            say!("The name of a form field is too long: OSS allows 8 KB"),
            &[],
        ));
    }
    if name.is_empty()
        || fields::has_control(name)
        || text::has(name, "\"")
        || text::has(name, "\\")
    {
        return Err(invalid_value(
            say!("{} cannot be the name of a form field"),
            &fields::quoted(name),
        ));
    }
    if let Some(meta) = name.strip_prefix(fields::META)
        && !fields::is_token(meta)
    {
        return Err(invalid_value(
            say!("The metadata name \"{}\" is none: expected letters, digits and hyphens"),
            meta,
        ));
    }
    Ok(())
}
