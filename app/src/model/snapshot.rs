use serde::{Deserialize, Serialize};

use super::{Alert, Cursor, Host, LogEntry, Metrics, Timestamp};
use crate::series::History;

/// Everything a page shows, as of one cursor: what `/api/snapshot` answers, what a page is rendered from, and the
/// `snapshot` event. The stream goes on with the event after `cursor`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    /// The last event that is in here.
    pub cursor: Cursor,
    /// The server's clock.
    pub server_time: Timestamp,
    /// The machine.
    pub host: Host,
    /// The newest sample; `null` in the first second, before there are two readings.
    pub metrics: Option<Metrics>,
    /// The samples before it, as many as the range asked for.
    pub history: History,
    /// Open alerts, and those resolved lately, latest change first.
    pub alerts: Vec<Alert>,
    /// How many alert rules are checked with each sample.
    pub rules: u32,
    /// The last lines, oldest first.
    pub logs: Vec<NumberedLog>,
}

/// A log line with its place in the hub's log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NumberedLog {
    /// Its number.
    pub seq: u64,
    /// The line.
    pub entry: LogEntry,
}
