//! What crosses the wire: plain serde structs and nothing else. Keys are camelCase, times RFC 3339 UTC with
//! milliseconds, and what a host can't tell is `null`.

mod alert;
mod cursor;
mod host;
mod log_entry;
mod metrics;
mod snapshot;
mod stats;
mod stream;
mod timestamp;

pub use alert::{Alert, AlertLevel, AlertState};
pub use cursor::{Cursor, CursorError};
pub use host::Host;
pub use log_entry::{LogEntry, LogLevel};
pub use metrics::{
    CpuModes, DeviceRate, DiskRates, FileSystem, InterfaceRate, Load, Memory, Metrics, NetworkRates, Process,
    ProcessTable, Swap, UserUsage,
};
pub use snapshot::{NumberedLog, Snapshot};
pub use stats::{ChannelStats, FollowerState, FollowerStats, Lag, LogStats, Rates, Stats, StatsHistory, Totals};
pub use stream::{Bye, Connected, Gap, Heartbeat};
pub use timestamp::{Timestamp, TimestampError};
