//! A call as it came in, in either of the two styles of signing.

use std::collections::BTreeMap;

use axum::http::request::Parts;
use url::form_urlencoded;

use super::envelope::ApiError;

/// How the call is signed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Style {
    /// `ACS3-HMAC-SHA256`: the common parameters are headers.
    Headers,
    /// HMAC-SHA1: the common parameters are in the query, or in the form.
    Query,
}

#[derive(Debug)]
pub(super) struct Call {
    pub(super) style: Style,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) query: Vec<(String, String)>,
    pub(super) form: Vec<(String, String)>,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: Vec<u8>,
}

impl Call {
    pub(super) fn new(parts: &Parts, body: &[u8]) -> Self {
        let pairs = |text: &[u8]| form_urlencoded::parse(text).into_owned().collect();
        let mut headers: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in &parts.headers {
            let value = String::from_utf8_lossy(value.as_bytes()).trim().to_owned();
            // Repeated headers count as one with commas.
            headers
                .entry(name.as_str().to_owned())
                .and_modify(|known| *known = format!("{known},{value}"))
                .or_insert(value);
        }
        let is_form = headers
            .get("content-type")
            .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
        Self {
            style: if headers.contains_key("authorization") || headers.contains_key("x-acs-date") {
                Style::Headers
            } else {
                Style::Query
            },
            method: parts.method.as_str().to_owned(),
            path: parts.uri.path().to_owned(),
            query: pairs(parts.uri.query().unwrap_or_default().as_bytes()),
            form: if is_form { pairs(body) } else { Vec::new() },
            headers,
            body: body.to_vec(),
        }
    }

    /// A parameter of the action, from the query or the form.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters(name)
            .next()
            .filter(|value| !value.is_empty())
    }

    /// All values under one name.
    pub(super) fn parameters(&self, name: &str) -> impl Iterator<Item = &str> {
        self.query
            .iter()
            .chain(&self.form)
            .filter(move |(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    fn common(&self, header: &str, parameter: &str) -> Option<&str> {
        match self.style {
            Style::Headers => self.headers.get(header).map(String::as_str),
            Style::Query => self.parameter(parameter),
        }
    }

    pub(super) fn action(&self) -> Option<&str> {
        self.common("x-acs-action", "Action")
    }

    pub(super) fn version(&self) -> Option<&str> {
        self.common("x-acs-version", "Version")
    }

    pub(super) fn date(&self) -> Result<String, ApiError> {
        self.common("x-acs-date", "Timestamp")
            .map(str::to_owned)
            .ok_or_else(|| ApiError::missing("Timestamp"))
    }

    pub(super) fn nonce(&self) -> Result<&str, ApiError> {
        self.common("x-acs-signature-nonce", "SignatureNonce")
            .ok_or_else(|| ApiError::missing("SignatureNonce"))
    }

    pub(super) fn token(&self) -> Option<&str> {
        self.common("x-acs-security-token", "SecurityToken")
    }

    pub(super) fn access_key_id(&self) -> Option<&str> {
        match self.style {
            Style::Headers => self.authorization("Credential"),
            Style::Query => self.parameter("AccessKeyId"),
        }
    }

    /// A part of `Authorization: ACS3-HMAC-SHA256 Credential=…,SignedHeaders=…,Signature=…`.
    pub(super) fn authorization(&self, part: &str) -> Option<&str> {
        let header = self.headers.get("authorization")?;
        let (_, parts) = header.split_once(' ')?;
        parts
            .split(',')
            .find_map(|pair| pair.trim().strip_prefix(part)?.strip_prefix('='))
    }
}
