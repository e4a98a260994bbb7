use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Deserializer};

use super::entry::Hold;
use super::expr::Level;
use super::{Levels, Rule, file};

/// The longest hold time.
const LONGEST_HOLD: Duration = Duration::from_secs(24 * 60 * 60);
/// The highest level that can be asked for of a percentage.
const FULL: f32 = 100.0;
/// The highest level that can be asked for of the load, per core: far more than any machine is of use at.
const HIGHEST_LOAD: f32 = 1_000.0;

/// The table `[alerts]` of the configuration file.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Processor use, percent.
    pub cpu: Threshold,
    /// Memory in use, percent.
    pub memory: Threshold,
    /// Swap in use, percent.
    pub swap: Threshold,
    /// Load over 5 min, for each core (of at least two).
    pub load: Threshold,
    /// Space used on each file system, percent.
    pub filesystem: Threshold,
    /// Names of default rules that are switched off.
    pub off: Vec<String>,
    /// Files with more rules; a path that is not absolute begins at the configuration file's folder.
    pub files: Vec<PathBuf>,
}

/// What can be set of one rule. What is missing is the rule's default.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Threshold {
    /// Whether it is watched at all; it is by default.
    pub enabled: Option<bool>,
    /// A value above this is worth a look. More than 0, at most 100, for the load at most 1000.
    pub warning: Option<f32>,
    /// A value under this is well again. By default as far below `warning` as the default is, but at most half way to 0.
    pub warning_clear: Option<f32>,
    /// A value above this is urgent; 100 percent is never exceeded, so it switches this level off. By default the rule's,
    /// or `warning` where that is higher.
    pub critical: Option<f32>,
    /// A value under this is not urgent any more; at least `warning_clear`. By default as for `warning_clear`.
    pub critical_clear: Option<f32>,
    /// How long a value must stay above a level before the alert fires: a text like `2m` or `90s`, at most 24 h.
    #[serde(deserialize_with = "hold")]
    pub hold: Option<Duration>,
}

/// A setting that can't be.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ConfigError {
    /// Not a number within the range.
    #[error("{key}: expected more than 0 and at most {most}, got {got}")]
    OutOfRange {
        /// The setting, for example `alerts.cpu.warning`.
        key: String,
        /// The end of the range.
        most: f32,
        /// What was set.
        got: f32,
    },
    /// Higher than another setting that it must not exceed.
    #[error("{key}: expected at most {other} ({limit}), got {got}")]
    TooHigh {
        /// The setting.
        key: String,
        /// The other setting's name.
        other: &'static str,
        /// The other setting's value.
        limit: f32,
        /// What was set.
        got: f32,
    },
    /// Lower than another setting that it must reach.
    #[error("{key}: expected at least {other} ({limit}), got {got}")]
    TooLow {
        /// The setting.
        key: String,
        /// The other setting's name.
        other: &'static str,
        /// The other setting's value.
        limit: f32,
        /// What was set.
        got: f32,
    },
    /// No rule of this name is there without being written.
    #[error("alerts.off: expected names out of {known}, got {got:?}")]
    Unknown {
        /// Those that are.
        known: String,
        /// What was set.
        got: String,
    },
    /// A hold time of more than a day.
    #[error("{key}: expected at most 24h, got {}", humantime::format_duration(*.got))]
    TooLong {
        /// The setting.
        key: String,
        /// What was set.
        got: Duration,
    },
}

