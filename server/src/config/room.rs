//! What the file says of the war room.

use std::num::NonZeroU32;
use std::time::Duration;

use serde::Deserialize;

use super::span::Span;
use super::{ConfigError, check};
use crate::chat::Config;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Chat {
    messages: Option<usize>,
    grace: Option<Span>,
    rate: Option<usize>,
    burst: Option<usize>,
    people: Option<usize>,
}

impl Chat {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        check::size("chat.messages", 10..=10_000, self.messages)?;
        check::within("chat.grace", self.grace, Duration::from_millis(100), Duration::from_secs(600))?;
        check::size("chat.rate", 1..=1_000_000, self.rate)?;
        check::size("chat.burst", 1..=100_000, self.burst)?;
        check::size("chat.people", 1..=10_000, self.people)
    }

    pub(super) fn config(&self) -> Config {
        let default = Config::default();
        let count = |value: Option<usize>| value.and_then(|value| NonZeroU32::new(u32::try_from(value).ok()?));
        Config {
            messages: self.messages.unwrap_or(default.messages),
            grace: self.grace.map_or(default.grace, Duration::from),
            rate: count(self.rate).unwrap_or(default.rate),
            burst: count(self.burst).unwrap_or(default.burst),
            people: self.people.unwrap_or(default.people),
        }
    }
}
