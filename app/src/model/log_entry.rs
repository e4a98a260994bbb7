#[cfg(not(feature = "hydrate"))]
use std::collections::BTreeMap;
use std::fmt;

use super::Timestamp;

/// How loud a line is, quietest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, miniserde::Deserialize)]
#[cfg_attr(any(feature = "ssr", test), derive(serde::Serialize))]
pub enum LogLevel {
    /// For following a program step by step.
    #[serde(rename = "trace")]
    Trace,
    /// For finding a mistake.
    #[serde(rename = "debug")]
    Debug,
    /// What normally happens; also a line that doesn't say.
    #[serde(rename = "info")]
    Info,
    /// Worth a look.
    #[serde(rename = "warn")]
    Warn,
    /// Something failed.
    #[serde(rename = "error")]
    Error,
}

impl LogLevel {
    /// All of them, quietest first.
    pub const ALL: [Self; 5] = [Self::Trace, Self::Debug, Self::Info, Self::Warn, Self::Error];

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
#[derive(Debug, Clone, PartialEq, miniserde::Deserialize)]
#[cfg_attr(any(feature = "ssr", test), derive(serde::Serialize))]
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
    pub unit: Option<String>,
    /// What else the line carried. No page shows it, so a browser passes over it.
    #[cfg(not(feature = "hydrate"))]
    pub fields: BTreeMap<String, String>,
}
