#[cfg(not(feature = "hydrate"))]
use super::Metrics;
use super::{Alert, Cursor, Drawn, Host, LogEntry, Timestamp};
use crate::series::History;

/// Everything a page shows, as of one cursor: what `/api/snapshot` answers, what a page is rendered from, and the
/// `snapshot` event. The stream goes on with the event after `cursor`. What a page doesn't show is empty.
#[derive(Debug, Clone, PartialEq, miniserde::Deserialize)]
#[cfg_attr(any(feature = "ssr", test), derive(serde::Serialize))]
pub struct Snapshot {
    /// The last event that is in here.
    pub cursor: Cursor,
    /// The server's clock.
    #[serde(rename = "serverTime")]
    pub server_time: Timestamp,
    /// The machine.
    pub host: Host,
    /// The newest sample; `null` in the first second, before there are two readings, and on pages that the server draws.
    #[cfg(not(feature = "hydrate"))]
    pub metrics: Option<Metrics>,
    /// The samples before it, as many as the range asked for.
    pub history: History,
    /// Open alerts, and those resolved lately, latest change first; for pages those that fire.
    pub alerts: Vec<Alert>,
    /// How many alert rules are checked with each sample.
    #[cfg(not(feature = "hydrate"))]
    pub rules: u32,
    /// The last lines, oldest first.
    pub logs: Vec<NumberedLog>,
    /// The parts of the page, where it is asked for a page; `null` for the plain state.
    pub drawn: Option<Drawn>,
}

impl Snapshot {
    /// As JSON, for [`Snapshot::from_json`].
    #[cfg(any(feature = "ssr", test))]
    #[expect(
        clippy::expect_used,
        reason = "serde_json fails on non-text keys and failing Serialize impls; the model has neither"
    )]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("the model serializes")
    }

    /// Reads what `to_json` and `/api/snapshot` write; `None` for anything else.
    pub fn from_json(json: &str) -> Option<Self> {
        miniserde::json::from_str(json).ok()
    }
}

/// A log line with its place in the hub's log.
#[derive(Debug, Clone, PartialEq, miniserde::Deserialize)]
#[cfg_attr(any(feature = "ssr", test), derive(serde::Serialize))]
pub struct NumberedLog {
    /// Its number.
    pub seq: u64,
    /// The line.
    pub entry: LogEntry,
}
