//! How long the line is borne with.

/// Silence after which a line counts as dead, in milliseconds, as in the guide's client.
pub const SILENCE_MS: u64 = 45_000;
/// No silence shorter than this counts, in milliseconds, however often heartbeats come.
const SHORTEST_SILENCE_MS: u64 = 3_000;
/// The longest time between two heartbeats that a server can be told, in milliseconds.
const LONGEST_HEARTBEAT_MS: u64 = 300_000;
/// Silence after which a line counts as dead whose server has said how often heartbeats come: three of them, but no longer
/// than without its word, unless they are so rare that half of one more must do.
pub(super) fn silence_ms(heartbeat_ms: u64) -> u64 {
    let heartbeat_ms = heartbeat_ms.min(LONGEST_HEARTBEAT_MS);
    (heartbeat_ms * 3).clamp(SHORTEST_SILENCE_MS, SILENCE_MS).max(heartbeat_ms + heartbeat_ms / 2)
}

/// The longest wait before a try where a server asks for one, in milliseconds.
pub const LONGEST_WAIT_MS: u64 = 300_000;

/// A line that has brought an event this long after opening is stable: the next failure is a first one again.
pub const STABLE_MS: u64 = 10_000;
/// A deadline missed by more than this, in milliseconds, means that the page was frozen or the machine asleep.
pub const LATE_MS: u64 = 5_000;
/// How long an open line gets to show life once the browser says that the device is offline.
pub const GRACE_MS: u64 = 5_000;
/// How often the line is tried while the device is offline: the browser's word says nothing about this very machine.
pub const OFFLINE_CHECK_MS: u64 = 30_000;
/// A page that still runs this long after it was frozen isn't.
pub const FROZEN_CHECK_MS: u64 = 5_000;
