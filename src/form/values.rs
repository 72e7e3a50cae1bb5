//! What the fields hold beside the signed and the page's own: what the policy demands, and the file's type.

use crate::error::{Error, Reason};
use crate::file::FileFacts;
use crate::oss::{Fields, field};
use crate::policy::Condition;

/// Adds what the policy wants to the letter and nobody has set, such as `success_action_status`.
pub(super) fn add_demanded(conditions: &[Condition], fields: &mut Fields) {
    for (name, value) in conditions.iter().filter_map(Condition::demanded) {
        let name = field::spelled(name);
        // These are settled elsewhere, as the type is, or cannot be made up.
        let is_settled_elsewhere = matches!(
            name.as_str(),
            field::BUCKET
                | field::KEY
                | field::FILE
                | field::POLICY
                | field::REDIRECT
                | field::CALLBACK
                | field::CONTENT_TYPE
                | field::OSS_CONTENT_TYPE
        );
        if !is_settled_elsewhere && !fields.contains(&name) {
            fields.set(&name, value);
        }
    }
}

/// Settles the file's type: the page's word, then the backend's, then the file's own, then the policy's if it leaves
/// no choice. The part and `x-oss-content-type` then say the same, so it does not matter which of them OSS prefers.
pub(super) fn settle_content_type(
    conditions: &[Condition],
    file: &FileFacts,
    wanted: Option<&str>,
    fields: &mut Fields,
) -> Result<Option<String>, Error> {
    let wanted = wanted.unwrap_or_default();
    if !wanted.is_empty() && !is_type(wanted) {
        let given = String::from(wanted);
        return Err(Reason::NotAContentType { given }.into());
    }
    let demanded = conditions
        .iter()
        .filter_map(Condition::demanded)
        .find(|(name, _)| field::is_content_type(name))
        .map(|(_, value)| value);
    let candidates = [
        Some(wanted),
        fields.get(field::OSS_CONTENT_TYPE),
        fields.get(field::CONTENT_TYPE),
        Some(&*file.content_type),
        demanded,
    ];
    let Some(chosen) = candidates.into_iter().flatten().find(|text| is_type(text)) else {
        return Ok(None);
    };
    let chosen = String::from(chosen);
    if fields.contains(field::CONTENT_TYPE) {
        fields.set(field::CONTENT_TYPE, &chosen);
    }
    fields.set(field::OSS_CONTENT_TYPE, &chosen);
    Ok(Some(chosen))
}

fn is_type(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}
