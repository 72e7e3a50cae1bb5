//! The policy document: what it must look like, and what it allows.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{
    error::{OssError, access_denied, entity_too_large, entity_too_small, policy_expired},
    form::Form,
    lenient_json,
};

#[derive(Debug)]
pub(crate) struct Policy {
    expiration: Timestamp,
    conditions: Vec<Condition>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Eq,
    StartsWith,
    In,
    NotIn,
}

#[derive(Debug, PartialEq, Eq)]
enum Condition {
    Field {
        operator: Operator,
        /// In lower case, without `$`.
        name: String,
        /// One, but for `in` and `not-in`.
        values: Vec<String>,
        /// As OSS prints it when it is not met.
        shown: String,
    },
    Length {
        min: u64,
        max: u64,
    },
}

/// What the conditions are compared with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject<'a> {
    pub(crate) form: &'a Form,
    /// The one the request is addressed to.
    pub(crate) bucket: &'a str,
    /// The one the object will have, wherever it comes from.
    pub(crate) content_type: Option<&'a str>,
}

impl Policy {
    pub(crate) fn decode(base64: &str) -> Result<Self, OssError> {
        let generic = |message: &str| invalid(message).ec("0006-00000201");
        let bytes = BASE64_STANDARD
            .decode(base64)
            .map_err(|_| generic("Invalid Base64."))?;
        let text = String::from_utf8(bytes).map_err(|_| generic("Invalid UTF-8."))?;
        let document = lenient_json::parse(&text).map_err(|message| generic(&message))?;
        let Value::Object(members) = document else {
            return Err(generic("Invalid JSON: { expected"));
        };
        Self::read(&members)
    }

    fn read(members: &Map<String, Value>) -> Result<Self, OssError> {
        let (expiration, conditions) = match (members.get("expiration"), members.get("conditions"))
        {
            (None, None) => {
                return Err(invalid("expiration and conditions are missing.").ec("0006-00000209"));
            }
            (Some(_), None) => return Err(invalid("conditions are missing.").ec("0006-00000207")),
            (None, Some(_)) => return Err(invalid("expiration is missing.").ec("0006-00000208")),
            (Some(expiration), Some(conditions)) => (expiration, conditions),
        };
        let expiration = match expiration {
            Value::String(text) if text.is_empty() => {
                return Err(invalid("expiration is empty.").ec("0006-00000211"));
            }
            Value::String(text) => {
                gmt(text).ok_or_else(|| invalid("expiration is not ISO 8601 in GMT."))?
            }
            _ => return Err(invalid("expiration must be a string.").ec("0006-00000210")),
        };
        let Value::Array(items) = conditions else {
            return Err(invalid("conditions must be a list.").ec("0006-00000201"));
        };
        if items.is_empty() {
            return Err(simple_condition());
        }
        let conditions = items
            .iter()
            .map(Condition::read)
            .collect::<Result<_, _>>()?;
        Ok(Self {
            expiration,
            conditions,
        })
    }

    /// A V4 policy has to name what is signed with (V4 documentation, list of conditions).
    pub(crate) fn needs_v4_conditions(&self) -> Result<(), OssError> {
        for needed in ["x-oss-signature-version", "x-oss-credential", "x-oss-date"] {
            let is_there = |condition: &Condition| matches!(condition, Condition::Field { operator: Operator::Eq, name, .. } if name == needed);
            if !self.conditions.iter().any(is_there) {
                return Err(invalid(&format!("The condition on {needed} is missing.")));
            }
        }
        Ok(())
    }

    /// Everything but the length.
    pub(crate) fn check(&self, subject: &Subject, now: Timestamp) -> Result<(), OssError> {
        if now >= self.expiration {
            return Err(policy_expired());
        }
        self.conditions
            .iter()
            .try_for_each(|condition| condition.check(subject))
    }

    pub(crate) fn check_not_over(&self, length: u64) -> Result<(), OssError> {
        if self.lengths().any(|(_, max)| length > max) {
            Err(entity_too_large())
        } else {
            Ok(())
        }
    }

    pub(crate) fn check_not_under(&self, length: u64) -> Result<(), OssError> {
        if self.lengths().any(|(min, _)| length < min) {
            Err(entity_too_small())
        } else {
            Ok(())
        }
    }

    fn lengths(&self) -> impl Iterator<Item = (u64, u64)> {
        self.conditions
            .iter()
            .filter_map(|condition| match condition {
                Condition::Length { min, max } => Some((*min, *max)),
                Condition::Field { .. } => None,
            })
    }
}

