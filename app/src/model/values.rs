use super::{Cursor, Timestamp};

/// The `snapshot` of a channel in which somebody publishes latest values: what they are now.
#[derive(Debug, Clone, PartialEq, miniserde::Deserialize)]
#[cfg_attr(any(feature = "ssr", test), derive(serde::Serialize))]
pub struct Values {
    /// The last event that is in here.
    pub cursor: Cursor,
    /// The values, the one that changed last at the end: 64 KiB of data at most.
    pub values: Vec<Value>,
    /// How many older ones are left out for that.
    pub omitted: u64,
}

/// One latest value.
#[derive(Debug, Clone, PartialEq, miniserde::Deserialize)]
#[cfg_attr(any(feature = "ssr", test), derive(serde::Serialize))]
pub struct Value {
    /// The event that set it.
    pub id: Cursor,
    /// When that was.
    pub at: Timestamp,
    /// The event's name; `null` is what a browser calls `message`.
    pub event: Option<String>,
    /// The event's data.
    pub data: String,
}
