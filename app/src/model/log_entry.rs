use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::Timestamp;

/// How loud a line is, quietest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// For following a program step by step.
    Trace,
    /// For finding a mistake.
    Debug,
    /// What normally happens; also a line that doesn't say.
    Info,
    /// Worth a look.
    Warn,
    /// Something failed.
    Error,
}

impl LogLevel {
    /// The level in small letters, as on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Trace => "trace",
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for LogLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One line of some log: the `log` event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogEntry {
    /// When it was written, or read where the line doesn't say.
    pub timestamp: Timestamp,
    /// How loud it is.
    pub level: LogLevel,
    /// The line: text, never markup.
    pub message: String,
    /// Where it comes from: `journal`, `opsglass`, or the file's name.
    pub source: String,
    /// The unit or program that wrote it.
    #[serde(default)]
    pub unit: Option<String>,
    /// What else the line carried. No page shows it, so a browser passes over it.
    #[cfg_attr(feature = "hydrate", serde(skip_deserializing))]
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
}
