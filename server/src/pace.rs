//! How fast something may come, of each who brings it.

mod table;

use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock, Reference as _};
use governor::middleware::NoOpMiddleware;
use governor::{Quota, RateLimiter};
use table::{REMEMBERED, Table};

/// Time between two looks for who has been quiet: a look takes a while.
const LOOK: Duration = Duration::from_secs(1);

/// Counts what each brings.
#[derive(Debug)]
pub(crate) struct Pace<K: Hash + Eq + Clone, C: Clock = DefaultClock> {
    limiter: RateLimiter<K, Table<K>, C, NoOpMiddleware<C::Instant>>,
    clock: C,
    most: u32,
    looked: Mutex<Option<C::Instant>>,
}

/// Why something may not come now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TooFast {
    /// After this time it may.
    Wait(Duration),
    /// However long it waits: it is more than may come at once.
    Never(u32),
}

impl<K: Hash + Eq + Clone> Pace<K> {
    /// So many of each a `period`, and `most` at once.
    pub(crate) fn new(count: NonZeroU32, period: Duration, most: NonZeroU32) -> Self {
        Self::by(DefaultClock::default(), count, period, most)
    }
}

impl<K: Hash + Eq + Clone, C: Clock + Clone> Pace<K, C> {
    /// The same by another clock.
    pub(crate) fn by(clock: C, count: NonZeroU32, period: Duration, most: NonZeroU32) -> Self {
        let one = (period / count.get()).max(Duration::from_nanos(1));
        let quota = Quota::with_period(one).unwrap_or(Quota::per_second(count)).allow_burst(most);
        let limiter = RateLimiter::new(quota, Table::default(), clock.clone());
        Self { limiter, clock, most: most.get(), looked: Mutex::default() }
    }

    /// Counts so many of `key`, or none of them and says why.
    pub(crate) fn take(&self, key: &K, count: u32) -> Result<(), TooFast> {
        let Some(count) = NonZeroU32::new(count) else { return Ok(()) };
        if self.limiter.len() >= REMEMBERED {
            self.look();
        }
        match self.limiter.check_key_n(key, count) {
            Ok(taken) => taken.map_err(|not_yet| TooFast::Wait(not_yet.wait_time_from(self.clock.now()))),
            Err(_) => Err(TooFast::Never(self.most)),
        }
    }

    /// Forgets who has been quiet, from time to time.
    fn look(&self) {
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        if looked.is_none_or(|looked| now.duration_since(looked) >= LOOK.into()) {
            *looked = Some(now);
            self.limiter.retain_recent();
        }
    }
}

impl TooFast {
    /// Whole seconds after which it may come, at least 1, if it may at all.
    pub(crate) fn seconds(self) -> Option<u32> {
        match self {
            Self::Wait(wait) => Some(u32::try_from(wait.as_nanos().div_ceil(1_000_000_000)).unwrap_or(u32::MAX).max(1)),
            Self::Never(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::table::TOGETHER;
    use super::*;
    use governor::clock::FakeRelativeClock;

    fn pace(clock: &FakeRelativeClock) -> Pace<String, FakeRelativeClock> {
        let count = |count| NonZeroU32::new(count).unwrap();
        Pace::by(clock.clone(), count(10), Duration::from_secs(1), count(20))
    }

    #[test]
    fn so_many_at_once_and_then_so_many_a_second_of_each() {
        let clock = FakeRelativeClock::default();
        let pace = pace(&clock);
        let come = |who: &str, count| pace.take(&who.to_owned(), count);
        assert_eq!((come("a", 15), come("a", 5)), (Ok(()), Ok(())));
        let Err(TooFast::Wait(wait)) = come("a", 1) else { panic!("too fast") };
        assert!(wait <= Duration::from_millis(100) && TooFast::Wait(wait).seconds() == Some(1), "{wait:?}");
        assert_eq!(come("b", 20), Ok(()), "each for themselves");
        assert_eq!(come("b", 21), Err(TooFast::Never(20)));
        clock.advance(Duration::from_millis(500));
        assert!(come("a", 6).is_err() && come("a", 5).is_ok(), "all or none");
    }

    #[test]
    fn whoever_has_many_names_neither_escapes_nor_keeps_others_out() {
        let clock = FakeRelativeClock::default();
        let pace = pace(&clock);
        let come = |who: &str| pace.take(&who.to_owned(), 20);
        assert_eq!(come("first"), Ok(()));
        let taken = (0..20 * REMEMBERED).filter(|n| come(&n.to_string()).is_ok()).count();
        assert_eq!(taken, REMEMBERED - 1 + TOGETHER, "with however many names");
        assert!(come("first").is_err() && come("late").is_err(), "everybody is still counted");
        clock.advance(Duration::from_millis(1_900));
        assert!((0..REMEMBERED).all(|n| pace.take(&n.to_string(), 1).is_ok()), "the table stays full");
        assert_eq!(pace.take(&"first".to_owned(), 19), Ok(()), "who is known counts alone");
        assert_eq!(pace.take(&"late".to_owned(), 19), Ok(()), "who is not, among those few who share a count");
        clock.advance(Duration::from_secs(3));
        assert_eq!(come("late"), Ok(()));
        assert_eq!(pace.limiter.len(), 1, "who is quiet is forgotten");
    }

    #[test]
    fn few_share_a_count_beyond_those_who_are_remembered() {
        let clock = FakeRelativeClock::default();
        let pace = pace(&clock);
        assert!((0..REMEMBERED + 100).all(|n| pace.take(&n.to_string(), 20).is_ok() || n >= REMEMBERED));
        let late = (0..100).filter(|n| pace.take(&format!("late {n}"), 20).is_ok()).count();
        assert!(late >= 80, "{late} of 100 find a count that none of 100 others has used up");
    }
}
