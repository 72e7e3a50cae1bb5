//! From the `policy` field to a [`Policy`].

use super::{Condition, Flaw, Policy};
use crate::json::{Json, Parse};
use crate::oss::{base64, time};

/// A policy with more conditions is not judged here.
const MAX_CONDITIONS: usize = 1000;

pub(super) fn policy(base64: &str, parse: Parse) -> Option<Policy> {
    let text = base64::decode(base64)?;
    let document = parse(&without_escaped_dollars(&text))?;
    let expiration = document.get("expiration")?.as_str()?;
    let Json::Array(items) = document.get("conditions")? else {
        return None;
    };
    if items.len() > MAX_CONDITIONS {
        return None;
    }
    let mut policy = Policy {
        expiration: String::from(expiration),
        expiration_ms: time::from_iso(expiration),
        conditions: Vec::new(),
        flaws: Vec::new(),
    };
    if policy.expiration_ms.is_none() || !expiration.contains('T') || !expiration.ends_with('Z') {
        policy.flaws.push(Flaw::Expiration {
            expiration: String::from(expiration),
        });
    }
    if items.is_empty() {
        policy.flaws.push(Flaw::NoConditions);
    }
    for item in items {
        policy.add(item);
    }
    (policy.conditions.len() <= MAX_CONDITIONS).then_some(policy)
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

impl Policy {
    /// A mapping demands exact values; a list begins with its operator. Names may have a `$`, or not.
    fn add(&mut self, item: &Json) {
        match item {
            Json::Object(entries) => {
                for (name, value) in entries {
                    match literal(value) {
                        Some(value) => self.conditions.push(Condition::Eq(field_name(name), value)),
                        None => self.flaws.push(Flaw::Condition),
                    }
                }
            }
            Json::Array(items) => match condition(items) {
                Ok(condition) => self.conditions.push(condition),
                Err(flaw) => self.flaws.push(flaw),
            },
            _ => self.flaws.push(Flaw::Condition),
        }
    }
}

fn condition(items: &[Json]) -> Result<Condition, Flaw> {
    let [operator, first, second] = items else {
        return Err(Flaw::Condition);
    };
    let operator = operator.as_str().ok_or(Flaw::Condition)?;
    if operator.eq_ignore_ascii_case("content-length-range") {
        return size_range(first, second);
    }
    let name = field_name(first.as_str().ok_or(Flaw::Condition)?);
    let condition = match operator.to_ascii_lowercase().as_str() {
        "eq" => literal(second).map(|value| Condition::Eq(name, value)),
        "starts-with" => literal(second).map(|value| Condition::StartsWith(name, value)),
        "in" => literals(second).map(|values| Condition::In(name, values)),
        "not-in" => literals(second).map(|values| Condition::NotIn(name, values)),
        _ => {
            let operator = String::from(operator);
            return Err(Flaw::Operator { operator });
        }
    };
    condition.ok_or(Flaw::Condition)
}

fn size_range(min: &Json, max: &Json) -> Result<Condition, Flaw> {
    match (bytes(min), bytes(max)) {
        (Some(min), Some(max)) if min <= max => Ok(Condition::ContentLengthRange(min, max)),
        _ => Err(Flaw::SizeRange),
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
