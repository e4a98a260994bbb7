//! What all followers together have seen.

use std::time::Duration;

use anyhow::Result;
use hdrhistogram::Histogram;

use crate::events::Message;
use crate::follower::Happening;
use crate::ledger::Ledger;
use crate::tick::{self, Clock, Tick};

/// The longest time that is told from a longer one.
const LONGEST: Duration = Duration::from_secs(120);

/// Counts of all followers. Those that read have the numbers from 0 on; the others only open.
pub(crate) struct Tally {
    clock: Clock,
    // The first event that is measured, and how many there are.
    measured: u64,
    count: u64,
    ledgers: Vec<Ledger>,
    latency: Histogram<u64>,
    /// Followers whose stream stands.
    pub(crate) opened: usize,
    /// Followers that have all there is.
    pub(crate) complete: usize,
    /// Streams that ended before the client closed them.
    pub(crate) ended: u64,
    /// What went wrong last.
    pub(crate) failure: Option<String>,
}

impl Tally {
    /// Nothing seen yet, by that many that read, of a sequence of `count` events that is measured from `measured` on.
    ///
    /// # Errors
    /// Never, with the bounds that are set here.
    pub(crate) fn new(clock: Clock, readers: usize, measured: u64, count: u64) -> Result<Self> {
        Ok(Self {
            clock,
            measured,
            count,
            ledgers: vec![Ledger::from_the_start(); readers],
            // Microseconds, three digits.
            latency: Histogram::new_with_max(u64::try_from(LONGEST.as_micros())?, 3)?,
            opened: 0,
            complete: 0,
            ended: 0,
            failure: None,
        })
    }

    /// Takes down what has happened to a follower.
    pub(crate) fn take(&mut self, follower: usize, happening: &Happening<'_>) {
        match happening {
            Happening::Asked => {}
            Happening::Opened(200) => self.opened += 1,
            Happening::Opened(status) => self.failure = Some(format!("the server answers {status}")),
            Happening::Message(message) => self.message(follower, message),
            Happening::Ended(why) => {
                self.ended += 1;
                self.failure = Some(why.clone());
            }
        }
    }

    fn message(&mut self, follower: usize, message: &Message<'_>) {
        if message.name != tick::NAME.as_bytes() {
            return;
        }
        let Some(ledger) = self.ledgers.get_mut(follower) else { return };
        let tick = match Tick::decode(message.data) {
            Ok(tick) => tick,
            Err(error) => {
                self.failure = Some(error.to_string());
                return;
            }
        };
        ledger.see(tick.number);
        if tick.number + 1 == self.count {
            self.complete += 1;
        }
        if tick.number >= self.measured {
            let took = self.clock.now().saturating_sub(Duration::from_nanos(tick.at));
            self.latency.saturating_record(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
        }
    }

    /// Nothing comes any more: what is missing is lost. Returns the sums of all followers.
    pub(crate) fn close(&mut self) -> Ledger {
        let mut all = Ledger::default();
        for ledger in &mut self.ledgers {
            ledger.close(self.count);
            all.delivered += ledger.delivered;
            all.lost += ledger.lost;
            all.doubled += ledger.doubled;
        }
        all
    }

    /// Those that read.
    pub(crate) fn readers(&self) -> usize {
        self.ledgers.len()
    }

    /// Deliveries that were measured.
    pub(crate) fn measured(&self) -> u64 {
        self.latency.len()
    }

    /// The time from when an event was due to its arrival, in milliseconds, that this part of the deliveries kept.
    pub(crate) fn latency_ms(&self, quantile: f64) -> f64 {
        self.latency.value_at_quantile(quantile) as f64 / 1000.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn see(tally: &mut Tally, follower: usize, name: &str, number: u64) {
        let data = Tick { number, at: 0 }.encode(0);
        let message = Message { name: name.as_bytes(), data: data.as_bytes(), id: b"" };
        tally.take(follower, &Happening::Message(message));
    }

    #[test]
    fn sums_are_of_all_followers_and_only_of_what_was_published() {
        let mut tally = Tally::new(Clock::start(), 2, 1, 3).unwrap();
        tally.take(0, &Happening::Opened(200));
        for number in 0..3 {
            see(&mut tally, 0, "tick", number);
        }
        see(&mut tally, 0, "heartbeat", 9);
        see(&mut tally, 1, "tick", 0);
        see(&mut tally, 1, "tick", 0);
        see(&mut tally, 2, "tick", 0);
        assert_eq!((tally.opened, tally.complete, tally.measured()), (1, 1, 2));

        let all = tally.close();
        assert_eq!((all.delivered, all.lost, all.doubled), (4, 2, 1));
        assert_eq!(tally.failure, None);
    }

    #[test]
    fn what_goes_wrong_is_told() {
        let mut tally = Tally::new(Clock::start(), 1, 0, 1).unwrap();
        tally.take(0, &Happening::Opened(503));
        assert_eq!(tally.failure.as_deref(), Some("the server answers 503"));
        tally.take(0, &Happening::Ended("reset".to_owned()));
        assert_eq!((tally.ended, tally.failure.as_deref()), (1, Some("reset")));
        assert_eq!(tally.opened, 0);
    }
}
