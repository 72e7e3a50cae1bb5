//! What the form says about the object besides its name and bytes.

use std::collections::BTreeMap;

use hyper::HeaderMap;

use super::{
    buckets::Bucket,
    error::{OssError, access_denied, invalid_argument},
    form::Form,
    keys::no_right,
    part::PartHead,
};

/// User metadata in bytes, names and values together, at most.
const MAX_METADATA: usize = 8 * 1024;
/// Bits per second that `x-oss-traffic-limit` may ask for.
const TRAFFIC_LIMIT: std::ops::RangeInclusive<u64> = 819_200..=838_860_800;

#[derive(Debug)]
pub(crate) struct Settings {
    /// As the object is served: `content-type`, `cache-control`, …, and `x-oss-…` properties.
    pub(crate) headers: BTreeMap<String, String>,
    /// Names without `x-oss-meta-`.
    pub(crate) metadata: BTreeMap<String, String>,
    pub(crate) forbid_overwrite: bool,
    pub(crate) bytes_per_second: Option<u64>,
}

/// The type the object will have: `x-oss-content-type`, else the file part's own, else the form's `Content-Type`.
pub(crate) fn content_type<'a>(form: &'a Form, file: &'a PartHead) -> Option<&'a str> {
    form.get("x-oss-content-type")
        .or(file.content_type.as_deref())
        .or_else(|| form.get("content-type"))
}

impl Settings {
    pub(crate) fn read(
        form: &Form,
        file: &PartHead,
        request: &HeaderMap,
        bucket: &Bucket,
    ) -> Result<Self, OssError> {
        let mut headers = BTreeMap::new();
        let content_type = content_type(form, file).unwrap_or("application/octet-stream");
        headers.insert("content-type".to_owned(), content_type.to_owned());
        for name in [
            "cache-control",
            "content-disposition",
            "content-encoding",
            "expires",
        ] {
            if let Some(value) = form.get(name) {
                headers.insert(name.to_owned(), value.to_owned());
            }
        }
        let mut keep = |name: &str, value: &str| headers.insert(name.to_owned(), value.to_owned());
        // The form's field wins over the request's header.
        let acl_header = request
            .get("x-oss-object-acl")
            .and_then(|value| value.to_str().ok());
        if let Some(acl) = form.get("x-oss-object-acl").or(acl_header) {
            one_of(
                "x-oss-object-acl",
                acl,
                &["default", "private", "public-read", "public-read-write"],
            )?;
            if bucket.blocks_public_access && acl.starts_with("public") {
                return Err(access_denied("Put public object acl is not allowed."));
            }
            keep("x-oss-object-acl", acl);
        }
        if let Some(class) = form.get("x-oss-storage-class") {
            let classes = [
                "Standard",
                "IA",
                "Archive",
                "ColdArchive",
                "DeepColdArchive",
            ];
            one_of("x-oss-storage-class", class, &classes)?;
            keep("x-oss-storage-class", class);
        }
        encryption(form, bucket)?
            .into_iter()
            .for_each(|(name, value)| {
                keep(name, value);
            });
        if form.get("x-oss-tagging").is_some() {
            return Err(invalid_argument(
                "x-oss-tagging is not supported in a POST request.",
            ));
        }
        Ok(Self {
            headers,
            metadata: metadata(form)?,
            forbid_overwrite: forbid_overwrite(form)?,
            bytes_per_second: traffic_limit(form)?,
        })
    }
}

