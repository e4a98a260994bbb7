//! The event that is published: numbered, stamped with the time, and of a given size.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

/// The type of the events that count; others are the server's own.
pub(crate) const NAME: &str = "tick";

/// The time that events are stamped with: since the client started, which is the same for publishing and receiving.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock(Instant);

impl Clock {
    /// A clock that starts now.
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    /// The time since the start.
    pub(crate) fn now(self) -> Duration {
        self.0.elapsed()
    }
}

/// What a follower needs of an event.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tick {
    /// Its place in the sequence, from 0.
    pub(crate) number: u64,
    /// When it was to be published, in nanoseconds of the clock.
    pub(crate) at: u64,
}

impl Tick {
    /// Writes it as JSON of that many bytes, if it can be as short.
    pub(crate) fn encode(&self, size: usize) -> String {
        let bare = format!(r#"{{"at":{},"number":{},"pad":""}}"#, self.at, self.number);
        let pad = "x".repeat(size.saturating_sub(bare.len()));
        format!(r#"{{"at":{},"number":{},"pad":"{pad}"}}"#, self.at, self.number)
    }

    /// Reads it back, whatever order a server has put its keys in.
    ///
    /// # Errors
    /// When the data is something else.
    pub(crate) fn decode(data: &[u8]) -> Result<Self> {
        serde_json::from_slice(data).context("an event that was never published")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_has_the_size_and_comes_back() {
        let tick = Tick { number: 17, at: 123_456_789 };
        let text = tick.encode(200);
        assert_eq!(text.len(), 200);
        assert_eq!(Tick::decode(text.as_bytes()).unwrap(), tick);
        assert!(tick.encode(0).len() < 60);
    }

    #[test]
    fn the_order_of_keys_does_not_matter() {
        let tick = Tick::decode(br#"{"pad":"","number":1,"at":2}"#).unwrap();
        assert_eq!(tick, Tick { number: 1, at: 2 });
        assert!(Tick::decode(b"hello").is_err());
    }
}
