//! What pages see of policies and parameters, with the names of `index.d.ts`.

use serde::Serialize;

use crate::browser::number::float;
use crate::params::{Key, UploadParams};
use crate::policy::{Condition, Policy};
use crate::text::{self, Locale};
use crate::upload::Notice;

/// `Policy`.
#[derive(Serialize)]
pub(super) struct PolicyInfo<'a> {
    /// ISO 8601, or as the policy says it where that is no time.
    expiration: String,
    conditions: Vec<ConditionInfo<'a>>,
    /// Why OSS will refuse it, in words.
    warnings: Vec<String>,
}

/// `PolicyCondition`.
#[derive(Serialize)]
#[serde(tag = "operator", rename_all = "kebab-case")]
enum ConditionInfo<'a> {
    Eq {
        field: &'a str,
        value: &'a str,
    },
    StartsWith {
        field: &'a str,
        value: &'a str,
    },
    In {
        field: &'a str,
        values: &'a [String],
    },
    NotIn {
        field: &'a str,
        values: &'a [String],
    },
    /// As floating point numbers, for a policy may say any.
    ContentLengthRange {
        min: f64,
        max: f64,
    },
}

impl<'a> From<&'a Policy> for PolicyInfo<'a> {
    fn from(policy: &'a Policy) -> Self {
        let conditions = policy.conditions().iter();
        Self {
            expiration: policy
                .expiration_ms()
                .and_then(iso)
                .unwrap_or_else(|| String::from(policy.expiration())),
            conditions: conditions.map(ConditionInfo::from).collect(),
            warnings: policy
                .flaws()
                .iter()
                .map(|flaw| text::notice(&Notice::PolicyFlaw(flaw.clone()), Locale::En))
                .collect(),
        }
    }
}

impl<'a> From<&'a Condition> for ConditionInfo<'a> {
    fn from(condition: &'a Condition) -> Self {
        match condition {
            Condition::Eq(field, value) => Self::Eq { field, value },
            Condition::StartsWith(field, value) => Self::StartsWith { field, value },
            Condition::In(field, values) => Self::In { field, values },
            Condition::NotIn(field, values) => Self::NotIn { field, values },
            Condition::ContentLengthRange(min, max) => Self::ContentLengthRange {
                min: float(*min),
                max: float(*max),
            },
        }
    }
}

/// `NormalizedParams`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ParamsInfo<'a> {
    url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    bucket: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dir: Option<&'a str>,
    signature_version: &'static str,
    fields: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expiration: Option<String>,
}

impl<'a> From<&'a UploadParams> for ParamsInfo<'a> {
    fn from(params: &'a UploadParams) -> Self {
        let (key, dir) = match params.key() {
            Key::Fixed(key) => (Some(key.as_str()), None),
            Key::Prefix(dir) => (None, Some(dir.as_str())),
        };
        Self {
            url: params.url(),
            bucket: params.bucket(),
            key,
            dir,
            signature_version: params.signature_version().as_str(),
            fields: params.fields().names().collect(),
            expiration: params.expires_at_ms().and_then(iso),
        }
    }
}

/// ISO 8601 of Unix milliseconds. `None` where no calendar has the year.
fn iso(ms: i64) -> Option<String> {
    #[expect(
        clippy::cast_precision_loss,
        reason = "past 2^53 there are no dates any more"
    )]
    let date = js_sys::Date::new(&(ms as f64).into());
    if date.get_time().is_nan() {
        return None;
    }
    date.to_iso_string().as_string()
}
