//! Who is told of alerts, and how.
//!
//! - [`Receiver`]: who, as configured; `entry` and `place` read it
//! - `plan`: what is to be sent, out of what fires and what was sent before; pure but for the keys
//! - `queue`: what waits for one receiver, and how it fares; the journal has the same, so a crash loses nothing
//! - `deliver`: sends what waits, and again after a while when that fails; `tries` says after which, and when to give up
//! - `payload`: Alertmanager's webhook (version 4) and its API (v2)
//! - `http`, `email`, `command`: the ways, each bounded in time and size

mod command;
mod deliver;
mod email;
mod entry;
mod http;
mod payload;
mod place;
mod plan;
mod queue;
mod receiver;
#[cfg(test)]
mod sample;
mod trial;
mod tries;

use app::model::{AlertChange, Timestamp};
use serde::{Deserialize, Serialize};

use super::keep::Record;

pub use deliver::Failure;
pub(super) use deliver::spawn;
pub use entry::{ReceiverEntry, ReceiverError, receivers};
pub(super) use plan::{is_silenced, plan};
pub(super) use queue::Queue;
pub use queue::ReceiverStatus;
pub use receiver::{Encryption, Kind, Receiver};
pub use trial::try_all;

/// One thing that one receiver is to be told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Outgoing {
    /// In the order in which they are to be sent.
    pub(super) number: u64,
    /// Told from all others that anybody sends, whatever becomes of this state. One that a version before this has left
    /// gets its own when it is read.
    #[serde(default = "rand::random")]
    key: u64,
    pub(super) receiver: String,
    /// When it was decided.
    pub(super) at: Timestamp,
    pub(super) is_firing: bool,
    pub(super) alert: AlertChange,
}

/// What needs no more sending.
#[derive(Debug, PartialEq)]
pub(super) struct Settled {
    numbers: Vec<u64>,
    /// Why it was not delivered, if it wasn't.
    given_up: Option<String>,
}

impl Settled {
    pub(super) fn records(self) -> Vec<Record> {
        let record = |number| match &self.given_up {
            None => Record::Sent(number),
            Some(why) => Record::Dropped(number, why.clone()),
        };
        self.numbers.iter().copied().map(record).collect()
    }
}

/// Names what is sent at once: the same when it is sent again, and never that of anything else. What is sent once only
/// is none of these.
fn delivery(batch: &[Outgoing]) -> String {
    let (first, last) = match batch {
        [] => (rand::random(), 0),
        [one] => (one.key, one.key),
        [first, .., last] => (first.key, last.key),
    };
    format!("{first:016x}-{last:016x}")
}

impl Outgoing {
    /// Something to be sent to `receiver`.
    fn new(number: u64, receiver: &Receiver, at: Timestamp, alert: AlertChange, is_firing: bool) -> Self {
        Self { number, key: rand::random(), receiver: receiver.name.clone(), at, is_firing, alert }
    }

    /// The same to another receiver.
    pub(super) fn to(&self, receiver: &Receiver, number: u64) -> Self {
        Self::new(number, receiver, self.at, self.alert.clone(), self.is_firing)
    }

    /// Whether the receiver takes both for one alert.
    fn is_of(&self, other: &Self) -> bool {
        self.alert.alert.id == other.alert.alert.id && self.alert.labels == other.alert.labels
    }
}
