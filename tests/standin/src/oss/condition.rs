//! One condition of a policy: its forms, and whether a form meets it.

use serde_json::Value;

use super::{
    error::{OssError, access_denied},
    form::Form,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Eq,
    StartsWith,
    In,
    NotIn,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Condition {
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
pub(super) struct Subject<'a> {
    pub(super) form: &'a Form,
    /// The one the request is addressed to.
    pub(super) bucket: &'a str,
    /// The one the object will have, wherever it comes from.
    pub(super) content_type: Option<&'a str>,
}

impl Condition {
    pub(super) fn read(item: &Value) -> Result<Self, OssError> {
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
        let arity = || invalid("A condition has a wrong number of elements.").ec("0006-00000218");
        let operator = match operator(items)? {
            "eq" => Operator::Eq,
            "starts-with" => Operator::StartsWith,
            "in" => Operator::In,
            "not-in" => Operator::NotIn,
            "content-length-range" => {
                let [_, min, max] = items else {
                    return Err(arity());
                };
                return Self::length(min, max);
            }
            _ => return Err(invalid("A condition has an unknown operator.").ec("0006-00000217")),
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

    fn length(min: &Value, max: &Value) -> Result<Self, OssError> {
        let invalid = |ec| invalid("Invalid content-length-range.").ec(ec);
        let is_scalar = |value: &Value| matches!(value, Value::Number(_) | Value::String(_));
        if !is_scalar(min) || !is_scalar(max) {
            return Err(invalid("0006-00000223"));
        }
        let min = min.as_u64().ok_or_else(|| invalid("0006-00000220"))?;
        let max = max.as_u64().ok_or_else(|| invalid("0006-00000221"))?;
        if max < min {
            return Err(invalid("0006-00000219"));
        }
        Ok(Self::Length { min, max })
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

    pub(super) fn check(&self, subject: &Subject) -> Result<(), OssError> {
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

/// The operator's name. A list without one begins with its field, or is nothing but that.
fn operator(items: &[Value]) -> Result<&str, OssError> {
    items
        .first()
        .and_then(Value::as_str)
        .filter(|name| items.len() > 1 && !name.starts_with('$'))
        .ok_or_else(|| invalid("A condition has no operator.").ec("0006-00000216"))
}

pub(super) fn invalid(message: &str) -> OssError {
    OssError::new(
        400,
        "InvalidPolicyDocument",
        format!("Invalid Policy: {message}"),
    )
}

pub(super) fn simple_condition() -> OssError {
    invalid("Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.")
}

fn wrong_type() -> OssError {
    invalid("A condition's value has a wrong type.").ec("0006-00000224")
}
