use super::Refusal;

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Make a source that goes on from the cursor.
    Open,
    /// Close the source and forget it.
    Close,
    /// Say that the line stands.
    Connected,
    /// Say that the line has failed.
    Failed,
    /// Say that no more tries will be made.
    GaveUp,
}

/// How the line stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// The first connection is being made.
    First,
    /// Events come in.
    Open {
        /// For how long, in milliseconds.
        for_ms: u64,
    },
    /// Down; the next try is waited for or being made.
    Down {
        /// Milliseconds until the try; 0 while it is being made.
        in_ms: u64,
        /// Which try it is, from 1.
        attempt: u32,
    },
    /// Given up until somebody asks, or until the device is online.
    Offline {
        /// Why, for people.
        reason: String,
    },
    /// Given up until somebody asks: the server has said that it would be in vain.
    Refused(Refusal),
}
