use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use super::keys;
use crate::alerts;
use crate::alerts::file::RuleError;
use crate::alerts::notify::ReceiverError;

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
    #[error("{path}:{line}:{column}: {}{message}", key.as_ref().map(|key| format!("{key}: ")).unwrap_or_default())]
    File {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The column in characters, from 1.
        column: usize,
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
    /// An address that others reach, in the clear.
    #[error(
        "listen: {0} can be reached from other machines, and what passes can be read on the way: expected TLS (--tls-cert \
         and --tls-key, or --tls-self-signed), 127.0.0.1 behind a proxy that speaks it, or --insecure"
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
        let Some(at) = keys::place_of(text, key) else { return self };
        let (line, column) = place(text, at);
        // The message names the key already.
        Self::File { path: path.to_owned(), line, column, key: None, message: self.to_string() }
    }

    pub(super) fn public(listen: SocketAddr) -> Self {
        Self::Public(listen)
    }

    pub(super) fn toml(path: &Path, text: &str, error: &toml::de::Error) -> Self {
        let at = error.span().map_or(text.len(), |span| span.start);
        let (line, column) = place(text, at);
        let message = error.message().replace('\n', ", ");
        let key = keys::key_at(text, at);
        Self::File { path: path.to_owned(), line, column, key, message }
    }

    /// Says where in `text` the rule stands that can't be.
    pub(super) fn rule(path: &Path, text: &str, error: &RuleError) -> Self {
        Self::at(path, text, error.at.start, &error.key, &error.message)
    }

    /// The same of a receiver.
    pub(super) fn receiver(path: &Path, text: &str, error: &ReceiverError) -> Self {
        Self::at(path, text, error.at.start, &error.key, &error.message)
    }

    fn at(path: &Path, text: &str, at: usize, key: &str, message: &str) -> Self {
        let (line, column) = place(text, at);
        let (key, message) = (Some(key.to_owned()), message.to_owned());
        Self::File { path: path.to_owned(), line, column, key, message }
    }
}

/// Line and column of a byte, both from 1; the column in characters.
fn place(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..text.floor_char_boundary(at.min(text.len()))];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}
