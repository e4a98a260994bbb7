//! What crosses the wire: plain structs and nothing else. Keys are camelCase, times RFC 3339 UTC with milliseconds, and
//! what a host can't tell is `null`.
//!
//! The server writes them with serde. They are read with miniserde, which adds far less to what a browser has to load;
//! its derive knows `rename` and no other attribute, so each name that differs on the wire is written out.

mod alert;
#[cfg(feature = "ssr")]
mod chat;
mod cursor;
mod drawn;
mod host;
mod log_entry;
mod log_page;
mod log_view;
#[cfg(not(feature = "hydrate"))]
mod metrics;
mod process_query;
mod snapshot;
mod stats;
mod stream;
mod text;
mod timestamp;
mod values;

#[cfg(not(feature = "hydrate"))]
pub use alert::AlertState;
pub use alert::{Alert, AlertLevel};
#[cfg(feature = "ssr")]
pub use alert::{AlertChange, AlertPhase, AlertRule, AlertSample};
#[cfg(feature = "ssr")]
pub use chat::{ChatAlert, ChatLine, ChatMessage, ChatPerson, ChatWhat};
pub use cursor::{Cursor, CursorError};
pub use drawn::Drawn;
pub use host::Host;
pub use log_entry::{LogEntry, LogLevel};
pub use log_page::LogPage;
pub use log_view::{LogRow, LogSummary, LogView};
#[cfg(not(feature = "hydrate"))]
pub use metrics::{
    CpuModes, DeviceRate, DiskRates, FileSystem, InterfaceRate, Load, Memory, Metrics, NetworkRates, Process,
    ProcessTable, Swap, UserUsage,
};
pub use process_query::{ProcessQuery, ProcessSort, ProcessSortError};
pub use snapshot::{NumberedLog, Snapshot};
pub use stats::{ChannelStats, FollowerState, FollowerStats, Lag, LogStats, Rates, Stats, StatsHistory, Totals};
pub use stream::{Bye, Connected, Gap, Heartbeat};
use text::text_on_the_wire;
pub use timestamp::{Timestamp, TimestampError};
pub use values::{Value, Values};

#[cfg(test)]
mod tests;
