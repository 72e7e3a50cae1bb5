//! Every answer that a backend may give, made into one checked [`UploadParams`].

mod answer;
mod refusal;
mod shapes;
mod signed;
mod target;

use std::fmt;

use percent_encoding::utf8_percent_encode;

use crate::error::Error;
use crate::json::{Json, Parse};
use crate::oss::{ESCAPED, Fields, Secrets, bucket, field};
use crate::policy::{Condition, Policy};

use target::Target;

pub use refusal::{refused_by_backend, secrets_in_answer};

/// An answer with more fields is none.
const MAX_FIELDS: usize = 1000;

/// What the page demands of parameters, whatever the backend says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParamsRules {
    /// Hosts that may be uploaded to: exact names, or `*.example.com` for all below. `None`: any https host.
    pub allowed_hosts: Option<Vec<String>>,
    /// Whether parameters may come without a signature, for buckets that anyone may write to.
    pub anonymous: bool,
    /// Whether the page names the object itself: then the answer need not.
    pub page_has_key: bool,
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
    /// `x-oss-signature-version` of `OSS2`, `x-oss-access-key-id`, `policy`, `x-oss-signature`.
    V2,
    /// `x-oss-signature-version`, `x-oss-credential`, `x-oss-date`, `policy`, `x-oss-signature`.
    V4,
    /// Not at all: for buckets that anyone may write to.
    None,
}

impl SignatureVersion {
    /// `V1`, `V2`, `V4` or `none`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "V1",
            Self::V2 => "V2",
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
    fields: Fields,
    policy: Option<Policy>,
    stated_expiry_ms: Option<i64>,
}

impl UploadParams {
    /// Reads the backend's parsed JSON in any of the accepted shapes. `parse` reads the JSON inside of it.
    ///
    /// # Errors
    ///
    /// `INVALID_PARAMS` names the field that is missing or wrong, `PARAMS_REFUSED` has the server's own words,
    /// `FORBIDDEN_HOST` says to where the parameters point.
    pub fn read(answer: &Json, rules: &ParamsRules, parse: Parse) -> Result<Self, Error> {
        shapes::read(answer, rules, parse)
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
            .or_else(|| bucket::in_host(&self.target.host))
    }

    /// The object key, or the prefix under which it is made.
    #[must_use]
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// Signed fields in OSS's spelling, without key and file.
    #[must_use]
    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    /// The decoded policy. `None` if there is none, or if it does not decode.
    #[must_use]
    pub fn policy(&self) -> Option<&Policy> {
        self.policy.as_ref()
    }

    /// What the policy demands: nothing if there is none to be read.
    #[must_use]
    pub fn conditions(&self) -> &[Condition] {
        self.policy.as_ref().map_or(&[], Policy::conditions)
    }

    /// Whether there is a policy that does not decode, so that only OSS can judge it.
    #[must_use]
    pub fn policy_unreadable(&self) -> bool {
        self.policy.is_none() && self.fields.contains(field::POLICY)
    }

    /// When the parameters end, in Unix milliseconds: what was signed counts, else what the answer states beside it.
    #[must_use]
    pub fn expires_at_ms(&self) -> Option<i64> {
        let signed = self.policy.as_ref().and_then(Policy::expiration_ms);
        signed.or(self.stated_expiry_ms)
    }

    /// Values that no message may show.
    #[must_use]
    pub fn secrets(&self) -> Secrets {
        let mut secrets = Secrets::of(&self.fields);
        // OSS shows the value of a condition that is not met.
        for condition in self.conditions() {
            if let Some((name, value)) = condition.demanded()
                && field::is_secret(name)
            {
                secrets.add(value);
            }
        }
        secrets
    }

    /// Whether the parameters serve many files.
    #[must_use]
    pub fn is_reusable(&self) -> bool {
        matches!(self.key, Key::Prefix(_))
    }

    /// How the parameters are signed.
    #[must_use]
    pub fn signature_version(&self) -> SignatureVersion {
        let has = |name| self.fields.contains(name);
        if has(field::CREDENTIAL) || has(field::AMZ_CREDENTIAL) {
            SignatureVersion::V4
        } else if has(field::ACCESS_KEY_ID_V2) {
            SignatureVersion::V2
        } else if has(field::POLICY) {
            SignatureVersion::V1
        } else {
            SignatureVersion::None
        }
    }

    /// Address of an object beside which these parameters upload, without a signature.
    #[must_use]
    pub fn object_url(&self, key: &str) -> String {
        format!("{}{}", self.target.url, path(key))
    }
}

/// An object key as the path of an address. Browsers resolve the components `.` and `..`, and `%2E%2E` just as well (URL
/// Standard, "double-dot URL path segment"). So the slashes beside these are escaped, which servers read as slashes.
fn path(key: &str) -> String {
    let is_dots = |component: &str| matches!(component, "." | "..");
    let mut path = String::new();
    let mut before = None;
    for component in key.split('/') {
        if let Some(before) = before {
            let is_resolved = is_dots(before) || is_dots(component);
            path += if is_resolved { "%2F" } else { "/" };
        }
        if is_dots(component) {
            path += &component.replace('.', "%2E");
        } else {
            path.extend(utf8_percent_encode(component, ESCAPED));
        }
        before = Some(component);
    }
    path
}

impl fmt::Debug for UploadParams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadParams")
            .field("url", &self.target.url)
            .field("key", &self.key)
            .field("fields", &self.fields)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