impl Condition {
    fn read(item: &Value) -> Result<Self, OssError> {
        match item {
            Value::Object(members) => match members.iter().next() {
                Some((name, value)) if members.len() == 1 => {
                    let Value::String(value) = value else {
                        return Err(wrong_type());
                    };
                    Ok(Self::field(Operator::Eq, name, std::slice::from_ref(value)))
                }
                _ => Err(simple_condition()),
            },
            Value::Array(items) => Self::read_list(items),
            _ => Err(invalid("A condition must be a list or a map.").ec("0006-00000222")),
        }
    }

    fn read_list(items: &[Value]) -> Result<Self, OssError> {
        let no_operator = || invalid("A condition has no operator.").ec("0006-00000216");
        let arity = || invalid("A condition has a wrong number of elements.").ec("0006-00000218");
        let operator = match items
            .first()
            .and_then(Value::as_str)
            .ok_or_else(no_operator)?
        {
            "eq" => Operator::Eq,
            "starts-with" => Operator::StartsWith,
            "in" => Operator::In,
            "not-in" => Operator::NotIn,
            "content-length-range" => {
                let [_, min, max] = items else {
                    return Err(arity());
                };
                let range = min
                    .as_u64()
                    .zip(max.as_u64())
                    .filter(|(min, max)| min <= max);
                let (min, max) = range
                    .ok_or_else(|| invalid("Invalid content-length-range.").ec("0006-00000220"))?;
                return Ok(Self::Length { min, max });
            }
            _ => return Err(no_operator()),
        };
        let [_, name, value] = items else {
            return Err(arity());
        };
        let name = name.as_str().ok_or_else(wrong_type)?;
        let values = match (operator, value) {
            (Operator::Eq | Operator::StartsWith, Value::String(value)) => vec![value.clone()],
            (Operator::In | Operator::NotIn, Value::Array(values)) => values
                .iter()
                .map(|value| value.as_str().map(str::to_owned).ok_or_else(wrong_type))
                .collect::<Result<_, _>>()?,
            _ => return Err(wrong_type()),
        };
        let condition = Self::field(operator, name, &values);
        if operator != Operator::Eq
            && matches!(&condition, Self::Field { name, .. } if name == "bucket")
        {
            return Err(invalid("The condition on bucket must be an exact match."));
        }
        Ok(condition)
    }

    fn field(operator: Operator, name: &str, values: &[String]) -> Self {
        let name = name.strip_prefix('$').unwrap_or(name);
        // `$` marks a variable; a backslash makes it a dollar sign.
        let values: Vec<String> = values
            .iter()
            .map(|value| value.replace(r"\$", "$"))
            .collect();
        let quoted: Vec<String> = values
            .iter()
            .map(|value| Value::from(value.as_str()).to_string())
            .collect();
        let (operator_name, value) = match operator {
            Operator::Eq => ("eq", quoted.concat()),
            Operator::StartsWith => ("starts-with", quoted.concat()),
            Operator::In => ("in", format!("[{}]", quoted.join(", "))),
            Operator::NotIn => ("not-in", format!("[{}]", quoted.join(", "))),
        };
        let shown = format!(
            r#"["{operator_name}", {}, {value}]"#,
            Value::from(format!("${name}"))
        );
        Self::Field {
            operator,
            name: name.to_lowercase(),
            values,
            shown,
        }
    }

    fn check(&self, subject: &Subject) -> Result<(), OssError> {
        let Self::Field {
            operator,
            name,
            values,
            shown,
        } = self
        else {
            return Ok(());
        };
        let failed = |ec| {
            let message = format!("Invalid according to Policy: Policy Condition failed: {shown}");
            access_denied(message).ec(ec)
        };
        let actual = match name.as_str() {
            "bucket" => Some(subject.bucket),
            "content-type" => subject.content_type,
            name => subject.form.get(name),
        };
        let actual = actual.ok_or_else(|| failed("0006-00000226"))?;
        let is_met = match operator {
            Operator::Eq | Operator::In => values.iter().any(|value| value == actual),
            Operator::NotIn => values.iter().all(|value| value != actual),
            Operator::StartsWith => values
                .iter()
                .all(|value| actual.starts_with(value.as_str())),
        };
        if is_met {
            Ok(())
        } else {
            Err(failed("0006-00000227"))
        }
    }
}

/// ISO 8601 in GMT, as documented: with or without milliseconds, no offset.
fn gmt(text: &str) -> Option<Timestamp> {
    let is_plain = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || b"-T:.Z".contains(&byte));
    (is_plain && text.as_bytes().get(10) == Some(&b'T') && text.ends_with('Z'))
        .then(|| text.parse().ok())
        .flatten()
}

fn invalid(message: &str) -> OssError {
    OssError::new(
        400,
        "InvalidPolicyDocument",
        format!("Invalid Policy: {message}"),
    )
}

fn simple_condition() -> OssError {
    invalid("Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.")
}

fn wrong_type() -> OssError {
    invalid("A condition's value has a wrong type.").ec("0006-00000224")
}
