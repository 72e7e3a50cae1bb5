//! Reads the file and the environment over it, and names the setting that is wrong.

use std::{env, fmt, fs, path::Path};

use serde::{Deserialize, Deserializer, de};
use toml::{Table, Value};

use super::Settings;

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
            _ if setting == FILE => write!(f, "{setting}: {problem}"),
            Some((variable, _)) => write!(f, "{setting} ({variable}): {problem}"),
            None => write!(f, "{setting} ({}): {problem}", variable_of(setting)),
        }
    }
}

impl std::error::Error for SettingError {}

/// What is at fault when no single setting is.
const FILE: &str = "settings file";

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
                    SettingError::new(FILE, format!("{}: {error}", path.display()))
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
        let mut table: Table = toml.parse().map_err(|error: toml::de::Error| {
            SettingError::new(FILE, error.message().trim_end())
        })?;
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
                error.inner().message().trim_end().to_owned()
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
pub(super) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Integer(number) => u64::try_from(number).ok(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
    .ok_or_else(|| de::Error::custom("not a whole number"))
}

/// A list, or its items with commas between them (which is all that a variable can hold).
pub(super) fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
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
