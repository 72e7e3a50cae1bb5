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
        let field = match self {
            Self::ContentLengthRange(min, max) => return check_size(file.size, *min, *max),
            Self::Eq(field, _)
            | Self::StartsWith(field, _)
            | Self::In(field, _)
            | Self::NotIn(field, _) => field.as_str(),
        };
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
                "The policy demands the form field `{}`, which is not set",
                &[field],
            ));
        };
        let kept = match self {
            Self::Eq(_, value) => actual == value,
            Self::StartsWith(_, prefix) => actual.starts_with(prefix.as_str()),
            Self::In(_, values) => values.iter().any(|value| value == actual),
            Self::NotIn(_, values) => !values.iter().any(|value| value == actual),
            Self::ContentLengthRange(..) => true,
        };
        if kept {
            Ok(())
        } else {
            Err(self.violated(field, actual))
        }
    }

    fn violated(&self, field: &str, actual: &str) -> Error {
        let is_bucket = field.eq_ignore_ascii_case("bucket");
        let subject = if is_bucket {
            String::from("the bucket")
        } else if field.eq_ignore_ascii_case(fields::KEY) {
            String::from("the object key")
        } else if fields::is_content_type(field) {
            String::from("the content type")
        } else {
            concat(&["the form field `", field, "`"])
        };
        if fields::is_secret(field) {
            return violation("The policy was signed for another value of {}", &[&subject]);
        }
        let (verb, wanted) = match self {
            Self::Eq(_, value) => (" to be ", quoted(value)),
            Self::StartsWith(_, prefix) => (" to start with ", quoted(prefix)),
            Self::In(_, values) => (" to be one of ", list(values)),
            Self::NotIn(_, values) => (" to be none of ", list(values)),
            Self::ContentLengthRange(..) => ("", String::new()),
        };
        let mut error = violation(
            "The policy wants {}{}{}, but it is {}",
            &[&subject, verb, &wanted, &quoted(actual)],
        );
        if is_bucket {
            // No fault of the file: the parameters contradict their own policy.
            error.phase = Phase::Params;
        }
        error
    }
}

fn check_size(size: u64, min: u64, max: u64) -> Result<(), Error> {
    let (limit, word) = if size > max {
        (max, "most ")
    } else if size < min {
        (min, "least ")
    } else {
        return Ok(());
    };
    let (mut actual, mut allowed) = (rounded(size), rounded(limit));
    if actual == allowed {
        (actual, allowed) = (exact(size), exact(limit));
    }
    Err(violation(
        "The file is {}, the policy allows at {}{}",
        &[&actual, word, &allowed],
    ))
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
