use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::server::{Limits, Server, Shutdown};
use super::span::Span;
use super::{ConfigError, check};
use crate::alerts;

/// The TOML file. Every key may be left out; one that isn't known is refused.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    pub(super) listen: Option<SocketAddr>,
    pub(super) interval: Option<Span>,
    pub(super) log_level: Option<String>,
    pub(super) demo: Option<bool>,
    pub(super) insecure: Option<bool>,
    pub(super) logs: Logs,
    pub(super) stream: Stream,
    pub(super) hub: Hub,
    pub(super) server: Server,
    pub(super) limits: Limits,
    pub(super) shutdown: Shutdown,
    pub(super) alerts: alerts::Config,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Logs {
    pub(super) files: Vec<PathBuf>,
    pub(super) journal: Option<bool>,
    pub(super) max_line: Option<usize>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Stream {
    pub(super) heartbeat: Option<Span>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Hub {
    pub(super) events: Option<usize>,
    pub(super) bytes: Option<usize>,
    pub(super) age: Option<Span>,
}

impl File {
    pub(super) fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|reason| ConfigError::Unreadable { path: path.to_owned(), reason })?;
        let file: Self = toml::from_str(&text).map_err(|error| ConfigError::toml(path, &text, &error))?;
        file.check().map_err(|error| error.placed(path, &text))?;
        Ok(file)
    }

    /// Whether the values are within their ranges.
    fn check(&self) -> Result<(), ConfigError> {
        check::shared(self.interval, self.stream.heartbeat, self.log_level.as_deref())?;
        check::age(self.hub.age)?;
        check::size("logs.max_line", 80..=1024 * 1024, self.logs.max_line)?;
        // A page shows this many lines; what it shows must not count as lost.
        check::size("hub.events", app::board::LOG_LINES..=10_000_000, self.hub.events)?;
        check::size("hub.bytes", 64 * 1024..=64 * 1024 * 1024 * 1024, self.hub.bytes)?;
        self.server.check()?;
        self.limits.check()?;
        self.shutdown.check()?;
        self.alerts.rules()?;
        Ok(())
    }
}
