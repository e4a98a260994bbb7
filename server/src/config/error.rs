use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use crate::alerts;

/// What was wrong with what opsglass was told. One line: where, which key, what was expected.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A flag or an environment variable.
    #[error("{0}")]
    Flag(String),
    /// The file can't be read.
    #[error("{path}: {reason}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: std::io::Error,
    },
    /// The file isn't what it should be.
    #[error("{path}:{line}: {}{message}", key.as_ref().map(|key| format!("{key}: ")).unwrap_or_default())]
    File {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The key with its table, where the fault lies in one.
        key: Option<String>,
        /// What was expected.
        message: String,
    },
    /// A value out of its range, wherever it came from.
    #[error("{key}: expected {expected}, got {got}")]
    Value {
        /// The key.
        key: &'static str,
        /// What was expected.
        expected: String,
        /// What was there.
        got: String,
    },
    /// An alert rule.
    #[error(transparent)]
    Alerts(#[from] alerts::ConfigError),
    /// An address that others reach, without a way to keep them out.
    #[error(
        "listen: {0} can be reached from other machines and anybody there could read this one: \
         listen on 127.0.0.1 behind a proxy that asks who it is, or say --insecure"
    )]
    Public(SocketAddr),
}

impl ConfigError {
    pub(super) fn flag(error: &clap::Error) -> Self {
        let text = error.render().to_string();
        let first = text.lines().next().unwrap_or_default();
        Self::Flag(format!("{} (see opsglass --help)", first.trim_start_matches("error: ")))
    }

    pub(super) fn value(key: &'static str, expected: &str, got: &str) -> Self {
        Self::Value { key, expected: expected.to_owned(), got: got.to_owned() }
    }

    /// Says where in the file's `text` the key stands that the error is about.
    pub(super) fn placed(self, path: &Path, text: &str) -> Self {
        let key = match &self {
            Self::Value { key, .. } => *key,
            Self::Alerts(error) => error.key(),
            Self::Flag(_) | Self::Unreadable { .. } | Self::File { .. } | Self::Public(_) => return self,
        };
        let Some(line) = line_of(text, key) else { return self };
        // The message names the key already.
        Self::File { path: path.to_owned(), line, key: None, message: self.to_string() }
    }

    pub(super) fn public(listen: SocketAddr) -> Self {
        Self::Public(listen)
    }

    pub(super) fn toml(path: &Path, text: &str, error: &toml::de::Error) -> Self {
        let at = error.span().map_or(text.len(), |span| span.start.min(text.len()));
        let before = text.get(..at).unwrap_or(text);
        Self::File {
            path: path.to_owned(),
            line: before.matches('\n').count() + 1,
            key: key_at(text, at),
            message: error.message().replace('\n', ", "),
        }
    }
}

/// The key on the line at byte `at`, with the table that it stands in.
fn key_at(text: &str, at: usize) -> Option<String> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |newline| newline + 1);
    let line = text.get(start..)?.lines().next()?;
    let (key, _) = line.split_once('=')?;
    let table = text.get(..start)?.lines().rev().find_map(|line| line.trim().strip_prefix('[')?.split(']').next());
    let table = table.map(|table| format!("{table}.")).unwrap_or_default();
    Some(format!("{table}{}", key.trim()))
}

/// The line, from 1, on which `key` is set, be it in its table or with dots; else that of its table.
fn line_of(text: &str, key: &str) -> Option<usize> {
    let mut table = String::new();
    let mut of_table = None;
    for (number, line) in (1..).zip(text.lines()) {
        if let Some(name) = line.trim().strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            table = format!("{}.", name.trim());
            of_table = if key.starts_with(&table) { Some(number) } else { of_table };
        } else if line.split_once('=').is_some_and(|(name, _)| format!("{table}{}", name.trim()) == key) {
            return Some(number);
        }
    }
    of_table
}
