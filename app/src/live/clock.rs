//! The server's clock, as well as it can be told from here.

use crate::model::Timestamp;

/// For how long a time counts, at least, in milliseconds: clocks drift apart, and the server's may be set.
const WINDOW_MS: u64 = 60_000;

/// How far the server's clock is ahead of a clock of this side that never jumps.
///
/// A time that the server sends is older by its way here, never younger. So of the times of the last minute or two the
/// one that puts the server furthest ahead is the nearest to the truth, and nothing ever seems to come from the future.
#[derive(Debug, Clone, Copy)]
pub struct ServerClock {
    /// The most in this window, in milliseconds.
    ahead: i64,
    /// The most in the window before.
    ahead_before: i64,
    window_from: u64,
}

impl ServerClock {
    /// The server said that it was `server` when this side's clock stood at `local` milliseconds.
    pub fn new(server: Timestamp, local: u64) -> Self {
        let ahead = difference(server, local);
        Self { ahead, ahead_before: ahead, window_from: local }
    }

    /// The server said it again, in the same connection.
    pub fn observe(&mut self, server: Timestamp, local: u64) {
        let ahead = difference(server, local);
        if local.saturating_sub(self.window_from) >= WINDOW_MS {
            *self = Self { ahead, ahead_before: self.ahead, window_from: local };
        }
        self.ahead = self.ahead.max(ahead);
    }

    /// What the server's clock shows when this side's stands at `local` milliseconds.
    pub fn at(self, local: u64) -> Timestamp {
        Timestamp::from_ms(local.saturating_add_signed(self.ahead.max(self.ahead_before)))
    }
}

fn difference(server: Timestamp, local: u64) -> i64 {
    let signed = |ms: u64| i64::try_from(ms).unwrap_or(i64::MAX);
    signed(server.ms()).saturating_sub(signed(local))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(ms: u64) -> Timestamp {
        Timestamp::from_ms(ms)
    }

    #[test]
    fn goes_on_from_what_the_server_said() {
        let clock = ServerClock::new(at(1_000_000), 500);
        assert_eq!(clock.at(1_500), at(1_001_000));
    }

    #[test]
    fn believes_the_fastest_message() {
        let mut clock = ServerClock::new(at(1_000_000), 900);
        clock.observe(at(1_001_000), 1_050);
        clock.observe(at(1_002_000), 2_800);
        assert_eq!(clock.at(2_000), at(1_001_950));
    }

    #[test]
    fn follows_a_server_whose_clock_was_set_back() {
        let mut clock = ServerClock::new(at(9_000_000), 0);
        for second in 1..=121 {
            clock.observe(at(1_000_000 + second * 1_000), second * 1_000);
        }
        assert_eq!(clock.at(121_000), at(1_121_000));
    }

    #[test]
    fn may_be_behind_this_side() {
        assert_eq!(ServerClock::new(at(1_000), 5_000).at(6_000), at(2_000));
    }

    proptest! {
        #[test]
        fn nothing_comes_from_the_future(first: u64, said in prop::collection::vec((any::<u32>(), any::<u32>()), 1..20)) {
            let mut clock = ServerClock::new(at(first), 0);
            for (server, local) in said {
                clock.observe(at(u64::from(server)), u64::from(local));
                prop_assert!(clock.at(u64::from(local)) >= at(u64::from(server)));
            }
        }
    }
}
