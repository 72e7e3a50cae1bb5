//! `ACS3-HMAC-SHA256`: how a call of Alibaba Cloud's API is signed ("Request syntax and signature method V3").

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit as _, Mac as _};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest as _, Sha256};

use crate::credentials::Credentials;

const ALGORITHM: &str = "ACS3-HMAC-SHA256";
/// SHA-256 of the empty body: every parameter of these calls is in the query.
pub(crate) const EMPTY_BODY: &str =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// What is signed beside the query.
pub(crate) struct Call<'a> {
    pub(crate) host: &'a str,
    pub(crate) action: &'a str,
    pub(crate) version: &'a str,
    /// `2023-10-26T10:22:32Z`
    pub(crate) date: &'a str,
    pub(crate) nonce: &'a str,
}

/// The headers of a `POST /` with this query, `Authorization` included, `Host` not.
pub(crate) fn headers(
    call: &Call<'_>,
    query: &str,
    credentials: &Credentials,
) -> Vec<(&'static str, String)> {
    let mut headers = vec![
        ("host", call.host.to_owned()),
        ("x-acs-action", call.action.to_owned()),
        ("x-acs-content-sha256", EMPTY_BODY.to_owned()),
        ("x-acs-date", call.date.to_owned()),
    ];
    if let Some(token) = &credentials.security_token {
        headers.push(("x-acs-security-token", token.clone()));
    }
    headers.push(("x-acs-signature-nonce", call.nonce.to_owned()));
    headers.push(("x-acs-version", call.version.to_owned()));

    let mut lines = String::new();
    for (name, value) in &headers {
        let _ = writeln!(lines, "{name}:{value}");
    }
    let names = headers
        .iter()
        .map(|(name, _)| *name)
        .collect::<Vec<_>>()
        .join(";");
    let canonical = format!("POST\n/\n{query}\n{lines}\n{names}\n{EMPTY_BODY}");
    let to_sign = format!("{ALGORITHM}\n{}", hex(&Sha256::digest(&canonical)));
    // A key may have any length: this cannot fail.
    let signature = Hmac::<Sha256>::new_from_slice(credentials.access_key_secret.as_bytes())
        .map(|mac| hex(&mac.chain_update(&to_sign).finalize().into_bytes()))
        .unwrap_or_default();

    let id = &credentials.access_key_id;
    headers.remove(0);
    headers.push((
        "authorization",
        format!("{ALGORITHM} Credential={id},SignedHeaders={names},Signature={signature}"),
    ));
    headers
}

/// The parameters in canonical order and escaping.
pub(crate) fn query(parameters: &[(&str, &str)]) -> String {
    let mut pairs: Vec<String> = parameters
        .iter()
        .map(|(name, value)| format!("{}={}", escape(name), escape(value)))
        .collect();
    pairs.sort_unstable();
    pairs.join("&")
}

/// RFC 3986: everything but the unreserved characters is escaped.
pub(crate) fn escape(text: &str) -> String {
    const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'_')
        .remove(b'.')
        .remove(b'~');
    utf8_percent_encode(text, RESERVED).to_string()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            for digit in [byte >> 4, byte & 15] {
                text.push(char::from_digit(digit.into(), 16).unwrap_or('0'));
            }
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The worked example with fixed values of "Request syntax and signature method V3".
    #[test]
    fn the_documents_example() {
        let credentials = Credentials::fixed("YourAccessKeyId", "YourAccessKeySecret", None);
        let query = query(&[
            ("RegionId", "cn-shanghai"),
            (
                "ImageId",
                "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd",
            ),
        ]);
        let call = Call {
            host: "ecs.cn-shanghai.aliyuncs.com",
            action: "RunInstances",
            version: "2014-05-26",
            date: "2023-10-26T10:22:32Z",
            nonce: "3156853299f313e23d1673dc12e1703d",
        };
        let headers = headers(&call, &query, &credentials);
        let (_, authorization) = headers
            .iter()
            .find(|(name, _)| *name == "authorization")
            .unwrap();
        assert_eq!(
            authorization,
            "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;\
             x-acs-date;x-acs-signature-nonce;x-acs-version,\
             Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
        );
    }

    #[test]
    fn names_of_files_are_escaped_byte_by_byte() {
        assert_eq!(
            query(&[("FileName", "a b*~'/é+.txt")]),
            "FileName=a%20b%2A~%27%2F%C3%A9%2B.txt"
        );
    }
}
