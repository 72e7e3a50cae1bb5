//! What the operator says: a TOML file, environment variables over it, checked as a whole before anything is served.

mod checks;
mod credentials;
mod names;
mod read;
mod summary;
mod values;

use std::net::SocketAddr;

use ipnet::IpNet;
use serde::Deserialize;

use self::read::{flag, list, number};
pub use self::{
    credentials::CredentialSettings,
    read::{Fault, SettingError},
};
pub(crate) use self::{credentials::Source, values::is_loopback};

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
    /// How the log is written.
    #[serde(default)]
    pub log_format: LogFormat,
    /// How connections are held.
    #[serde(default)]
    pub server: ServerLimits,
    /// Names under which browsers reach the backend, such as `www.example.com`. Empty: those of this machine where
    /// the backend listens on loopback and no proxy is trusted, else any.
    #[serde(default, deserialize_with = "list")]
    pub hosts: Vec<String>,
    /// Origins of pages that may ask, when they are not served from the backend's own origin.
    #[serde(default, deserialize_with = "list")]
    pub allowed_origins: Vec<String>,
    /// Addresses of proxies whose `X-Forwarded-For` is believed.
    #[serde(default, deserialize_with = "list")]
    pub trusted_proxies: Vec<IpNet>,
    /// Keys with which cloud calls and policies are signed.
    pub credentials: CredentialSettings,
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

impl Settings {
    /// Whether only browsers of this machine ask, and by its names.
    #[must_use]
    pub fn is_for_this_machine(&self) -> bool {
        self.listen.ip().is_loopback() && self.trusted_proxies.is_empty()
    }
}

/// How the log is written.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One object a line.
    Json,
}

/// How connections are held.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ServerLimits {
    /// Open at most; fewer where the machine's limit of open files asks for it.
    #[serde(deserialize_with = "number")]
    pub connections: u64,
    /// Seconds in which a request has to come and an answer to be taken, and after which a quiet connection ends.
    #[serde(deserialize_with = "number")]
    pub timeout: u64,
}

impl Default for ServerLimits {
    fn default() -> Self {
        Self {
            connections: 4096,
            timeout: 10,
        }
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
    #[serde(default)]
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

/// Access to an object.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub enum Acl {
    /// The owner's alone, whatever the bucket allows.
    #[default]
    Private,
    /// As the bucket says.
    Default,
    /// Everyone may read.
    PublicRead,
    /// Everyone may read and write.
    PublicReadWrite,
    /// Not pinned: the page chooses.
    Any,
}

impl Acl {
    /// OSS's word for it; none where nothing is pinned.
    pub(crate) fn value(self) -> Option<&'static str> {
        match self {
            Self::Private => Some("private"),
            Self::Default => Some("default"),
            Self::PublicRead => Some("public-read"),
            Self::PublicReadWrite => Some("public-read-write"),
            Self::Any => None,
        }
    }
}

/// Edge Node Service: `PrepareUpload` and a policy for the physical bucket.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ens {
    /// The bucket as the console calls it.
    #[serde(default)]
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
    /// Access to the object, pinned into the policy: `private`, `default` (the bucket's own), `public-read`,
    /// `public-read-write`, or `any` for the page's choice.
    #[serde(default)]
    pub acl: Acl,
    /// Whether an object that is there already is kept, pinned into the policy.
    #[serde(default, deserialize_with = "flag")]
    pub forbid_overwrite: bool,
}

/// A bucket of your own.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bucket {
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// Its region, such as `cn-hangzhou`.
    #[serde(default)]
    pub region: String,
    /// Origin to post to, such as a custom domain; `https://{name}.oss-{region}.aliyuncs.com` if absent.
    pub host: Option<String>,
    /// Template of the prefix of object keys: `{date}`, `{uuid}` and `{user}` are filled in.
    #[serde(default = "default_dir")]
    pub dir: String,
    /// Access to the object, pinned into the policy: `private`, `default` (the bucket's own), `public-read`,
    /// `public-read-write`, or `any` for the page's choice.
    #[serde(default)]
    pub acl: Acl,
    /// Whether an object that is there already is kept, pinned into the policy.
    #[serde(default, deserialize_with = "flag")]
    pub forbid_overwrite: bool,
    /// Application server that OSS calls after an upload.
    pub callback: Option<Callback>,
}

/// OSS's upload callback.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Callback {
    /// Address that OSS calls.
    #[serde(default)]
    pub url: String,
    /// What it is told, such as `object=${object}&size=${size}`.
    #[serde(default)]
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
