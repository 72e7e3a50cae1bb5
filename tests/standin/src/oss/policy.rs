//! The policy document: what it must look like, until when and for which lengths it is good.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{
    condition::{Condition, Operator, Subject, invalid, simple_condition},
    error::{OssError, entity_too_large, entity_too_small, policy_expired},
    lenient_json,
};

#[derive(Debug)]
pub(crate) struct Policy {
    expiration: Timestamp,
    conditions: Vec<Condition>,
}

impl Policy {
    pub(crate) fn decode(base64: &str) -> Result<Self, OssError> {
        let bytes = BASE64_STANDARD
            .decode(base64)
            .map_err(|_| invalid("Invalid Base64.").ec("0006-00000202"))?;
        let text =
            String::from_utf8(bytes).map_err(|_| invalid("Invalid UTF-8.").ec("0006-00000203"))?;
        let document =
            lenient_json::parse(&text).map_err(|message| invalid(&message).ec("0006-00000204"))?;
        let Value::Object(members) = document else {
            return Err(invalid("Invalid JSON: { expected").ec("0006-00000201"));
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
                let not_gmt = || invalid("expiration is not ISO 8601 in GMT.").ec("0006-00000212");
                gmt(text).ok_or_else(not_gmt)?
            }
            _ => return Err(invalid("expiration must be a string.").ec("0006-00000210")),
        };
        let Value::Array(items) = conditions else {
            return Err(invalid("conditions must be a list.").ec("0006-00000214"));
        };
        if items.is_empty() {
            return Err(simple_condition().ec("0006-00000215"));
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

    /// Until then the whole request must have arrived (EC 0006-00000213).
    pub(crate) fn check_not_expired(&self, now: Timestamp) -> Result<(), OssError> {
        if now >= self.expiration {
            return Err(policy_expired());
        }
        Ok(())
    }

    /// Everything but expiry and length.
    pub(crate) fn check(&self, subject: &Subject) -> Result<(), OssError> {
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

/// ISO 8601 in GMT, as documented: to the second or finer, no offset.
fn gmt(text: &str) -> Option<Timestamp> {
    let (seconds, fraction) = text.strip_suffix('Z')?.split_at_checked(19)?;
    let has_form = seconds
        .bytes()
        .zip(*b"0000-00-00T00:00:00")
        .all(|(byte, form)| byte == form || (form == b'0' && byte.is_ascii_digit()));
    let is_fraction = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    // A leap second is none of GMT's that OSS documents.
    let is_plain = has_form
        && !seconds.ends_with("60")
        && (fraction.is_empty() || fraction.strip_prefix('.').is_some_and(is_fraction));
    is_plain.then(|| text.parse().ok()).flatten()
}
