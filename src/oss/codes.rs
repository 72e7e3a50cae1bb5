//! Error codes of OSS and of Alibaba Cloud's gateway: what they mean for an upload.

/// A server's or a gateway's passing trouble.
pub(crate) fn is_passing_status(status: u16) -> bool {
    status >= 500 || matches!(status, 408 | 429)
}

/// Codes that say nothing against the file: OSS may take it next time, some of them with fresh parameters only.
pub(crate) fn is_passing(code: &str) -> bool {
    matches!(
        code,
        "InternalError"
            | "ServiceUnavailable"
            | "RequestTimeout"
            | "IncompleteBody"
            | "MalformedPOSTRequest"
    ) || is_stale(code)
        || code.starts_with("Throttling")
}

/// Those that say that the parameters are used up.
pub(crate) fn is_stale(code: &str) -> bool {
    matches!(
        code,
        "SecurityTokenExpired"
            | "InvalidSecurityToken"
            | "InvalidAccessKeyId"
            | "RequestTimeTooSkewed"
    )
}

/// What is behind a refusal of OSS's: what somebody can do about it hangs on this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The AccessKey or a bucket's rules do not allow the upload.
    Permission,
    /// A condition of the policy is not met.
    Condition,
    /// The bucket is not at this endpoint.
    Endpoint,
    /// The signature is wrong.
    Signature,
    /// AccessKey id and token do not go together, or are used up.
    Credentials,
    /// The backend's clock is wrong.
    Clock,
    /// There is no such bucket.
    NoSuchBucket,
    /// The bucket is another account's.
    OtherOwner,
    /// The custom domain may not be used.
    Domain,
    /// The bucket encrypts with KMS, which is not enabled.
    Kms,
    /// The file is too large or too small.
    FileSize,
    /// The bucket's CORS rule does not allow the page.
    Cors,
    /// The object exists and may not be replaced.
    Exists,
    /// Account or bucket are disabled.
    Disabled,
    /// OSS cannot read the policy.
    PolicyDocument,
    /// The form did not arrive whole.
    CutShort,
    /// OSS is busy.
    Busy,
    /// Anything else.
    Other,
}

impl Trouble {
    pub(crate) fn of(code: &str, message: &str) -> Self {
        match code {
            // One code for many causes: the message tells which.
            "AccessDenied" if message.contains("Policy Condition failed") => Self::Condition,
            "AccessDenied" if message.contains("specified endpoint") => Self::Endpoint,
            "AccessDenied" => Self::Permission,
            "SignatureDoesNotMatch" => Self::Signature,
            "InvalidAccessKeyId"
            | "InvalidSecurityToken"
            | "SecurityTokenExpired"
            | "AccessKeyIdAndSecurityTokenNotMatch" => Self::Credentials,
            "RequestTimeTooSkewed" => Self::Clock,
            "NoSuchBucket" | "InvalidBucketName" => Self::NoSuchBucket,
            "SecondLevelDomainForbidden"
            | "NonStandardHostForbidden"
            | "TransferAccelerationDisabled" => Self::Endpoint,
            "EntityTooLarge" | "EntityTooSmall" => Self::FileSize,
            "AccessForbidden" => Self::Cors,
            "FileAlreadyExists" | "FileImmutable" => Self::Exists,
            "BucketNotBelongTo" => Self::OtherOwner,
            "CnameDenied" => Self::Domain,
            "KmsServiceNotEnabled" => Self::Kms,
            "UserDisable"
            | "BucketDisable"
            | "InDebt"
            | "InDebtOverdue"
            | "AbnormalBucketOwnerStatus"
            | "UbsmsInvalidBid" => Self::Disabled,
            "InvalidPolicyDocument" => Self::PolicyDocument,
            "RequestTimeout" | "IncompleteBody" | "MalformedPOSTRequest" => Self::CutShort,
            "InternalError"
            | "ServiceUnavailable"
            | "UploadTrafficRateLimitExceeded"
            | "TotalQpsLimitExceeded"
            | "ActiveRequestLimitExceeded" => Self::Busy,
            _ => Self::Other,
        }
    }
}

/// What is behind a backend's refusal to hand out parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BackendTrouble {
    /// Its AccessKey does not exist or is disabled.
    AccessKey,
    /// Its AccessKey may not call the API.
    Permission,
    /// The account is disabled.
    Disabled,
    /// There is no such bucket.
    NoSuchBucket,
    /// The user is not signed in, or may not upload.
    SignIn,
    /// The address is not the API's.
    NotTheApi,
    /// It is overloaded or broken.
    Busy,
    /// Anything else.
    Other,
}

impl BackendTrouble {
    pub(crate) fn of(code: &str, status: Option<u16>) -> Self {
        match code {
            _ if code.starts_with("InvalidAccessKeyId") => Self::AccessKey,
            "AccessDenied" | "NoPermission" | "Forbidden.RAM" => Self::Permission,
            "UserDisable" => Self::Disabled,
            "NoSuchBucket" | "InvalidBucketName" => Self::NoSuchBucket,
            _ => match status {
                Some(401 | 403) => Self::SignIn,
                Some(404 | 405) => Self::NotTheApi,
                Some(429 | 500..) => Self::Busy,
                _ => Self::Other,
            },
        }
    }
}
