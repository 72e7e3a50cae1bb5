//! The file and its form fields, held against the policy.

use super::{Condition, Policy};
use crate::error::{Demand, Error, Reason, Subject};
use crate::oss::{Fields, field};

/// What a policy judges.
#[derive(Clone, Copy, Debug)]
pub struct Checked<'a> {
    /// Every form field but the file. `key` is the key before OSS replaces `${filename}`.
    pub fields: &'a Fields,
    /// The type of the file's part.
    pub content_type: &'a str,
    /// The file's size in bytes.
    pub size: u64,
    /// The bucket. Under a custom domain nobody but OSS knows it.
    pub bucket: Option<&'a str>,
}

impl Policy {
    /// Checks everything but time.
    ///
    /// # Errors
    ///
    /// `POLICY_VIOLATION` with the first condition that is not met.
    pub fn check(&self, checked: Checked<'_>) -> Result<(), Error> {
        self.conditions
            .iter()
            .try_for_each(|condition| condition.check(checked))
            .map_err(Error::from)
    }
}

impl Condition {
    fn check(&self, checked: Checked<'_>) -> Result<(), Reason> {
        match self {
            Self::ContentLengthRange(min, max) => check_size(checked.size, *min, *max),
            Self::Eq(name, value) => check_value(checked, name, |actual| {
                (actual != value).then(|| Demand::Equal(value.clone()))
            }),
            Self::StartsWith(name, prefix) => check_value(checked, name, |actual| {
                (!actual.starts_with(prefix.as_str())).then(|| Demand::StartWith(prefix.clone()))
            }),
            Self::In(name, values) => check_value(checked, name, |actual| {
                (!values.iter().any(|value| value == actual)).then(|| Demand::OneOf(values.clone()))
            }),
            // Whether OSS wants the field to be there at all, no document says: only `eq` has an example.
            Self::NotIn(name, _) if checked.fields.get(name).is_none() && !is_known(name) => Ok(()),
            Self::NotIn(name, values) => check_value(checked, name, |actual| {
                values
                    .iter()
                    .any(|value| value == actual)
                    .then(|| Demand::NoneOf(values.clone()))
            }),
        }
    }
}

fn check_size(size: u64, min: u64, max: u64) -> Result<(), Reason> {
    if size > max {
        Err(Reason::FileTooLarge { size, max })
    } else if size < min {
        Err(Reason::FileTooSmall { size, min })
    } else {
        Ok(())
    }
}

/// `violated` says what the policy demands, if the actual value does not meet it.
fn check_value(
    checked: Checked<'_>,
    name: &str,
    violated: impl Fn(&str) -> Option<Demand>,
) -> Result<(), Reason> {
    let subject = subject(name);
    let actual = if subject == Subject::Bucket {
        let Some(bucket) = checked.bucket else {
            return Ok(());
        };
        bucket
    } else if name.eq_ignore_ascii_case(field::CONTENT_TYPE) {
        checked.content_type
    } else if let Some(value) = checked.fields.get(name) {
        value
    } else {
        return Err(Reason::PolicyFieldMissing {
            name: String::from(name),
        });
    };
    match violated(actual) {
        None => Ok(()),
        Some(_) if field::is_secret(name) => Err(Reason::PolicyOtherValue { subject }),
        Some(demand) => Err(Reason::PolicyCondition {
            subject,
            demand,
            actual: String::from(actual),
        }),
    }
}

/// What is known without a field.
fn is_known(name: &str) -> bool {
    name.eq_ignore_ascii_case(field::BUCKET) || name.eq_ignore_ascii_case(field::CONTENT_TYPE)
}

fn subject(name: &str) -> Subject {
    if name.eq_ignore_ascii_case(field::BUCKET) {
        Subject::Bucket
    } else if name.eq_ignore_ascii_case(field::KEY) {
        Subject::Key
    } else if field::is_content_type(name) {
        Subject::ContentType
    } else {
        Subject::Field(String::from(name))
    }
}
