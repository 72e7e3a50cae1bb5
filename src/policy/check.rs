//! The file and its form, held against one condition, and the violation in words.

use crate::error::{Code, Error, Phase};
use crate::file::FileFacts;
use crate::form::PostForm;
use crate::form::fields::{self, quoted};
use crate::text::{concat, decimal};

use super::Condition;

impl Condition {
    pub(super) fn check(
        &self,
        form: &PostForm,
        bucket: Option<&str>,
        file: &FileFacts,
    ) -> Result<(), Error> {
        if let Self::ContentLengthRange(min, max) = self {
            return check_size(file.size, *min, *max);
        }
        let field = self.field().unwrap_or_default();
        let is_bucket = field.eq_ignore_ascii_case("bucket");
        let actual = if is_bucket {
            // Under a custom domain nobody but OSS knows the bucket.
            let Some(bucket) = bucket else { return Ok(()) };
            bucket
        } else if field.eq_ignore_ascii_case(fields::CONTENT_TYPE) {
            form.content_type()
        } else if let Some(value) = fields::find(form.fields(), field) {
            value
        } else {
            return Err(violation(
                say!("The policy demands the form field `{}`, which is not set"),
                &[field],
            ));
        };
        let Some((template, wanted)) = self.violated_by(actual) else {
            return Ok(());
        };
        let subject = if is_bucket {
            "the bucket"
        } else if field.eq_ignore_ascii_case(fields::KEY) {
            "the object key"
        } else if fields::is_content_type(field) {
            "the content type"
        } else {
            &concat(&["the form field `", field, "`"])
        };
        if fields::is_secret(field) {
            return Err(violation(
                say!("The policy was signed for another value of {}"),
                &[subject],
            ));
        }
        // A wrong bucket is no fault of the file: the parameters contradict their own policy.
        let phase = if is_bucket {
            Phase::Params
        } else {
            Phase::Check
        };
        let values = [subject, &wanted, &quoted(actual)];
        Err(Error::sentence(
            Code::PolicyViolation,
            phase,
            template,
            &values,
        ))
    }

    /// What is wanted, if this value is not it.
    fn violated_by(&self, actual: &str) -> Option<(&'static str, String)> {
        let (kept, template, wanted) = match self {
            Self::Eq(_, value) => (
                actual == value,
                say!("The policy wants {} to be {}, but it is {}"),
                quoted(value),
            ),
            Self::StartsWith(_, prefix) => (
                actual.starts_with(prefix.as_str()),
                say!("The policy wants {} to start with {}, but it is {}"),
                quoted(prefix),
            ),
            Self::In(_, values) => (
                is_one_of(values, actual),
                say!("The policy wants {} to be one of {}, but it is {}"),
                list(values),
            ),
            Self::NotIn(_, values) => (
                !is_one_of(values, actual),
                say!("The policy wants {} to be none of {}, but it is {}"),
                list(values),
            ),
            Self::ContentLengthRange(..) => return None,
        };
        (!kept).then_some((template, wanted))
    }
}

fn is_one_of(values: &[String], actual: &str) -> bool {
    values.iter().any(|value| value == actual)
}

fn check_size(size: u64, min: u64, max: u64) -> Result<(), Error> {
    let (limit, template) = if size > max {
        (max, say!("The file is {}, the policy allows at most {}"))
    } else if size < min {
        (min, say!("The file is {}, the policy allows at least {}"))
    } else {
        return Ok(());
    };
    let (mut actual, mut allowed) = (rounded(size), rounded(limit));
    if actual == allowed {
        (actual, allowed) = (exact(size), exact(limit));
    }
    Err(violation(template, &[&actual, &allowed]))
}

/// Such as `12 MB` or `1.5 GB`, in steps of 1024 as file managers and OSS count.
fn rounded(bytes: u64) -> String {
    if bytes < 1024 {
        return exact(bytes);
    }
    let mut shift = 10;
    for name in &[" KB", " MB", " GB"] {
        let unit = 1_u64 << shift;
        let tenths = (bytes >> shift) * 10 + (((bytes % unit) * 10 + unit / 2) >> shift);
        // What would be 1024 of one unit is 1 of the next.
        if tenths < 10_240 || shift == 30 {
            let (whole, tenth) = (decimal(tenths / 10), decimal(tenths % 10));
            return if tenth == "0" {
                concat(&[&whole, name])
            } else {
                concat(&[&whole, ".", &tenth, name])
            };
        }
        shift += 10;
    }
    exact(bytes)
}

fn exact(bytes: u64) -> String {
    let unit = if bytes == 1 { " byte" } else { " bytes" };
    concat(&[&decimal(bytes), unit])
}

fn list(values: &[String]) -> String {
    let mut list = String::new();
    for value in values {
        list.push_str(if list.is_empty() { "" } else { ", " });
        list.push_str(&quoted(value));
    }
    list
}

fn violation(template: &str, values: &[&str]) -> Error {
    Error::sentence(Code::PolicyViolation, Phase::Check, template, values)
}
