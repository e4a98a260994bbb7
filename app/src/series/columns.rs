#[cfg(not(feature = "hydrate"))]
use crate::model::Metrics;

/// What a chart can draw over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Series {
    /// Percent, all modes but waiting and idle.
    Cpu,
    /// Percent of all cores.
    CpuUser,
    /// Percent of all cores.
    CpuSystem,
    /// Percent of all cores.
    CpuIowait,
    /// Percent of all cores.
    CpuOther,
    /// Bytes.
    MemoryUsed,
    /// Bytes.
    MemoryCache,
    /// Percent.
    Swap,
    /// Bytes per second.
    NetworkReceived,
    /// Bytes per second.
    NetworkSent,
    /// Bytes per second.
    DiskRead,
    /// Bytes per second.
    DiskWritten,
    /// Over one minute.
    Load,
    /// People.
    Users,
    /// Events published in the hub a second.
    Published,
    /// Events written to streams a second.
    Delivered,
    /// Milliseconds that events wait for their followers.
    Lag,
    /// Who follows the hub.
    Followers,
    /// Log lines that are errors, of the ten seconds that have begun: see [`LOG_STEP_MS`](super::LOG_STEP_MS).
    LogErrors,
    /// The same of warnings.
    LogWarnings,
    /// The same of other lines.
    LogOthers,
}

/// How many there are.
pub(super) const COLUMNS: usize = 21;

/// Columns of which a thinned bucket must take the same sample, because they are drawn as parts of a whole: each named by
/// the column that decides, which is its first.
pub(super) const GROUPS: [&[usize]; 16] = [
    &[
        Series::Cpu as usize,
        Series::CpuUser as usize,
        Series::CpuSystem as usize,
        Series::CpuIowait as usize,
        Series::CpuOther as usize,
    ],
    &[Series::MemoryUsed as usize, Series::MemoryCache as usize],
    &[Series::Swap as usize],
    &[Series::NetworkReceived as usize],
    &[Series::NetworkSent as usize],
    &[Series::DiskRead as usize],
    &[Series::DiskWritten as usize],
    &[Series::Load as usize],
    &[Series::Users as usize],
    &[Series::Published as usize],
    &[Series::Delivered as usize],
    &[Series::Lag as usize],
    &[Series::Followers as usize],
    // Each has its own peak, which is its count.
    &[Series::LogErrors as usize],
    &[Series::LogWarnings as usize],
    &[Series::LogOthers as usize],
];

/// What one sample has for each column.
#[cfg(not(feature = "hydrate"))]
pub(super) fn values_of(metrics: &Metrics) -> [Option<f32>; COLUMNS] {
    let modes = metrics.cpu_modes;
    let rate = |bytes: Option<u64>| bytes.map(|bytes| bytes as f32);
    // In the order of `Series`.
    [
        Some(metrics.cpu),
        modes.map(|modes| modes.user),
        modes.map(|modes| modes.system),
        modes.map(|modes| modes.iowait),
        modes.map(|modes| modes.other),
        Some(metrics.memory_bytes.used as f32),
        Some(metrics.memory_bytes.cache as f32),
        metrics.swap.map(|swap| swap.percent),
        rate(metrics.network.received),
        rate(metrics.network.sent),
        rate(metrics.disk.read),
        rate(metrics.disk.written),
        metrics.load.map(|load| load.one),
        metrics.active_users.map(|users| users as f32),
        None,
        None,
        None,
        None,
        None,
        None,
        None,
    ]
}
