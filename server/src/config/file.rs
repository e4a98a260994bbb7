use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

use super::room::Chat;
use super::server::{Limits, Server, Shutdown};
use super::span::Span;
use super::{ConfigError, check, rules, tls};
use crate::logs::{LogFile, syslog};
use crate::{alerts, auth, hub, logbook};

/// The TOML file. Every key may be left out; one that isn't known is refused.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    pub(super) listen: Option<SocketAddr>,
    pub(super) interval: Option<Span>,
    pub(super) log_level: Option<String>,
    pub(super) demo: Option<bool>,
    pub(super) insecure: Option<bool>,
    pub(super) collect: Collect,
    pub(super) logs: Logs,
    pub(super) stream: Stream,
    pub(super) hub: Hub,
    pub(super) publish: Publish,
    pub(super) chat: Chat,
    pub(super) server: Server,
    pub(super) tls: tls::Table,
    pub(super) limits: Limits,
    pub(super) shutdown: Shutdown,
    pub(super) alerts: alerts::Config,
    /// Rules that are written here.
    rule: Vec<alerts::file::Entry>,
    receiver: Vec<alerts::notify::ReceiverEntry>,
    pub(super) auth: super::auth::Auth,
    pub(super) users: Vec<auth::User>,
    pub(super) state: State,
    /// Who is told, once it is read.
    #[serde(skip)]
    pub(super) receivers: Vec<alerts::notify::Receiver>,
    /// All rules, once they are read.
    #[serde(skip)]
    pub(super) rules: Option<Vec<alerts::Rule>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct State {
    pub(super) dir: Option<PathBuf>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Collect {
    pub(super) slow: Option<Span>,
    pub(super) tcp_sockets: Option<usize>,
    pub(super) command_lines: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Logs {
    pub(super) files: Vec<LogFile>,
    pub(super) syslog: Vec<syslog::Address>,
    pub(super) journal: Option<bool>,
    pub(super) journal_dir: Option<PathBuf>,
    pub(super) containers: Option<PathBuf>,
    pub(super) container_count: Option<usize>,
    pub(super) max_line: Option<usize>,
    pub(super) max_body: Option<usize>,
    pub(super) rate: Option<u32>,
    pub(super) kept_lines: Option<usize>,
    pub(super) kept_bytes: Option<usize>,
    pub(super) look_time: Option<Span>,
    pub(super) pattern_files: Option<usize>,
    pub(super) catch_up: Option<usize>,
    pub(super) syslog_connections: Option<usize>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Stream {
    pub(super) heartbeat: Option<Span>,
    pub(super) channels: Option<usize>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Hub {
    pub(super) events: Option<usize>,
    pub(super) bytes: Option<usize>,
    pub(super) age: Option<Span>,
    pub(super) latest: Option<usize>,
    pub(super) channels: Option<usize>,
    pub(super) idle: Option<Span>,
    pub(super) index: Option<usize>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Publish {
    pub(super) max_body: Option<usize>,
}

impl Logs {
    /// What of the lines is kept for those who look for one.
    pub(super) fn kept(&self) -> logbook::Limits {
        let default = logbook::Limits::default();
        logbook::Limits {
            lines: self.kept_lines.unwrap_or(default.lines),
            bytes: self.kept_bytes.unwrap_or(default.bytes),
            look_time: self.look_time.map_or(default.look_time, Duration::from),
        }
    }

    fn check(&self) -> Result<(), ConfigError> {
        check::log_files(self.files.iter().map(|file| &file.path))?;
        check::size("logs.max_line", 80..=1024 * 1024, self.max_line)?;
        check::size("logs.max_body", 1024..=64 * 1024 * 1024, self.max_body)?;
        check::size("logs.rate", 1..=10_000_000, self.rate.map(|rate| rate as usize))?;
        check::within("logs.look_time", self.look_time, Duration::from_millis(10), Duration::from_secs(60))?;
        check::size("logs.pattern_files", 1..=10_000, self.pattern_files)?;
        check::size("logs.container_count", 1..=10_000, self.container_count)?;
        check::size("logs.catch_up", 0..=1024 * 1024 * 1024 * 1024, self.catch_up)?;
        check::size("logs.syslog_connections", 1..=10_000, self.syslog_connections)?;
        check::size("logs.kept_lines", app::board::LOG_LINES..=10_000_000, self.kept_lines)?;
        check::size("logs.kept_bytes", 64 * 1024..=64 * 1024 * 1024 * 1024, self.kept_bytes)
    }
}

impl Hub {
    /// What the hub keeps.
    pub(super) fn limits(&self) -> hub::Limits {
        let default = hub::Limits::default();
        hub::Limits {
            count: self.events.unwrap_or(default.count),
            bytes: self.bytes.unwrap_or(default.bytes),
            age: self.age.map_or(default.age, Duration::from),
            latest: self.latest.unwrap_or(default.latest),
            channels: self.channels.unwrap_or(default.channels),
            idle: self.idle.map_or(default.idle, Duration::from),
            index: self.index.unwrap_or(default.index),
        }
    }

    fn check(&self) -> Result<(), ConfigError> {
        check::age(self.age)?;
        check::idle(self.idle)?;
        // A page shows this many lines; what it shows must not count as lost.
        check::size("hub.events", app::board::LOG_LINES..=10_000_000, self.events)?;
        check::size("hub.bytes", 64 * 1024..=64 * 1024 * 1024 * 1024, self.bytes)?;
        check::size("hub.latest", 10..=1_000_000, self.latest)?;
        check::size("hub.channels", 1..=100_000, self.channels)?;
        check::size("hub.index", 4 * 1024..=1024 * 1024 * 1024, self.index)
    }
}

impl File {
    pub(super) fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = rules::text(path)?;
        let mut file: Self = toml::from_str(&text).map_err(|error| ConfigError::toml(path, &text, &error))?;
        file.check().map_err(|error| error.placed(path, &text))?;
        let entries = std::mem::take(&mut file.rule);
        let receivers = alerts::notify::receivers(std::mem::take(&mut file.receiver));
        file.receivers = receivers.map_err(|error| ConfigError::receiver(path, &text, &error))?;
        file.rules = Some(rules::read(&file.alerts, entries, path, &text)?);
        Ok(file)
    }

    /// Whether the values are within their ranges.
    fn check(&self) -> Result<(), ConfigError> {
        check::shared(self.interval, self.stream.heartbeat, self.log_level.as_deref())?;
        check::within("collect.slow", self.collect.slow, Duration::from_secs(1), Duration::from_secs(3_600))?;
        check::size("collect.tcp_sockets", 0..=10_000_000, self.collect.tcp_sockets)?;
        self.logs.check()?;
        check::size("stream.channels", 1..=256, self.stream.channels)?;
        check::size("publish.max_body", 1024..=16 * 1024 * 1024, self.publish.max_body)?;
        self.chat.check()?;
        self.hub.check()?;
        self.server.check()?;
        self.tls.check()?;
        self.limits.check()?;
        self.shutdown.check()?;
        self.auth.check()?;
        super::auth::once(&self.users)?;
        self.alerts.rules()?;
        Ok(())
    }
}