impl Config {
    /// The rules that are enabled, with what is set; or the first setting that can't be.
    pub fn rules(&self) -> Result<Vec<Rule>, ConfigError> {
        let defaults = file::defaults();
        let known = |name: &String| defaults.iter().any(|rule| rule.name == *name);
        if let Some(unknown) = self.off.iter().find(|name| !known(name)) {
            let known = defaults.iter().map(|rule| rule.name.as_str()).collect::<Vec<_>>().join(", ");
            return Err(ConfigError::Unknown { known, got: unknown.clone() });
        }
        let settable = |name: &str| match name {
            "cpu" => Some((&self.cpu, FULL)),
            "memory" => Some((&self.memory, FULL)),
            "swap" => Some((&self.swap, FULL)),
            "load" => Some((&self.load, HIGHEST_LOAD)),
            "filesystem" => Some((&self.filesystem, FULL)),
            _ => None,
        };
        let mut enabled = Vec::new();
        for default in defaults {
            let is_off = self.off.contains(&default.name);
            // What is switched off is checked too: a mistake should not wait for the day it is switched on.
            let (rule, is_enabled) = match settable(&default.name) {
                Some((threshold, most)) => (threshold.rule(default, most)?, threshold.enabled.unwrap_or(true)),
                None => (default, true),
            };
            if is_enabled && !is_off {
                enabled.push(rule);
            }
        }
        Ok(enabled)
    }
}

impl ConfigError {
    /// The setting that can't be, for example `alerts.cpu.warning`.
    pub fn key(&self) -> &str {
        match self {
            Self::Unknown { .. } => "alerts.off",
            Self::OutOfRange { key, .. }
            | Self::TooHigh { key, .. }
            | Self::TooLow { key, .. }
            | Self::TooLong { key, .. } => key,
        }
    }
}

impl Threshold {
    fn rule(&self, default: Rule, most: f32) -> Result<Rule, ConfigError> {
        let Some(levels) = default.levels().and_then(|default| self.levels(default)) else { return Ok(default) };
        let set = [
            ("warning", self.warning),
            ("warning_clear", self.warning_clear),
            ("critical", self.critical),
            ("critical_clear", self.critical_clear),
        ];
        let key = |name: &str| format!("alerts.{}.{name}", default.name);
        for (name, got) in set.iter().filter_map(|&(name, set)| Some((name, set?))) {
            // Written so that NaN, which compares with nothing, is refused.
            if !(got > 0.0 && got <= most) {
                return Err(ConfigError::OutOfRange { key: key(name), most, got });
            }
        }
        let (warning, critical) = levels;
        for (name, got, other, limit) in [
            ("warning_clear", warning.clear, "warning", warning.enter),
            ("critical_clear", critical.clear, "critical", critical.enter),
        ] {
            if got > limit {
                return Err(ConfigError::TooHigh { key: key(name), other, limit, got });
            }
        }
        for (name, got, other, limit) in [
            ("critical", critical.enter, "warning", warning.enter),
            ("critical_clear", critical.clear, "warning_clear", warning.clear),
        ] {
            if got < limit {
                return Err(ConfigError::TooLow { key: key(name), other, limit, got });
            }
        }
        let hold = self.hold.unwrap_or(default.hold);
        if hold > LONGEST_HOLD {
            return Err(ConfigError::TooLong { key: key("hold"), got: hold });
        }
        let levels = Levels { warning, critical: Some(critical) };
        Ok(Rule { hold, ..default.at(levels) })
    }

    /// What is set; and what is not, such that it goes with what is set, so that one number can be changed alone.
    fn levels(&self, default: Levels) -> Option<(Level, Level)> {
        let (default_warning, default_critical) = (default.warning, default.critical?);
        let warning = self.warning.unwrap_or(default_warning.enter);
        let critical = self.critical.unwrap_or(default_critical.enter.max(warning));
        let warning_clear = self.warning_clear.unwrap_or_else(|| clear_of(warning, default_warning));
        let critical_clear = self
            .critical_clear
            .unwrap_or_else(|| clear_of(critical, default_critical).max(warning_clear).min(critical));
        let warning = Level { enter: warning, clear: warning_clear };
        Some((warning, Level { enter: critical, clear: critical_clear }))
    }
}

fn clear_of(enter: f32, default: Level) -> f32 {
    (enter - (default.enter - default.clear)).max(enter / 2.0)
}

fn hold<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    Hold::deserialize(deserializer).map(|Hold(span)| Some(span))
}

#[cfg(test)]
mod tests;
