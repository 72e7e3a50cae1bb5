//! The account of the stand-in. Its keys are public knowledge, so that curl and foreign signers can sign.

/// `AccessKey` ID.
pub const ACCESS_KEY_ID: &str = "STANDINACCESSKEYID";
/// Secret of [`ACCESS_KEY_ID`].
pub const ACCESS_KEY_SECRET: &str = "standin-access-key-secret";
/// Temporary `AccessKey` ID, good only together with [`STS_TOKEN`].
pub const STS_ACCESS_KEY_ID: &str = "STS.STANDIN";
/// Secret of [`STS_ACCESS_KEY_ID`].
pub const STS_SECRET: &str = "standin-sts-secret";
/// Security token of [`STS_ACCESS_KEY_ID`].
pub const STS_TOKEN: &str = "standin-security-token";
/// Region of every bucket.
pub const REGION: &str = "cn-hangzhou";
/// Bucket for temporary uploads (`CreateTempFileUploadUrl`).
pub const TEMP_BUCKET: &str = "hbr-temp-bucket";
/// The user's own bucket.
pub const OWN_BUCKET: &str = "demo-bucket";
/// Logical bucket that `PrepareUpload` knows.
pub const ENS_BUCKET: &str = "test";
/// Physical bucket behind [`ENS_BUCKET`].
pub const ENS_PHYSICAL_BUCKET: &str = "test-standin";
