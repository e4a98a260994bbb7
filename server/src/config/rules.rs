//! The rules of alerts, out of the configuration file and those that it names.

use std::path::{Path, PathBuf};

use super::ConfigError;
use super::file::File;
use crate::alerts::file::{Entries, Entry, Rules};
use crate::alerts::{self, Reload, Rule};
use crate::text_file;

/// The largest file in bytes: some times more than as many rules as there can be.
const LARGEST: u64 = 32 * 1024 * 1024;

/// The defaults as `config` has them, then the tables of the configuration file at `path`, then those of the files that it
/// names.
pub(super) fn read(
    config: &alerts::Config,
    entries: Vec<Entry>,
    path: &Path,
    text: &str,
) -> Result<Vec<Rule>, ConfigError> {
    let mut rules = Rules::of(config.rules()?);
    rules.add(entries, Some(&path.to_string_lossy()), text).map_err(|error| ConfigError::rule(path, text, &error))?;
    let folder = path.parent().unwrap_or(Path::new(""));
    for file in &config.files {
        let path = folder.join(file);
        let text = self::text(&path)?;
        let entries: Entries = toml::from_str(&text).map_err(|error| ConfigError::toml(&path, &text, &error))?;
        let added = rules.add(entries.rule, Some(&path.to_string_lossy()), &text);
        added.map_err(|error| ConfigError::rule(&path, &text, &error))?;
    }
    Ok(rules.into_vec())
}

/// How the rules are read again from the configuration file at `path`.
pub(super) fn reload(path: PathBuf) -> Reload {
    Reload::new(move || {
        let file = File::read(&path).map_err(|error| error.to_string())?;
        Ok(file.rules.unwrap_or_default())
    })
}

/// The text of a file.
pub(super) fn text(path: &Path) -> Result<String, ConfigError> {
    text_file::read(path, LARGEST).map_err(|reason| ConfigError::Unreadable { path: path.to_owned(), reason })
}
