//! How a follower of the hub becomes an HTTP response.
//!
//! - `opening`: what a stream begins with: `connected`, and where it goes on from
//! - `stream`: the loop of a stream, as a body
//! - `response`: status and headers

mod opening;
mod response;
mod stream;

use std::time::Duration;

pub use opening::{Opening, Request, snapshot_frame};
pub use response::{farewell, respond};
pub use stream::{Restart, Stream};

/// How streams behave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Config {
    /// Time between two `heartbeat` events: 15 s unless told otherwise, under the 30 s after which the strictest of the
    /// common proxies cut a silent line.
    pub heartbeat: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self { heartbeat: Duration::from_secs(15) }
    }
}
