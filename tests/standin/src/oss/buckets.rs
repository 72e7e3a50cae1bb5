//! The buckets: who may write to them, which origins may read the answers, and what else OSS's owner has set.

use super::{
    cors::Rule,
    error::{OssError, access_denied},
};
use crate::account::{ENS_PHYSICAL_BUCKET, OWN_BUCKET, TEMP_BUCKET};

/// Who may write without or with a key of the owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Acl {
    Private,
    PublicReadWrite,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Versioning {
    Off,
    Enabled,
    Suspended,
}

/// Why a bucket takes no object at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Closed {
    /// The owner is in arrears.
    UserDisable,
    /// Shut for security reasons.
    BucketDisable,
    BucketPolicy,
    AuthorizerPolicy,
    Referer,
    /// Every object is under retention.
    Immutable,
}

#[derive(Clone, Debug)]
pub(crate) struct Bucket {
    pub(crate) name: &'static str,
    pub(crate) acl: Acl,
    pub(crate) cors: Vec<Rule>,
    pub(crate) versioning: Versioning,
    pub(crate) closed: Option<Closed>,
    pub(crate) blocks_public_access: bool,
    pub(crate) has_kms: bool,
    /// A domain of the owner's that is bound to the bucket.
    pub(crate) domain: Option<&'static str>,
    pub(crate) accelerated: bool,
}

impl Bucket {
    fn new(name: &'static str) -> Self {
        Self {
            name,
            acl: Acl::Private,
            cors: vec![Rule::permissive()],
            versioning: Versioning::Off,
            closed: None,
            blocks_public_access: false,
            has_kms: true,
            domain: None,
            accelerated: false,
        }
    }

    pub(crate) fn refusal(&self) -> Option<OssError> {
        Some(match self.closed? {
            Closed::UserDisable => OssError::new(403, "UserDisable", "UserDisable"),
            Closed::BucketDisable => OssError::new(403, "BucketDisable", "BucketDisable"),
            Closed::BucketPolicy => access_denied("Access denied by bucket policy."),
            Closed::AuthorizerPolicy => access_denied("Access denied by authorizer's policy."),
            Closed::Referer => access_denied("You are denied by bucket referer policy."),
            Closed::Immutable => OssError::new(
                409,
                "FileImmutable",
                "The object you specified is immutable.",
            ),
        })
    }
}

/// All buckets of the stand-in; `tests/standin/README.md` lists them.
pub(crate) fn all() -> Vec<Bucket> {
    let closed = |name, closed| Bucket {
        closed: Some(closed),
        ..Bucket::new(name)
    };
    vec![
        Bucket::new(TEMP_BUCKET),
        Bucket::new(OWN_BUCKET),
        Bucket::new(ENS_PHYSICAL_BUCKET),
        Bucket::new("gen-post-policy"),
        Bucket::new("examplebucket"),
        Bucket {
            acl: Acl::PublicReadWrite,
            ..Bucket::new("public-bucket")
        },
        Bucket {
            cors: Vec::new(),
            ..Bucket::new("no-cors-bucket")
        },
        Bucket {
            cors: Rule::several(),
            ..Bucket::new("cors-rules-bucket")
        },
        Bucket {
            versioning: Versioning::Enabled,
            ..Bucket::new("versioned-bucket")
        },
        Bucket {
            versioning: Versioning::Suspended,
            ..Bucket::new("suspended-bucket")
        },
        Bucket {
            domain: Some("files.localhost"),
            ..Bucket::new("domain-bucket")
        },
        Bucket {
            accelerated: true,
            ..Bucket::new("accelerated-bucket")
        },
        Bucket {
            blocks_public_access: true,
            ..Bucket::new("blocked-public-bucket")
        },
        Bucket {
            has_kms: false,
            ..Bucket::new("no-kms-bucket")
        },
        closed("arrears-bucket", Closed::UserDisable),
        closed("disabled-bucket", Closed::BucketDisable),
        closed("policy-denied-bucket", Closed::BucketPolicy),
        closed("authorizer-denied-bucket", Closed::AuthorizerPolicy),
        closed("referer-bucket", Closed::Referer),
        closed("worm-bucket", Closed::Immutable),
    ]
}