fn encryption<'a>(
    form: &'a Form,
    bucket: &Bucket,
) -> Result<Vec<(&'static str, &'a str)>, OssError> {
    const ALGORITHM: &str = "x-oss-server-side-encryption";
    const KEY: &str = "x-oss-server-side-encryption-key-id";
    const DATA: &str = "x-oss-server-side-data-encryption";
    const KEY_OF_S3: &str = "x-amz-server-side-encryption-aws-kms-key-id";
    let invalid = || {
        let message = "The encryption algorithm specified is not valid.";
        OssError::new(400, "InvalidEncryptionAlgorithmError", message)
    };
    if form.get(KEY_OF_S3).is_some() {
        let message = format!("{KEY_OF_S3} is not supported in a POST request.");
        return Err(invalid_argument(message).ec("0006-00000116"));
    }
    let algorithm = form.get(ALGORITHM);
    match algorithm {
        Some("KMS") if !bucket.has_kms => {
            let message = "This user does not turn on KMS service.";
            return Err(OssError::new(403, "KmsServiceNotEnabled", message).ec("0005-00000218"));
        }
        None | Some("AES256" | "SM4" | "KMS") => {}
        Some(_) => return Err(invalid()),
    }
    let mut asked: Vec<_> = algorithm
        .map(|algorithm| (ALGORITHM, algorithm))
        .into_iter()
        .collect();
    for name in [KEY, DATA] {
        if let Some(value) = form.get(name) {
            if algorithm != Some("KMS") {
                return Err(invalid_argument(format!("{name} is only valid with KMS.")));
            }
            if name == DATA && value != "SM4" {
                return Err(invalid());
            }
            asked.push((name, value));
        }
    }
    Ok(asked)
}

fn metadata(form: &Form) -> Result<BTreeMap<String, String>, OssError> {
    const PREFIX: &str = "x-oss-meta-";
    let metadata: BTreeMap<_, _> = form
        .with_prefix(PREFIX)
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let bytes: usize = metadata
        .iter()
        .map(|(name, value)| PREFIX.len() + name.len() + value.len())
        .sum();
    if bytes > MAX_METADATA {
        return Err(invalid_argument("The user metadata is too large.").ec("0011-00000002"));
    }
    for (name, value) in &metadata {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if name.is_empty() || !name.bytes().all(is_allowed) {
            let message = "The name of user metadata has an invalid character.";
            return Err(invalid_argument(message).ec("0011-00000002"));
        }
        if !value.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            let message = "The value of user metadata has an invalid character.";
            return Err(invalid_argument(message).ec("0011-00000005"));
        }
    }
    Ok(metadata)
}

fn forbid_overwrite(form: &Form) -> Result<bool, OssError> {
    match form.get("x-oss-forbid-overwrite") {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => {
            let message = "The value of x-oss-forbid-overwrite must be true or false.";
            Err(invalid_argument(message).ec("0006-00000117"))
        }
    }
}

fn traffic_limit(form: &Form) -> Result<Option<u64>, OssError> {
    let Some(limit) = form.get("x-oss-traffic-limit") else {
        return Ok(None);
    };
    match limit.parse() {
        Ok(bits) if TRAFFIC_LIMIT.contains(&bits) => Ok(Some(bits / 8)),
        _ => {
            let message = "The value of x-oss-traffic-limit is invalid.";
            Err(invalid_argument(message).ec("0004-00000502"))
        }
    }
}

fn one_of(name: &str, value: &str, allowed: &[&str]) -> Result<(), OssError> {
    if allowed.contains(&value) {
        Ok(())
    } else {
        Err(invalid_argument(format!("The value of {name} is invalid.")))
    }
}

/// The object's name: `${filename}` becomes the last component of the file's name. Called after the policy's check.
pub(crate) fn object_name(key: &str, filename: Option<&str>) -> Result<String, OssError> {
    let filename = filename.unwrap_or_default();
    let last = filename.rsplit('/').next().unwrap_or_default();
    let name = key.replace("${filename}", last);
    let invalid = |message, ec| Err(OssError::new(400, "InvalidObjectName", message).ec(ec));
    if name.is_empty() {
        return invalid("The Object name can not be empty.", "0016-00000001");
    }
    if name.len() > 1023 {
        return invalid(
            "The Length of Object name must be less than 1024.",
            "0016-00000003",
        );
    }
    if name.starts_with(['/', '\\']) {
        return invalid("The specified object is not valid.", "0016-00000005");
    }
    Ok(name)
}

/// Without a signature only a public bucket takes objects.
pub(crate) fn allow_anonymous(bucket: &Bucket) -> Result<(), OssError> {
    if bucket.acl == super::buckets::Acl::PublicReadWrite {
        Ok(())
    } else {
        Err(no_right())
    }
}
