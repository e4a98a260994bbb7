use std::time::Duration;

/// What the hub keeps, all channels together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Lossless events kept for resuming.
    pub count: usize,
    /// Bytes of memory that they take, about.
    pub bytes: usize,
    /// How long ago they were published, by a clock that nobody sets.
    pub age: Duration,
    /// Latest values kept: one for each channel and event name.
    pub latest: usize,
    /// Channels beside the program's own.
    pub channels: usize,
    /// How long a channel that nobody follows and that holds nothing stays known.
    pub idle: Duration,
    /// Bytes of the index that counts what is gone.
    pub index: usize,
}

impl Default for Limits {
    /// 10,000 events, 8 MiB, an hour: enough for a page that slept through a meeting, small beside the process itself.
    /// 1,000 values and channels are more than people tell apart; 4 MiB of index count about two million events where channels take turns, and far more where
    /// they don't.
    fn default() -> Self {
        Self {
            count: 10_000,
            bytes: 8 * 1024 * 1024,
            age: Duration::from_secs(3_600),
            latest: 1_000,
            channels: 1_000,
            idle: Duration::from_secs(600),
            index: 4 * 1024 * 1024,
        }
    }
}
