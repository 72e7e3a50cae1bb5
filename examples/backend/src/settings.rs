//! What the operator says: a TOML file, environment variables over it, checked as a whole before anything is served.

mod checks;
mod read;

use std::{fmt, net::SocketAddr};

use ipnet::IpNet;
use serde::Deserialize;

pub use self::read::SettingError;
use self::read::{list, number};

/// All settings. `UPLOAD_` and the path with `__` between its parts is the variable of each:
/// `UPLOAD_LIMITS__MAX_SIZE` is `limits.max_size`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Address to listen on.
    #[serde(default = "default_listen")]
    pub listen: SocketAddr,
    /// `error`, `warn`, `info`, `debug` or `trace`.
    #[serde(default = "default_log")]
    pub log: String,
    /// Origins of pages that may ask, when they are not served from the backend's own origin.
    #[serde(default, deserialize_with = "list")]
    pub allowed_origins: Vec<String>,
    /// Addresses of proxies whose `X-Forwarded-For` is believed.
    #[serde(default, deserialize_with = "list")]
    pub trusted_proxies: Vec<IpNet>,
    /// Keys with which cloud calls and policies are signed.
    pub credentials: Credentials,
    /// Limits that are pinned into every policy signed here.
    #[serde(default)]
    pub limits: Limits,
    /// How the cloud is called.
    #[serde(default)]
    pub cloud: CloudCalls,
    /// Who may upload; absent: anyone who reaches the backend.
    pub auth: Option<Auth>,
    /// Temporary uploads of Cloud Backup.
    pub temp: Option<Temp>,
    /// Buckets of Edge Node Service.
    pub ens: Option<Ens>,
    /// A bucket of your own.
    pub bucket: Option<Bucket>,
}

/// An `AccessKey`, from `ALIBABA_CLOUD_ACCESS_KEY_ID`, `…_ACCESS_KEY_SECRET` and `…_SECURITY_TOKEN` by preference.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// `AccessKey` ID.
    pub access_key_id: String,
    /// `AccessKey` secret.
    pub access_key_secret: String,
    /// Token of a temporary (STS) key.
    pub security_token: Option<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").finish_non_exhaustive()
    }
}

/// What may be uploaded, and for how long parameters are good.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Smallest file, in bytes.
    #[serde(deserialize_with = "number")]
    pub min_size: u64,
    /// Largest file, in bytes.
    #[serde(deserialize_with = "number")]
    pub max_size: u64,
    /// Media types: a list of exact ones, or one pattern such as `image/*`. Empty: any.
    #[serde(deserialize_with = "list")]
    pub types: Vec<String>,
    /// Seconds for which a signed policy is good.
    #[serde(deserialize_with = "number")]
    pub lifetime: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            min_size: 0,
            max_size: 1 << 30,
            types: Vec::new(),
            lifetime: 600,
        }
    }
}

/// How the cloud is called.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CloudCalls {
    /// Milliseconds for one answer to a browser, retries included.
    #[serde(deserialize_with = "number")]
    pub timeout: u64,
    /// How often a call is made at most when the cloud throttles or fails.
    #[serde(deserialize_with = "number")]
    pub attempts: u64,
}

impl Default for CloudCalls {
    fn default() -> Self {
        Self {
            timeout: 10_000,
            attempts: 3,
        }
    }
}

/// The site's own sign-in, asked over HTTP.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Auth {
    /// Asked with the browser's `Cookie` and `Authorization`: 2xx lets the request in, and its `X-User` names the user.
    pub url: String,
}

/// Temporary uploads: `CreateTempFileUploadUrl`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Temp {
    /// Region whose `hbr.<region>.aliyuncs.com` is asked.
    pub region: Option<String>,
    /// Another endpoint instead.
    pub endpoint: Option<String>,
}

/// Which of OSS's signatures is made.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub enum SignatureVersion {
    /// HMAC-SHA1.
    V1,
    /// `OSS4-HMAC-SHA256`.
    V4,
}

/// Edge Node Service: `PrepareUpload` and a policy for the physical bucket.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ens {
    /// The bucket as the console calls it.
    pub bucket: String,
    /// Endpoint of the API.
    #[serde(default = "default_ens_endpoint")]
    pub endpoint: String,
    /// Which signature to make.
    #[serde(default = "default_ens_signature")]
    pub signature: SignatureVersion,
    /// Region of a V4 signature.
    pub region: Option<String>,
    /// Template of the object key: `{date}`, `{uuid}`, `{user}` and `{name}` are filled in.
    #[serde(default = "default_key")]
    pub key: String,
}

/// A bucket of your own.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// Its region, such as `cn-hangzhou`.
    pub region: String,
    /// Origin to post to, such as a custom domain; `https://{name}.oss-{region}.aliyuncs.com` if absent.
    pub host: Option<String>,
    /// Template of the prefix of object keys: `{date}`, `{uuid}` and `{user}` are filled in.
    #[serde(default = "default_dir")]
    pub dir: String,
    /// Application server that OSS calls after an upload.
    pub callback: Option<Callback>,
}

/// OSS's upload callback.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Callback {
    /// Address that OSS calls.
    pub url: String,
    /// What it is told, such as `object=${object}&size=${size}`.
    pub body: String,
    /// `application/x-www-form-urlencoded` or `application/json`.
    #[serde(default = "default_callback_type")]
    pub body_type: String,
}

fn default_listen() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 3000))
}
fn default_log() -> String {
    "info".to_owned()
}
fn default_ens_endpoint() -> String {
    "https://ens.aliyuncs.com".to_owned()
}
fn default_ens_signature() -> SignatureVersion {
    SignatureVersion::V1
}
fn default_key() -> String {
    "uploads/{date}/{uuid}/{name}".to_owned()
}
fn default_dir() -> String {
    "uploads/{date}/".to_owned()
}
fn default_callback_type() -> String {
    "application/x-www-form-urlencoded".to_owned()
}
