//! What OSS does not take in any form, whatever its policy says.

use crate::error::{Error, Reason};
use crate::file::FileFacts;
use crate::oss::{Field, field};

use super::PostForm;

const KB: u64 = 1 << 10;
const MB: u64 = 1 << 20;

const MAX_NAME: u64 = 8 * KB;
const MAX_VALUE: u64 = 2 * MB;
const MAX_VALUES: u64 = 8 * MB;
const MAX_METADATA: u64 = 8 * KB;
const MAX_CALLBACK: u64 = 5 * KB;
const MAX_REQUEST: u64 = 5 << 30;

pub(super) fn check(form: &PostForm, file: &FileFacts) -> Result<(), Error> {
    let (mut values, mut metadata) = (0, 0);
    for field in &form.fields {
        check_name(&field.name)?;
        check_value(field)?;
        values += len(&field.value);
        if field.name.starts_with(field::META) {
            metadata += len(&field.name) + len(&field.value);
        }
    }
    if metadata > MAX_METADATA {
        let max = MAX_METADATA;
        return Err(Reason::MetadataTooLong { max }.into());
    }
    if values > MAX_VALUES {
        let max = MAX_VALUES;
        return Err(Reason::FieldsTooLong { max }.into());
    }
    if form.overhead_len().saturating_add(file.size) > MAX_REQUEST {
        let max = MAX_REQUEST;
        return Err(Reason::FormTooLarge { max }.into());
    }
    Ok(())
}

/// A name stands in quotes in a header, so what would end the quotes or the line is refused.
fn check_name(name: &str) -> Result<(), Reason> {
    if len(name) > MAX_NAME {
        return Err(Reason::FieldNameTooLong { max: MAX_NAME });
    }
    if name.is_empty() || field::has_control(name) || name.contains(['"', '\\']) {
        let name = String::from(name);
        return Err(Reason::FieldName { name });
    }
    if let Some(name) = name.strip_prefix(field::META)
        && !field::is_meta_name(name)
    {
        let name = String::from(name);
        return Err(Reason::MetadataName { name });
    }
    Ok(())
}

fn check_value(field: &Field) -> Result<(), Reason> {
    let name = field.name.as_str();
    // These are text that is stored or passed on; others become headers of the object.
    let is_text =
        matches!(name, field::KEY | field::CALLBACK) || name.starts_with(field::CALLBACK_VAR);
    let is_header = field::canonical(name).is_some() || name.starts_with(field::META);
    if is_header && !is_text && field::has_control(&field.value) {
        let name = String::from(name);
        return Err(Reason::FieldHasControl { name });
    }
    let max = if name == field::CALLBACK {
        MAX_CALLBACK
    } else {
        MAX_VALUE
    };
    if len(&field.value) > max {
        let name = String::from(name);
        return Err(Reason::FieldTooLong { name, max });
    }
    Ok(())
}

fn len(text: &str) -> u64 {
    text.len() as u64
}
