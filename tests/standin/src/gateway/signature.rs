//! Verifies both ways of signing a call: `ACS3-HMAC-SHA256` over the headers ("Request syntax and signature method
//! V3") and the older HMAC-SHA1 over the query ("Request syntax and signature method V2 for RPC APIs").

use std::fmt::Write as _;

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use hmac::{Hmac, KeyInit as _, Mac as _};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use super::{
    envelope::ApiError,
    request::{Call, Style},
};

/// RFC 3986: only the unreserved characters stay.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

pub(super) fn verify(call: &Call, secret: &str) -> Result<(), ApiError> {
    match call.style {
        Style::Headers => verify_headers(call, secret),
        Style::Query => verify_query(call, secret),
    }
}

fn verify_headers(call: &Call, secret: &str) -> Result<(), ApiError> {
    let algorithm = call
        .headers
        .get("authorization")
        .and_then(|value| value.split(' ').next());
    if algorithm != Some("ACS3-HMAC-SHA256") {
        return Err(ApiError::SIGNATURE_METHOD);
    }
    let names = call
        .authorization("SignedHeaders")
        .ok_or(ApiError::SIGNATURE_INCOMPLETE)?;
    let given = call
        .authorization("Signature")
        .ok_or(ApiError::SIGNATURE_INCOMPLETE)?;
    let signed: Vec<&str> = names.split(';').collect();
    // Every common header that is there has to be signed.
    let common = |name: &str| name == "host" || name.starts_with("x-acs-");
    let uncovered = call
        .headers
        .keys()
        .any(|name| common(name) && !signed.contains(&name.as_str()));
    if uncovered || !signed.is_sorted() {
        return Err(ApiError::SIGNATURE_INCOMPLETE);
    }
    let mut lines = String::new();
    for name in &signed {
        let value = call
            .headers
            .get(*name)
            .ok_or(ApiError::SIGNATURE_INCOMPLETE)?;
        let _ = writeln!(lines, "{name}:{value}");
    }
    let payload = hex(&Sha256::digest(&call.body));
    let Call {
        method,
        path,
        query,
        ..
    } = call;
    let query = canonical(query.iter());
    let canonical_request = format!("{method}\n{path}\n{query}\n{lines}\n{names}\n{payload}");
    let string_to_sign = format!(
        "ACS3-HMAC-SHA256\n{}",
        hex(&Sha256::digest(&canonical_request))
    );
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return Err(ApiError::INTERNAL);
    };
    mac.update(string_to_sign.as_bytes());
    // The hash of the body is signed as a header: a body that differs from it is a wrong signature, too.
    let stated = call.headers.get("x-acs-content-sha256");
    if stated == Some(&payload) && given == hex(&mac.finalize().into_bytes()) {
        return Ok(());
    }
    Err(ApiError::signature(&string_to_sign))
}

fn verify_query(call: &Call, secret: &str) -> Result<(), ApiError> {
    for (name, expected) in [
        ("SignatureMethod", "HMAC-SHA1"),
        ("SignatureVersion", "1.0"),
    ] {
        match call.parameter(name) {
            None => return Err(ApiError::missing(name)),
            Some(value) if value != expected => return Err(ApiError::SIGNATURE_METHOD),
            Some(_) => {}
        }
    }
    let given = call
        .parameter("Signature")
        .ok_or(ApiError::SIGNATURE_INCOMPLETE)?;
    let signed = call
        .query
        .iter()
        .chain(&call.form)
        .filter(|(name, _)| name != "Signature");
    let string_to_sign = format!(
        "{}&{}&{}",
        call.method,
        escape("/"),
        escape(&canonical(signed))
    );
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(format!("{secret}&").as_bytes()) else {
        return Err(ApiError::INTERNAL);
    };
    mac.update(string_to_sign.as_bytes());
    if given == BASE64.encode(mac.finalize().into_bytes()) {
        return Ok(());
    }
    Err(ApiError::signature(&string_to_sign))
}

fn canonical<'a>(pairs: impl Iterator<Item = &'a (String, String)>) -> String {
    let mut pairs: Vec<String> = pairs
        .map(|(name, value)| format!("{}={}", escape(name), escape(value)))
        .collect();
    pairs.sort_unstable();
    pairs.join("&")
}

fn escape(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    fn call(request: axum::http::request::Builder) -> Call {
        let (parts, ()) = request.body(()).unwrap().into_parts();
        Call::new(&parts, b"")
    }

    fn documented_v3(signature: &str) -> Call {
        let names =
            "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version";
        call(
            Request::post("/?ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai")
                .header("host", "ecs.cn-shanghai.aliyuncs.com")
                .header("x-acs-action", "RunInstances")
                .header("x-acs-content-sha256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
                .header("x-acs-date", "2023-10-26T10:22:32Z")
                .header("x-acs-signature-nonce", "3156853299f313e23d1673dc12e1703d")
                .header("x-acs-version", "2014-05-26")
                .header(
                    "authorization",
                    format!("ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders={names},Signature={signature}"),
                ),
        )
    }

    /// The worked example with fixed values of "Request syntax and signature method V3".
    #[test]
    fn v3_of_the_document_is_accepted_and_nothing_else() {
        let good = "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0";
        assert!(verify(&documented_v3(good), "YourAccessKeySecret").is_ok());
        assert!(verify(&documented_v3(good), "YourAccessKeySecret.").is_err());
        assert!(
            verify(
                &documented_v3(&good.replace('0', "1")),
                "YourAccessKeySecret"
            )
            .is_err()
        );
    }

    #[test]
    fn v3_with_a_common_header_that_is_not_signed_is_refused() {
        let mut call =
            documented_v3("06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0");
        call.headers
            .insert("x-acs-security-token".to_owned(), "t".to_owned());
        let error = verify(&call, "YourAccessKeySecret").unwrap_err();
        assert!(format!("{error:?}").contains("IncompleteSignature"));
    }

    /// The worked example of the RPC signature document: `DescribeRegions` with testid and testsecret.
    #[test]
    fn v2_of_the_document_is_accepted_and_nothing_else() {
        let signed = |signature: &str| {
            call(Request::get(format!(
                "/?Timestamp=2016-02-23T12%3A46%3A24Z&Format=XML&AccessKeyId=testid&Action=DescribeRegions\
                 &SignatureMethod=HMAC-SHA1&SignatureNonce=3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf\
                 &Version=2014-05-26&SignatureVersion=1.0&Signature={signature}"
            )))
        };
        assert!(verify(&signed("OLeaidS1JvxuMvnyHOwuJ%2BuX5qY%3D"), "testsecret").is_ok());
        assert!(verify(&signed("OLeaidS1JvxuMvnyHOwuJ%2BuX5qZ%3D"), "testsecret").is_err());
        assert!(verify(&signed("OLeaidS1JvxuMvnyHOwuJ%2BuX5qY%3D"), "testsecres").is_err());
    }
}
