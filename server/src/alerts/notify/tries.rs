use std::time::Duration;

use rand::Rng as _;

use super::Failure;

/// The wait after the first failure, and the longest.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(300);
/// What a receiver refuses as such so often, one time after another, is given up: else nothing after it would get through.
const REFUSALS: u32 = 5;

/// Tries to deliver something, all of which have failed.
#[derive(Debug, Default)]
pub(super) struct Tries {
    failures: u32,
    /// The last so many of them were refusals.
    refusals: u32,
}

impl Tries {
    /// None has failed yet.
    pub(super) fn is_first(&self) -> bool {
        self.failures == 0
    }

    /// One more has failed. Returns how long to wait for the next; nothing if there is no point in it.
    pub(super) fn failed(&mut self, failure: &Failure) -> Option<Duration> {
        self.failures += 1;
        self.refusals = if failure.is_refusal() { self.refusals + 1 } else { 0 };
        (self.refusals < REFUSALS).then(|| wait(self.failures))
    }
}

/// Grows with each failure, with a random part, so that not all who failed together come back together.
fn wait(failures: u32) -> Duration {
    let wait = FIRST_WAIT.saturating_mul(1 << failures.saturating_sub(1).min(16)).min(LONGEST_WAIT);
    wait.mul_f64(rand::rng().random_range(0.75..=1.25))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused_again_and_again_is_given_up() {
        let mut tries = Tries::default();
        for _ in 1..REFUSALS {
            assert!(tries.failed(&Failure::Status(422)).is_some());
        }
        assert_eq!(tries.failed(&Failure::Status(422)), None);
    }

    #[test]
    fn a_refusal_among_other_failures_is_one() {
        let mut tries = Tries::default();
        for _ in 0..3 {
            for _ in 0..10 {
                assert!(tries.failed(&Failure::Connection("refused".into())).is_some());
            }
            for _ in 1..REFUSALS {
                assert!(tries.failed(&Failure::Status(405)).is_some(), "its proxy says so while it starts");
            }
        }
    }

    #[test]
    fn waits_grow_to_the_longest() {
        let mut tries = Tries::default();
        let waits: Vec<Duration> = (0..40).filter_map(|_| tries.failed(&Failure::Status(500))).collect();
        assert!(waits[0] <= FIRST_WAIT.mul_f64(1.25) && waits[39] >= LONGEST_WAIT.mul_f64(0.75));
        assert!(waits.iter().all(|wait| *wait <= LONGEST_WAIT.mul_f64(1.25)));
    }
}
