//! Which bucket a request means: by the host (virtual-hosted, or a domain bound to the bucket), or, on an address
//! of this machine, by the first component of the path.

use super::{
    buckets::Bucket,
    error::{OssError, access_denied, invalid_argument},
};
use crate::account::REGION;

/// The bucket that a request addresses, and what of the path is left for the object.
#[derive(Debug)]
pub(crate) struct Addressed<'a> {
    pub(crate) bucket: &'a Bucket,
    pub(crate) path: &'a str,
}

/// `host` with its port, as the request has it.
pub(crate) fn addressed<'a>(
    buckets: &'a [Bucket],
    host: &str,
    path: &'a str,
) -> Result<Addressed<'a>, OssError> {
    let name = without_port(host).to_ascii_lowercase();
    if is_this_machine(&name) {
        let path = path.strip_prefix('/').unwrap_or(path);
        let (bucket, path) = path.split_once('/').map_or((path, "/"), |(bucket, _)| {
            (bucket, path.get(bucket.len()..).unwrap_or("/"))
        });
        if bucket.is_empty() {
            return Err(invalid_argument("The bucket is missing in the path."));
        }
        return Ok(Addressed {
            bucket: find(buckets, bucket)?,
            path,
        });
    }
    if let Some(bucket) = buckets
        .iter()
        .find(|bucket| bucket.domain == Some(name.as_str()))
    {
        return Ok(Addressed { bucket, path });
    }
    let endpoints = [
        "oss.localhost".to_owned(),
        format!("oss-{REGION}.aliyuncs.com"),
        "eos.aliyuncs.com".to_owned(),
    ];
    for endpoint in endpoints {
        if name == endpoint {
            let message = "The bucket you are attempting to access must be addressed using OSS third level domain.";
            return Err(OssError::new(403, "SecondLevelDomainForbidden", message));
        }
        if let Some(bucket) = below(&name, &endpoint) {
            return Ok(Addressed {
                bucket: find(buckets, bucket)?,
                path,
            });
        }
    }
    for endpoint in ["oss-accelerate.localhost", "oss-accelerate.aliyuncs.com"] {
        if let Some(bucket) = below(&name, endpoint) {
            let bucket = find(buckets, bucket)?;
            if !bucket.accelerated {
                let message = "Transfer acceleration is disabled.";
                return Err(OssError::new(403, "TransferAccelerationDisabled", message));
            }
            return Ok(Addressed { bucket, path });
        }
    }
    if let Some((bucket, endpoint)) = name.split_once('.')
        && endpoint.starts_with("oss-")
    {
        find(buckets, bucket)?;
        return Err(access_denied(
            "The bucket you are attempting to access must be addressed using the specified endpoint. Please send all \
             future requests to this endpoint.",
        ));
    }
    let message = "Your host is invalid. Please use Open Storage Service standard host.";
    Err(OssError::new(403, "NonStandardHostForbidden", message))
}

/// Whether the host is an address of this machine, where OSS is addressed path-style.
pub(crate) fn is_this_machine(name: &str) -> bool {
    matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}

pub(crate) fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => name,
        _ => host,
    }
}

fn below<'a>(name: &'a str, endpoint: &str) -> Option<&'a str> {
    name.strip_suffix(endpoint)?.strip_suffix('.')
}

fn find<'a>(buckets: &'a [Bucket], name: &str) -> Result<&'a Bucket, OssError> {
    if !is_bucket_name(name) {
        return Err(OssError::new(
            400,
            "InvalidBucketName",
            "The specified bucket is not valid.",
        )
        .detail("BucketName", name));
    }
    buckets
        .iter()
        .find(|bucket| bucket.name == name)
        .ok_or_else(|| {
            OssError::new(404, "NoSuchBucket", "The specified bucket does not exist.")
                .detail("BucketName", name)
        })
}

fn is_bucket_name(name: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (3..=63).contains(&name.len())
        && name.bytes().all(is_inner)
        && !name.starts_with('-')
        && !name.ends_with('-')
}
