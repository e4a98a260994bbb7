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
