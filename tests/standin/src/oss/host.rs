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
    let below = name
        .split_once('.')
        .and_then(|(bucket, endpoint)| Some((bucket, Endpoint::of(endpoint)?)));
    let (bucket, endpoint) = match (Endpoint::of(&name), below) {
        // `x.oss.aliyuncs.com` is the region's dual-stack endpoint, or a bucket's address.
        (None | Some(Endpoint::OtherRegion), Some(found)) => found,
        (Some(_), _) => {
            let message = "The bucket you are attempting to access must be addressed using OSS third level domain.";
            return Err(OssError::new(403, "SecondLevelDomainForbidden", message));
        }
        (None, None) => {
            let message = "Your host is invalid. Please use Open Storage Service standard host.";
            return Err(OssError::new(403, "NonStandardHostForbidden", message));
        }
    };
    let bucket = find(buckets, bucket)?;
    match endpoint {
        Endpoint::Accelerate if !bucket.accelerated => {
            let message = "Transfer acceleration is disabled.";
            Err(OssError::new(403, "TransferAccelerationDisabled", message))
        }
        Endpoint::OtherRegion => Err(access_denied(
            "The bucket you are attempting to access must be addressed using the specified endpoint. Please send all \
             future requests to this endpoint.",
        )),
        Endpoint::Region | Endpoint::Accelerate => Ok(Addressed { bucket, path }),
    }
}

/// What a bucket's name may stand before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Endpoint {
    /// The one region's, under any of its names.
    Region,
    OtherRegion,
    Accelerate,
}

impl Endpoint {
    fn of(name: &str) -> Option<Self> {
        match name {
            "oss.localhost" | "eos.aliyuncs.com" => return Some(Self::Region),
            "oss-accelerate.localhost" | "oss-accelerate-overseas.localhost" => {
                return Some(Self::Accelerate);
            }
            _ => {}
        }
        let name = name.strip_suffix(".aliyuncs.com")?;
        // S3's clients are given a name of their own for each.
        let of_s3 = name.strip_prefix("s3.");
        let name = of_s3
            .filter(|name| name.starts_with("oss-"))
            .unwrap_or(name);
        let region = match name {
            // Hangzhou was the first.
            "oss" => "cn-hangzhou",
            "oss-accelerate" | "oss-accelerate-overseas" => return Some(Self::Accelerate),
            _ => name
                .strip_prefix("oss-")
                // In the classic network.
                .or_else(|| name.strip_prefix("vpc100-oss-"))
                // Dual-stack.
                .or_else(|| name.strip_suffix(".oss"))
                .filter(|region| !region.is_empty() && !region.contains('.'))?,
        };
        // From inside only. A browser never gets there, but whoever does is answered.
        let region = region.strip_suffix("-internal").unwrap_or(region);
        Some(if region == REGION {
            Self::Region
        } else {
            Self::OtherRegion
        })
    }
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
