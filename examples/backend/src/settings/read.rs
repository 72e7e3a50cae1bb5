//! Reads the file and the environment over it, and names the setting that is wrong.

use std::{env, fmt, fs, path::Path};

use serde::{Deserialize, Deserializer, de};
use toml::{Table, Value};

use super::{Settings, names};

/// What is wrong with one setting.
#[derive(Clone, Debug)]
pub struct Fault {
    setting: String,
    problem: String,
}

impl Fault {
    /// The setting, as it is called in the file: `limits.max_size`.
    #[must_use]
    pub fn setting(&self) -> &str {
        &self.setting
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { setting, problem } = self;
        match names::variable(setting) {
            _ if setting == FILE => write!(f, "{setting}: {problem}"),
            variable => write!(f, "{setting} ({variable}): {problem}"),
        }
    }
}

/// The settings that keep the backend from starting, each with what is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct SettingError(Vec<Fault>);

impl SettingError {
    pub(crate) fn new(setting: &str, problem: impl Into<String>) -> Self {
        let mut faults = Self::default();
        faults.add(setting, problem);
        faults
    }

    /// Notes a fault. What is wrong with one setting is said once.
    pub(crate) fn add(&mut self, setting: &str, problem: impl Into<String>) {
        if self.0.iter().all(|fault| fault.setting != setting) {
            self.0.push(Fault {
                setting: setting.to_owned(),
                problem: problem.into(),
            });
        }
    }

    /// All faults, in the order in which they were found.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        &self.0
    }
}

impl fmt::Display for SettingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for fault in &self.0 {
            write!(f, "{separator}{fault}")?;
            separator = "\n";
        }
        Ok(())
    }
}

impl std::error::Error for SettingError {}

/// What is at fault when no single setting is.
const FILE: &str = "settings file";

impl Settings {
    /// Reads the file, if one is named, and the environment over it.
    ///
    /// # Errors
    /// All settings at fault, by name.
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
    /// All settings at fault, by name.
    pub fn read(
        toml: &str,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, SettingError> {
        let mut table: Table = toml.parse().map_err(|error: toml::de::Error| {
            SettingError::new(FILE, error.message().trim_end())
        })?;
        let mut faults = SettingError::default();
        for (variable, value) in variables {
            // Empty means absent, as with the cloud's own tools.
            if value.is_empty() {
                continue;
            }
            if let Some(setting) = names::setting(&variable) {
                overlay(&mut table, &setting, value, &mut faults);
            }
        }
        table
            .entry("credentials")
            .or_insert_with(|| Value::Table(Table::new()));
        let settings = loop {
            let error = match serde_path_to_error::deserialize(table.clone()) {
                Ok(settings) => break settings,
                Err(error) => error,
            };
            let setting = error.path().to_string();
            let problem = problem(&setting, error.inner());
            faults.add(&setting, problem);
            // What is wrong is taken out, and the rest read on: an operator wants to hear of everything at once.
            if remove(&mut table, &setting).is_none() {
                return Err(faults);
            }
        };
        Self::check(&settings, &mut faults);
        if faults.0.is_empty() {
            Ok(settings)
        } else {
            Err(faults)
        }
    }
}

/// The parser's words, but not where they would quote a key.
fn problem(setting: &str, error: &toml::de::Error) -> String {
    let problem = error.message().trim_end();
    if setting.starts_with("credentials.") && !problem.starts_with("unknown field") {
        "not text".to_owned()
    } else {
        problem.to_owned()
    }
}

fn remove(table: &mut Table, setting: &str) -> Option<Value> {
    match setting.split_once('.') {
        None => table.remove(setting),
        Some((part, rest)) => remove(table.get_mut(part)?.as_table_mut()?, rest),
    }
}

fn overlay(table: &mut Table, setting: &str, value: String, faults: &mut SettingError) {
    let (folders, name) = setting.rsplit_once('.').unwrap_or(("", setting));
    let mut table = table;
    for folder in folders.split('.').filter(|folder| !folder.is_empty()) {
        let inner = table
            .entry(folder)
            .or_insert_with(|| Value::Table(Table::new()));
        let Some(inner) = inner.as_table_mut() else {
            return faults.add(folder, "not a table");
        };
        table = inner;
    }
    table.insert(name.to_owned(), Value::String(value));
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
    let (mut read, mut problems) = (Vec::new(), Vec::new());
    for item in items {
        match T::deserialize(item.clone()) {
            Ok(item) => read.push(item),
            Err(error) => {
                let problem = error.message().trim_end();
                problems.push(match item.as_str() {
                    Some(item) => format!("{item:?}: {problem}"),
                    None => problem.to_owned(),
                });
            }
        }
    }
    if problems.is_empty() {
        Ok(read)
    } else {
        Err(de::Error::custom(problems.join("; ")))
    }
}

/// Yes or no, or the text of it (which is all that a variable can hold).
pub(super) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Boolean(flag) => Some(flag),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
    .ok_or_else(|| de::Error::custom("neither true nor false"))
}
