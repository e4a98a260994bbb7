//! The ranges within which values make sense, wherever they were set.

use std::time::Duration;

use tracing_subscriber::filter::Targets;

use super::ConfigError;
use super::span::Span;

const LOG_LEVELS: &str = "one of error, warn, info, debug, trace, off, or a list like info,server::logs=debug";

/// Time between two samples: no shorter than sysinfo needs to tell processor use, no longer than a page can wait.
pub(super) fn interval(value: Option<Span>) -> Result<(), ConfigError> {
    within("interval", value, Duration::from_millis(250), Duration::from_secs(60))
}

/// Time between two heartbeats.
pub(super) fn heartbeat(value: Option<Span>) -> Result<(), ConfigError> {
    within("stream.heartbeat", value, Duration::from_secs(1), Duration::from_secs(300))
}

/// What of its own tracing opsglass shows.
pub(super) fn log_level(text: &str) -> Result<Targets, ConfigError> {
    text.parse().map_err(|_| ConfigError::value("log_level", LOG_LEVELS, text))
}

/// A count or a size that must not be too small to work with.
pub(super) fn at_least(key: &'static str, least: usize, value: Option<usize>) -> Result<(), ConfigError> {
    match value {
        Some(value) if value < least => Err(ConfigError::value(key, &format!("at least {least}"), &value.to_string())),
        _ => Ok(()),
    }
}

fn within(key: &'static str, value: Option<Span>, least: Duration, most: Duration) -> Result<(), ConfigError> {
    let Some(value) = value.map(Duration::from).filter(|value| !(least..=most).contains(value)) else { return Ok(()) };
    let span = humantime::format_duration;
    Err(ConfigError::value(key, &format!("{} to {}", span(least), span(most)), &span(value).to_string()))
}
