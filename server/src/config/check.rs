//! The ranges within which values make sense, wherever they were set.

use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use tracing_subscriber::filter::{LevelFilter, Targets};

use super::ConfigError;
use super::span::Span;
use crate::logs;

const LOG_LEVELS: &str = "one of error, warn, info, debug, trace, off, or a list like info,server::logs=debug";

/// What both a flag and the file can set.
pub(super) fn shared(
    interval: Option<Span>,
    heartbeat: Option<Span>,
    log_level: Option<&str>,
) -> Result<(), ConfigError> {
    self::interval(interval)?;
    self::heartbeat(heartbeat)?;
    log_level.map_or(Ok(()), |text| self::log_level(text).map(drop))
}

/// Time between two samples: no shorter than sysinfo needs to tell processor use, no longer than a page can wait.
fn interval(value: Option<Span>) -> Result<(), ConfigError> {
    within("interval", value, Duration::from_millis(250), Duration::from_secs(60))
}

/// How long lossless events are kept.
pub(super) fn age(value: Option<Span>) -> Result<(), ConfigError> {
    within("hub.age", value, Duration::from_secs(1), Duration::from_secs(30 * 86_400))
}

/// How long a channel stays known that nobody uses.
pub(super) fn idle(value: Option<Span>) -> Result<(), ConfigError> {
    within("hub.idle", value, Duration::from_secs(1), Duration::from_secs(30 * 86_400))
}

/// Time between two heartbeats.
fn heartbeat(value: Option<Span>) -> Result<(), ConfigError> {
    within("stream.heartbeat", value, Duration::from_secs(1), Duration::from_secs(300))
}

/// What of its own tracing opsglass shows.
pub(super) fn log_level(text: &str) -> Result<Targets, ConfigError> {
    // A bare word that is no level would be taken for the name of a module, and silence everything else.
    let known = |item: &str| item.contains('=') || item.trim().parse::<LevelFilter>().is_ok();
    let targets = text.parse().ok().filter(|_| text.split(',').all(known));
    targets.ok_or_else(|| ConfigError::value("log_level", LOG_LEVELS, text))
}

/// Files to follow, or patterns of them.
pub(super) fn log_files<'a>(mut paths: impl Iterator<Item = &'a PathBuf>) -> Result<(), ConfigError> {
    let wrong = paths.find_map(|path| logs::mistake(path).map(|mistake| (path, mistake)));
    let Some((path, mistake)) = wrong else { return Ok(()) };
    let expected = format!("a file or a pattern like /var/log/*.log ({mistake})");
    Err(ConfigError::value("logs.files", &expected, &path.display().to_string()))
}

/// A count or a size: enough to work with, and no more than a machine has.
pub(super) fn size(key: &'static str, range: RangeInclusive<usize>, value: Option<usize>) -> Result<(), ConfigError> {
    let Some(value) = value.filter(|value| !range.contains(value)) else { return Ok(()) };
    Err(ConfigError::value(key, &format!("{} to {}", range.start(), range.end()), &value.to_string()))
}

/// A span of time: its ends are allowed.
pub(super) fn within(
    key: &'static str,
    value: Option<Span>,
    least: Duration,
    most: Duration,
) -> Result<(), ConfigError> {
    let Some(value) = value.map(Duration::from).filter(|value| !(least..=most).contains(value)) else { return Ok(()) };
    let span = humantime::format_duration;
    Err(ConfigError::value(key, &format!("{} to {}", span(least), span(most)), &span(value).to_string()))
}
