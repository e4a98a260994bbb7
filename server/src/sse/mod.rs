//! How a follower of the hub becomes an HTTP response.
//!
//! - `opening`: what a stream begins with: `connected`, and where it goes on from
//! - `stream`: the loop of a stream, as a body
//! - `end`: what ends a stream before its reader does
//! - `aside`: waiting for the end at no cost to an event
//! - `response`: status and headers

mod aside;
mod end;
mod opening;
mod response;
mod stream;

use std::time::Duration;

pub use end::End;
use opening::Opening;
pub use opening::{Request, State};
pub use response::{farewell, head, respond};
pub use stream::{States, Stream};

/// Names that an event which somebody publishes can't have: those of the stream's own events, and those that an EventSource
/// itself dispatches.
pub const RESERVED_EVENTS: [&str; 7] = ["connected", "snapshot", "gap", "heartbeat", "bye", "open", "error"];

/// How streams behave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Config {
    /// Time between two `heartbeat` events: 15 s unless told otherwise, under the 30 s after which the strictest of the
    /// common proxies cut a silent line.
    pub heartbeat: Duration,
    /// Channels that one stream may follow: 16 unless told otherwise.
    pub channels: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self { heartbeat: Duration::from_secs(15), channels: 16 }
    }
}
