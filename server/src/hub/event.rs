use std::borrow::Cow;

use app::model::{AlertChange, LogEntry, Metrics, Timestamp};
use bytes::Bytes;
use tokio::time::Instant;

use super::Name;
use super::frame::json;

/// What a follower that is behind is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Contract {
    /// The newest only.
    Latest,
    /// Every one in order, or a statement of what is missing.
    Lossless,
}

/// What happened. Typed, so that what follows the log within the process need not decode it.
#[derive(Debug, Clone, PartialEq)]
pub enum Payload {
    /// A sample of the machine; latest value. Boxed: it is far larger than the others.
    Metrics(Box<Metrics>),
    /// A change of an alert; lossless. Boxed like the sample.
    Alert(Box<AlertChange>),
    /// A log line; lossless.
    Log(LogEntry),
    /// Whatever somebody published.
    Text {
        /// The event's name; none is what a browser calls `message`.
        event: Option<Name>,
        /// What a follower that is behind is owed.
        contract: Contract,
        /// Sent as it is, line by line.
        data: String,
    },
}

impl Payload {
    /// The event's name on the wire.
    pub fn event_name(&self) -> Option<&str> {
        match self {
            Self::Metrics(_) => Some("metrics"),
            Self::Alert(_) => Some("alert"),
            Self::Log(_) => Some("log"),
            Self::Text { event, .. } => event.as_ref().map(Name::as_str),
        }
    }

    /// What a follower that is behind is owed.
    pub fn contract(&self) -> Contract {
        match self {
            Self::Metrics(_) => Contract::Latest,
            Self::Alert(_) | Self::Log(_) => Contract::Lossless,
            Self::Text { contract, .. } => *contract,
        }
    }

    pub(super) fn data(&self) -> Cow<'_, str> {
        match self {
            Self::Metrics(metrics) => Cow::Owned(json(metrics)),
            Self::Alert(alert) => Cow::Owned(json(alert)),
            Self::Log(entry) => Cow::Owned(json(entry)),
            Self::Text { data, .. } => Cow::Borrowed(data),
        }
    }
}

/// One event of the log.
#[derive(Debug, PartialEq)]
pub struct Event {
    /// Its number: one more than the event before it, whatever its channel.
    pub seq: u64,
    /// When it was published.
    pub at: Timestamp,
    /// The same by a clock that nobody sets.
    pub published: Instant,
    /// Where it was published.
    pub channel: Name,
    /// What happened.
    pub payload: Payload,
    /// The bytes every follower is sent.
    pub frame: Bytes,
}
