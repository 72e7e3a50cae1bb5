//! Every answer that a backend may give, made into one checked [`UploadParams`].

mod refusal;
mod shapes;
mod signed;
mod target;

use std::fmt;

use crate::error::{Code, Error, Phase};
use crate::form::fields;
use crate::json::Json;
use crate::policy::{Condition, Policy};
use crate::text;

use target::Target;

pub use refusal::refused_by_backend;

/// What the page demands of parameters, whatever the backend says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParamsRules {
    /// Hosts that may be uploaded to: exact names, or `*.example.com` for all below. `None`: any https host.
    pub allowed_hosts: Option<Vec<String>>,
    /// Whether parameters may come without a signature, for buckets that anyone may write to.
    pub anonymous: bool,
}

/// The object key, as the parameters have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// This one and no other: the parameters serve one file.
    Fixed(String),
    /// Any under this prefix (which may be empty): the parameters serve many files.
    Prefix(String),
}

/// How the parameters are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureVersion {
    /// `OSSAccessKeyId`, `policy`, `Signature`.
    V1,
    /// `x-oss-signature-version`, `x-oss-credential`, `x-oss-date`, `policy`, `x-oss-signature`.
    V4,
    /// Not at all: for buckets that anyone may write to.
    None,
}

impl SignatureVersion {
    /// `V1`, `V4` or `none`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "V1",
            Self::V4 => "V4",
            Self::None => "none",
        }
    }
}

/// Checked upload parameters. Their `Debug` output holds no value of a field.
#[derive(Clone, PartialEq)]
pub struct UploadParams {
    target: Target,
    key: Key,
    fields: Vec<(String, String)>,
    policy: Option<Policy>,
    expires_at_ms: Option<i64>,
}

impl UploadParams {
    /// Reads the backend's parsed JSON in any of the accepted shapes.
    ///
    /// # Errors
    ///
    /// `INVALID_PARAMS` names the field that is missing or wrong, `PARAMS_REFUSED` has the server's own words,
    /// `FORBIDDEN_HOST` says to where the parameters point.
    pub fn read(answer: &Json, rules: &ParamsRules) -> Result<Self, Error> {
        shapes::read(answer, rules)
    }

    /// Where the form is posted to.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.target.url
    }

    /// Host of [`Self::url`], with the port where one was given.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.target.host
    }

    /// The bucket, where the parameters, the policy or the host name it.
    #[must_use]
    pub fn bucket(&self) -> Option<&str> {
        self.target
            .bucket
            .as_deref()
            .or_else(|| self.policy.as_ref()?.bucket())
            .or_else(|| target::bucket_in_host(&self.target.host))
    }

    /// The object key, or the prefix under which it is made.
    #[must_use]
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// Signed fields in OSS's spelling, without key and file.
    #[must_use]
    pub fn fields(&self) -> &[(String, String)] {
        &self.fields
    }

    /// The decoded policy. `None` if there is none, or if it does not decode.
    #[must_use]
    pub fn policy(&self) -> Option<&Policy> {
        self.policy.as_ref()
    }

    /// What the policy demands: nothing if there is none to be read.
    pub(crate) fn conditions(&self) -> &[Condition] {
        self.policy.as_ref().map_or(&[], Policy::conditions)
    }

    /// Whether there is a policy that does not decode, so that only OSS can judge it.
    #[must_use]
    pub fn policy_unreadable(&self) -> bool {
        self.policy.is_none() && fields::has(&self.fields, fields::POLICY)
    }

    /// When the parameters end, in Unix milliseconds: the earlier of the answer's own statement and the policy's.
    #[must_use]
    pub fn expires_at_ms(&self) -> Option<i64> {
        let signed = self.policy.as_ref().map(Policy::expiration_ms);
        match (self.expires_at_ms, signed) {
            (Some(stated), Some(signed)) => Some(stated.min(signed)),
            (stated, signed) => stated.or(signed),
        }
    }

    /// Whether the parameters serve many files.
    #[must_use]
    pub fn is_reusable(&self) -> bool {
        matches!(self.key, Key::Prefix(_))
    }

    /// How the parameters are signed.
    #[must_use]
    pub fn signature_version(&self) -> SignatureVersion {
        let has = |name| fields::has(&self.fields, name);
        if has(fields::CREDENTIAL) || has("x-amz-credential") {
            SignatureVersion::V4
        } else if has(fields::POLICY) {
            SignatureVersion::V1
        } else {
            SignatureVersion::None
        }
    }

    /// Address of an object beside which these parameters upload, without a signature.
    #[must_use]
    pub fn object_url(&self, key: &str) -> String {
        let mut url = self.target.url.clone();
        for byte in key.as_bytes() {
            if matches!(byte, b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-'..=b'/' | b'_' | b'~') {
                url.push(char::from(*byte));
            } else {
                let mut digits = text::hex(&[*byte]);
                digits.make_ascii_uppercase();
                url.push('%');
                url.push_str(&digits);
            }
        }
        url
    }
}

impl fmt::Debug for UploadParams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadParams")
            .field("url", &self.target.url)
            .field("key", &self.key)
            .field(
                "fields",
                &self.fields.iter().map(|(name, _)| name).collect::<Vec<_>>(),
            )
            .finish_non_exhaustive()
    }
}

fn invalid(template: &str, values: &[&str]) -> Error {
    Error::sentence(Code::InvalidParams, Phase::Params, template, values)
}

/// With one value, as most have: to pass it takes less code than a list.
fn invalid_value(template: &str, value: &str) -> Error {
    invalid(template, &[value])
}

#[cfg(test)]
mod tests;
