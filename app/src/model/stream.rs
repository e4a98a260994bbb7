use super::{Cursor, Timestamp};

/// The first event of every stream.
#[derive(Debug, Clone, PartialEq, miniserde::Deserialize)]
#[cfg_attr(any(feature = "ssr", test), derive(serde::Serialize))]
pub struct Connected {
    /// This connection's name.
    #[serde(rename = "clientId")]
    pub client_id: String,
    /// What is followed.
    pub channels: Vec<String>,
    /// The same for people.
    pub message: String,
    /// Where the stream goes on from.
    pub cursor: Cursor,
    /// The cursor that was asked for is known: the next event is exactly the one after it.
    pub resumed: bool,
    /// Lossless events after the cursor that was asked for which are gone.
    pub missed: u64,
    /// Milliseconds between two heartbeats.
    #[serde(rename = "heartbeatMs")]
    pub heartbeat_ms: u64,
    /// The server's clock.
    #[serde(rename = "serverTime")]
    pub server_time: Timestamp,
}

/// Sent when nothing else would be, so that silence means a dead line: a named event, because script can't see comments.
#[derive(Debug, Clone, PartialEq, miniserde::Deserialize)]
#[cfg_attr(any(feature = "ssr", test), derive(serde::Serialize))]
pub struct Heartbeat {
    /// The server's clock.
    #[serde(rename = "serverTime")]
    pub server_time: Timestamp,
    /// The newest event this follower has been given or passed over.
    pub cursor: Cursor,
    /// How far the follower's place in the log is behind the newest event, in milliseconds.
    #[serde(rename = "lagMs")]
    pub lag_ms: u64,
}

/// Lossless events that this follower will never get.
#[derive(Debug, Clone, PartialEq, miniserde::Deserialize)]
#[cfg_attr(any(feature = "ssr", test), derive(serde::Serialize))]
pub struct Gap {
    /// The channel they were published in.
    pub channel: String,
    /// How many.
    pub missed: u64,
    /// The last event before them.
    pub from: Cursor,
    /// The last of them.
    pub to: Cursor,
    /// Why, for people.
    pub reason: String,
}

/// The server is about to close the stream on purpose.
#[derive(Debug, Clone, PartialEq, miniserde::Deserialize)]
#[cfg_attr(any(feature = "ssr", test), derive(serde::Serialize))]
pub struct Bye {
    /// Why, for people.
    pub reason: String,
}
