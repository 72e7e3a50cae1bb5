//! What the operator says: a TOML file, environment variables over it, checked as a whole before anything is served.

mod checks;

use std::{env, fmt, fs, net::SocketAddr, path::Path};

use ipnet::IpNet;
use serde::{Deserialize, Deserializer, de};
use toml::{Table, Value};

/// A setting that keeps the backend from starting.
#[derive(Debug)]
pub struct SettingError {
    setting: String,
    problem: String,
}

impl SettingError {
    pub(crate) fn new(setting: &str, problem: impl Into<String>) -> Self {
        Self {
            setting: setting.to_owned(),
            problem: problem.into(),
        }
    }

    /// The setting at fault, as it is called in the file: `limits.max_size`.
    #[must_use]
    pub fn setting(&self) -> &str {
        &self.setting
    }
}

impl fmt::Display for SettingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { setting, problem } = self;
        match CREDENTIALS.iter().find(|(_, path)| path == setting) {
            Some((variable, _)) => write!(f, "{setting} ({variable}): {problem}"),
            None => write!(f, "{setting} ({}): {problem}", variable_of(setting)),
        }
    }
}

impl std::error::Error for SettingError {}

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

/// Variables that Alibaba's own tools read, too.
const CREDENTIALS: [(&str, &str); 3] = [
    ("ALIBABA_CLOUD_ACCESS_KEY_ID", "credentials.access_key_id"),
    (
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
        "credentials.access_key_secret",
    ),
    ("ALIBABA_CLOUD_SECURITY_TOKEN", "credentials.security_token"),
];

fn variable_of(setting: &str) -> String {
    format!("UPLOAD_{}", setting.replace('.', "__").to_uppercase())
}

impl Settings {
    /// Reads the file, if one is named, and the environment over it.
    ///
    /// # Errors
    /// The first setting at fault, by name.
    pub fn load(file: Option<&Path>) -> Result<Self, SettingError> {
        let text = file
            .map(|path| {
                fs::read_to_string(path).map_err(|error| {
                    SettingError::new("file", format!("{}: {error}", path.display()))
                })
            })
            .transpose()?;
        // Variables that are not text cannot be ours.
        let variables = env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        });
        Self::read(text.as_deref().unwrap_or_default(), variables)
    }

    /// Reads TOML, and variables over it.
    ///
    /// # Errors
    /// The first setting at fault, by name.
    pub fn read(
        toml: &str,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, SettingError> {
        let mut table: Table = toml
            .parse()
            .map_err(|error: toml::de::Error| SettingError::new("file", error.message()))?;
        for (variable, value) in variables {
            // Empty means absent, as with the cloud's own tools.
            if value.is_empty() {
                continue;
            }
            let known = CREDENTIALS.iter().find(|(name, _)| *name == variable);
            if let Some((_, path)) = known {
                overlay(&mut table, path, value)?;
            } else if let Some(path) = variable.strip_prefix("UPLOAD_") {
                overlay(&mut table, &path.to_lowercase().replace("__", "."), value)?;
            }
        }
        table
            .entry("credentials")
            .or_insert_with(|| Value::Table(Table::new()));
        let settings: Self = serde_path_to_error::deserialize(table).map_err(|error| {
            let path = error.path().to_string();
            // The parser's own words would quote what was set.
            let problem = if path.starts_with("credentials.") {
                "not text".to_owned()
            } else {
                error.inner().message().to_owned()
            };
            missing_field(&path, &problem).unwrap_or_else(|| SettingError::new(&path, problem))
        })?;
        settings.check()?;
        Ok(settings)
    }
}

/// "missing field `x`" is reported of the table; what the operator looks for is the setting.
fn missing_field(path: &str, problem: &str) -> Option<SettingError> {
    let field = problem.strip_prefix("missing field `")?.strip_suffix('`')?;
    let setting = if path == "." {
        field.to_owned()
    } else {
        format!("{path}.{field}")
    };
    Some(SettingError::new(&setting, "not set"))
}

fn overlay(table: &mut Table, path: &str, value: String) -> Result<(), SettingError> {
    let mut table = table;
    let mut parts = path.split('.').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            table.insert(part.to_owned(), Value::String(value));
            break;
        }
        table = table
            .entry(part)
            .or_insert_with(|| Value::Table(Table::new()))
            .as_table_mut()
            .ok_or_else(|| SettingError::new(part, "not a table"))?;
    }
    Ok(())
}

/// A number, or the text of one (which is all that a variable can hold).
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Integer(number) => u64::try_from(number).ok(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
    .ok_or_else(|| de::Error::custom("not a whole number"))
}

/// A list, or its items with commas between them (which is all that a variable can hold).
fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: de::DeserializeOwned,
{
    let items = match Value::deserialize(deserializer)? {
        Value::String(text) => text
            .split(',')
            .map(|item| Value::String(item.trim().to_owned()))
            .filter(|item| item.as_str() != Some(""))
            .collect(),
        Value::Array(items) => items,
        _ => return Err(de::Error::custom("not a list")),
    };
    items
        .into_iter()
        .map(|item| T::deserialize(item).map_err(de::Error::custom))
        .collect()
}
