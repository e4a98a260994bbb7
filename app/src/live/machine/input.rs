use super::Refusal;

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// The page wants a line.
    Start,
    /// The source is open.
    Opened,
    /// The source brought an event.
    Event {
        /// Milliseconds between two heartbeats, where the event was `connected`.
        heartbeat_ms: Option<u64>,
    },
    /// The source reported an error, or couldn't be made.
    Failed {
        /// It won't try again by itself: the answer was no stream.
        closed: bool,
    },
    /// The server said that it will close the stream.
    Bye {
        /// Why, for people.
        reason: String,
    },
    /// The server was asked why it didn't answer with a stream, and each further try would be in vain.
    Refused(Refusal),
    /// The server was asked the same, and says when it wants to be asked again.
    Wait {
        /// So much later than this would be done anyway; 0 where it doesn't say.
        seconds: u32,
    },
    /// The page wants no line any more, until the next start.
    Close,
    /// Time has passed.
    Tick,
    /// The reader asks for a try now.
    Retry,
    /// Another cursor must be asked for.
    Reopen,
    /// The browser says that the device is online.
    Online,
    /// The browser says that the device is offline.
    Offline,
    /// The page is being frozen or put away.
    Frozen,
    /// The page is looked at again.
    Visible,
}
