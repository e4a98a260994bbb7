use std::num::NonZeroU32;

/// How much each address, and each person or token, may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Config {
    /// Streams that a person or a token may have open: 256 unless told otherwise, as of an address.
    pub streams_per_identity: usize,
    /// Streams that may be opened a second: 50 unless told otherwise; ten times as many at once.
    pub opens: NonZeroU32,
    /// Events that may be published a second: 1,000 unless told otherwise; twice as many at once.
    pub publishes: NonZeroU32,
    /// Messages that may be said a minute: 300 unless told otherwise, a sixth of them at once. Beside it stands what the war
    /// room lets each name say.
    pub messages: NonZeroU32,
    /// Log lines that may be handed in a second: 50,000 unless told otherwise, as of a source; twice as many at once.
    pub lines: NonZeroU32,
    /// Sign-ins with the provider of OpenID Connect that may be begun a minute: 60 unless told otherwise, half of them at
    /// once.
    pub sign_ins: NonZeroU32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            streams_per_identity: 256,
            opens: const { NonZeroU32::new(50).unwrap() },
            publishes: const { NonZeroU32::new(1_000).unwrap() },
            messages: const { NonZeroU32::new(300).unwrap() },
            lines: const { NonZeroU32::new(50_000).unwrap() },
            sign_ins: const { NonZeroU32::new(60).unwrap() },
        }
    }
}
