//! The war room: people who talk, and what the machine has to say, in one order.
//!
//! - `said`: what a name and a text may be
//! - `people`: who is here, whatever the number of their tabs
//! - `rate`: how fast a person may write
//! - `book`: the last lines, which outlast a restart
//! - `happening`: what of the alerts becomes a line
//! - `keeper`: one task that commits what is said and publishes it then
//! - `wire`: what is told of it

mod book;
mod handle;
mod happening;
mod keeper;
mod people;
mod rate;
mod said;
mod start;
mod wire;

use std::num::NonZeroU32;
use std::time::Duration;

pub use handle::{Chat, ChatError, Draft, Guest};
pub use said::{Unfit, client_id, guest, name, text};
pub use start::start;
pub use wire::Snapshot;

/// What the room keeps and lets in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Config {
    /// Messages that are kept, over restarts too: 1,000 unless told otherwise.
    pub messages: usize,
    /// How long a person stays here after their last stream has ended: 10 s unless told otherwise, enough for a page to be
    /// loaded again and for a server to be started again.
    pub grace: Duration,
    /// Messages a minute of each person: 60 unless told otherwise. The room takes ten times as many from all.
    pub rate: NonZeroU32,
    /// Messages that a person may write at once after a quiet time: 10 unless told otherwise.
    pub burst: NonZeroU32,
    /// People who may be here at one time: 200 unless told otherwise.
    pub people: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            messages: 1_000,
            grace: Duration::from_secs(10),
            rate: const { NonZeroU32::new(60).unwrap() },
            burst: const { NonZeroU32::new(10).unwrap() },
            people: 200,
        }
    }
}
