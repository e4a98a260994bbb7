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
//! - [`Engine`]: holds samples against rules
//! - `keep`: what outlasts a restart; `silence`: what keeps an alert from being notified; [`notify`]: who is told
//! - `rereading`: the rules read anew, beside everything else
//! - `keeper`: the task that holds it all together; [`start`] starts it, a [`Handle`] asks it
//!
//! Rules go by the time of the samples; only that no sample comes, silences and repeats go by a clock.

mod commands;
mod config;
mod engine;
mod entry;
pub mod expr;
pub mod file;
mod flaps;
mod frame;
mod handle;
mod instance;
mod keep;
mod keeper;
mod message;
pub mod metrics;
pub mod notify;
mod own;
mod pace;
mod page;
mod rereading;
mod rule;
#[cfg(test)]
mod sample;
mod setup;
mod silence;
mod source;
mod state;
mod template;
mod window;

pub use config::{Config, ConfigError, Threshold};
pub use engine::{Engine, Turn};
pub use handle::{Handle, HandleError, Open, View};
pub use page::{Page, Standing, Told};
pub use rule::{Levels, Rule};
pub use setup::{Reload, Running, Setup, start};
pub use silence::{Ack, Invalid, LabelMatcher, Silence, matchers};
pub use source::Source;
pub use template::Template;
