//! Counts what a break has cost and the server has made good.

use crate::model::Timestamp;

/// For how long it is said, in milliseconds.
pub const SAID_FOR_MS: u64 = 10_000;

/// From the reconnection to the first event that was published after it, lossless events are those of the break.
#[derive(Debug, Clone, Copy, Default)]
pub struct CatchUp {
    /// Events so far, and when the server took the connection.
    counting: Option<(u64, Timestamp)>,
    /// Events in all, and until when that is said.
    said: Option<(u64, u64)>,
}

impl CatchUp {
    /// The stream goes on after a break, at `server_time`.
    pub fn begin(&mut self, server_time: Timestamp) {
        *self = Self { counting: Some((0, server_time)), said: None };
    }

    /// The stream starts afresh: nothing was made good.
    pub fn cancel(&mut self) {
        *self = Self::default();
    }

    /// A lossless event came.
    pub fn count(&mut self) {
        if let Some((events, _)) = &mut self.counting {
            *events += 1;
        }
    }

    /// Something came at `local` milliseconds that the server made at `published`.
    pub fn reach(&mut self, published: Timestamp, local: u64) {
        if let Some((events, _)) = self.counting.take_if(|(_, since)| published >= *since)
            && events > 0
        {
            self.said = Some((events, local.saturating_add(SAID_FOR_MS)));
        }
    }

    /// What is to be said at `local` milliseconds.
    pub fn events(self, local: u64) -> Option<u64> {
        self.said.filter(|&(_, until)| local < until).map(|(events, _)| events)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: u64) -> Timestamp {
        Timestamp::from_ms(ms)
    }

    #[test]
    fn counts_up_to_the_first_new_sample() {
        let mut catch_up = CatchUp::default();
        catch_up.begin(at(50_000));
        catch_up.count();
        catch_up.reach(at(49_000), 90);
        catch_up.count();
        assert_eq!(catch_up.events(95), None);
        catch_up.reach(at(50_500), 100);
        catch_up.count();
        assert_eq!(catch_up.events(100), Some(2));
        assert_eq!(catch_up.events(10_099), Some(2));
        assert_eq!(catch_up.events(10_100), None);
    }

    #[test]
    fn says_nothing_where_nothing_was_missed() {
        let mut catch_up = CatchUp::default();
        catch_up.count();
        catch_up.begin(at(1));
        catch_up.reach(at(2), 2);
        assert_eq!(catch_up.events(2), None);
    }

    #[test]
    fn a_fresh_start_makes_nothing_good() {
        let mut catch_up = CatchUp::default();
        catch_up.begin(at(1));
        catch_up.count();
        catch_up.cancel();
        catch_up.reach(at(2), 2);
        assert_eq!(catch_up.events(2), None);
    }
}
