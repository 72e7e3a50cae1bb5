//! From the `policy` field to a [`Policy`].

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::{Condition, Policy};
use crate::json::{Json, Parse};
use crate::oss::time;

/// Servers differ in whether they pad, and in the unused bits of the last character.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

pub(super) fn policy(base64: &str, parse: Parse) -> Option<Policy> {
    // Some servers break the text into lines.
    let mut base64 = String::from(base64);
    base64.retain(|c| !c.is_ascii_whitespace());
    let text = String::from_utf8(BASE64.decode(base64).ok()?).ok()?;
    let document = parse(&without_escaped_dollars(&text))?;
    let expiration_ms = time::from_iso(document.get("expiration")?.as_str()?)?;
    let Json::Array(items) = document.get("conditions")? else {
        return None;
    };
    Some(Policy {
        expiration_ms,
        conditions: items.iter().flat_map(conditions).collect(),
    })
}

/// OSS allows the escape `\$` for a literal dollar ("`PostObject`", section Policy), JSON does not. Other escapes stay.
fn without_escaped_dollars(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    let mut characters = json.chars();
    while let Some(character) = characters.next() {
        match (character, characters.clone().next()) {
            ('\\', Some('$')) => {}
            ('\\', Some(escaped)) => {
                text.extend(['\\', escaped]);
                characters.next();
            }
            _ => text.push(character),
        }
    }
    text
}

/// A mapping demands exact values; a list begins with its operator. Names may have a `$`, or not.
fn conditions(item: &Json) -> Vec<Condition> {
    match item {
        Json::Object(entries) => entries
            .iter()
            .filter_map(|(name, value)| Some(Condition::Eq(field_name(name), literal(value)?)))
            .collect(),
        Json::Array(items) => condition(items).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn condition(items: &[Json]) -> Option<Condition> {
    let [operator, first, second] = items else {
        return None;
    };
    let operator = operator.as_str()?.to_ascii_lowercase();
    if operator == "content-length-range" {
        return Some(Condition::ContentLengthRange(bytes(first)?, bytes(second)?));
    }
    let name = field_name(first.as_str()?);
    match operator.as_str() {
        "eq" => Some(Condition::Eq(name, literal(second)?)),
        "starts-with" => Some(Condition::StartsWith(name, literal(second)?)),
        "in" => Some(Condition::In(name, literals(second)?)),
        "not-in" => Some(Condition::NotIn(name, literals(second)?)),
        _ => None,
    }
}

fn bytes(value: &Json) -> Option<u64> {
    u64::try_from(value.as_i64()?).ok()
}

fn field_name(name: &str) -> String {
    String::from(name.strip_prefix('$').unwrap_or(name))
}

fn literals(value: &Json) -> Option<Vec<String>> {
    let Json::Array(values) = value else {
        return None;
    };
    values.iter().map(literal).collect()
}

/// `\$` is a literal dollar. Written `\\$`, to be proper JSON, the backslash is still there.
fn literal(value: &Json) -> Option<String> {
    Some(value.to_text()?.replace("\\$", "$"))
}
