use std::time::Duration;

/// Wait before the first try where the server has not said how long.
const FIRST: Duration = Duration::from_secs(1);
/// Each wait is this many times the one before it.
const GROWTH: f64 = 1.5;
/// No wait grows past this.
const LONGEST: Duration = Duration::from_secs(30);
/// No server may ask for more than this.
const LONGEST_ASKED: Duration = Duration::from_secs(300);

/// How long to wait before the next try: never less than the server asked for, longer with each failure.
#[derive(Debug)]
pub(super) struct Backoff {
    first: Duration,
    failures: i32,
}

impl Backoff {
    pub(super) fn new() -> Self {
        Self { first: FIRST, failures: 0 }
    }

    /// The server has said how long to wait (`retry:`).
    pub(super) fn asked(&mut self, wait: Duration) {
        self.first = wait.min(LONGEST_ASKED);
    }

    /// The line works: the next failure is a first one again.
    pub(super) fn reset(&mut self) {
        self.failures = 0;
    }

    /// The wait before the next try. `at_least` is what the last answer asked for (`Retry-After`); `random` in [0, 1)
    /// adds up to half, so that a restarted server isn't called by everybody at once.
    pub(super) fn next(&mut self, at_least: Option<Duration>, random: f64) -> Duration {
        let grown = self.first.as_secs_f64() * GROWTH.powi(self.failures);
        let wait = Duration::from_secs_f64(grown.min(LONGEST.max(self.first).as_secs_f64()));
        self.failures = self.failures.saturating_add(1);
        wait.max(at_least.unwrap_or_default().min(LONGEST_ASKED)).mul_f64(1.0 + random.clamp(0.0, 1.0) / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn grows_and_begins_again() {
        let mut backoff = Backoff::new();
        let waits: Vec<u128> = (0..11).map(|_| backoff.next(None, 0.0).as_millis()).collect();
        assert_eq!(waits, [1_000, 1_500, 2_250, 3_375, 5_062, 7_593, 11_390, 17_085, 25_628, 30_000, 30_000]);
        backoff.reset();
        assert_eq!(backoff.next(None, 0.0), FIRST);
    }

    proptest! {
        #[test]
        fn never_sooner_than_asked(asked: u32, after: u32, failures in 0..2_000_i32, random in 0.0..1.0_f64) {
            let (asked, after) = (Duration::from_millis(asked.into()), Duration::from_secs(after.into()));
            let mut backoff = Backoff { first: FIRST, failures };
            backoff.asked(asked);
            let wait = backoff.next(Some(after), random);
            prop_assert!(wait >= asked.max(after).min(LONGEST_ASKED));
            prop_assert!(wait <= LONGEST_ASKED.mul_f64(1.5));
        }
    }
}
