//! Rules that are held against each sample, and the alerts that come of it.
//!
//! - [`Rule`]: what is watched, at which levels, for how long; [`file`] reads them from TOML, the defaults too
//! - [`Config`]: what the configuration file can change of the defaults
//! - [`metrics`]: what a rule can name; [`expr`]: the conditions it can make of that
//! - `frame`, `window`: a sample taken apart once for all rules, and the readings of a while
//! - `state`: the way of one alert through pending, firing, recovering and resolved; pure
//! - `flaps`: how often an alert may change before it must calm down
//! - `pace`: whether the time between two samples was watched at all
//! - `instance`, `message`: one alert, and its sentences
//! - [`Engine`]: holds samples against rules; [`spawn`] has it follow the hub
//!
//! All of it goes by the time of the samples; only that no sample comes is told by a clock.

mod config;
mod engine;
pub mod expr;
pub mod file;
mod flaps;
mod follow;
mod frame;
mod instance;
mod message;
pub mod metrics;
mod pace;
mod rule;
#[cfg(test)]
mod sample;
mod state;
mod template;
mod window;

pub use config::{Config, ConfigError, Threshold};
pub use engine::{Engine, Turn};
pub use follow::spawn;
pub use rule::{Levels, Rule};
pub use template::Template;
