//! Rules that are held against each sample, and the alerts that come of it.
//!
//! - [`Rule`]: what is watched, at which levels, for how long; data, with the defaults
//! - [`Config`]: what the configuration file can change of them
//! - [`Source`]: which values a rule reads out of a sample, one or one for each mount
//! - `state`: the way of one alert through pending, firing and resolved; pure
//! - `pace`: whether the time between two samples was watched at all
//! - `message`: the sentences
//! - [`Engine`]: holds samples against rules; [`spawn`] has it follow the hub
//!
//! All of it goes by the time of the samples, never by a clock of its own.

mod config;
mod engine;
mod follow;
mod message;
mod pace;
mod reading;
mod rule;
#[cfg(test)]
mod sample;
mod state;

pub use config::{Config, ConfigError, Threshold};
pub use engine::Engine;
pub use follow::spawn;
pub use reading::{Reading, Source};
pub use rule::{Level, Levels, Rule};
