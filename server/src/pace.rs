//! How fast something may come, of each who brings it.

use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use governor::clock::{Clock, DefaultClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

/// Who is remembered at one time, before those who have been quiet are forgotten. Beyond it nobody is counted: who has as
/// many names has an allowance for each.
const REMEMBERED: usize = 16_384;
/// Time between two looks for who has been quiet: a look takes a while.
const LOOK: Duration = Duration::from_secs(1);

/// Counts what each brings.
#[derive(Debug)]
pub(crate) struct Pace<K: Hash + Eq + Clone, C: Clock = DefaultClock> {
    limiter: RateLimiter<K, HashMapStateStore<K>, C, NoOpMiddleware<C::Instant>>,
    clock: C,
    most: u32,
    looked: Mutex<Option<Instant>>,
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
    fn by(clock: C, count: NonZeroU32, period: Duration, most: NonZeroU32) -> Self {
        let one = (period / count.get()).max(Duration::from_nanos(1));
        let quota = Quota::with_period(one).unwrap_or(Quota::per_second(count)).allow_burst(most);
        let limiter = RateLimiter::new(quota, HashMapStateStore::default(), clock.clone());
        Self { limiter, clock, most: most.get(), looked: Mutex::default() }
    }

    /// Counts so many of `key`, or none of them and says why.
    pub(crate) fn take(&self, key: &K, count: u32) -> Result<(), TooFast> {
        let Some(count) = NonZeroU32::new(count) else { return Ok(()) };
        if self.is_full() {
            return Ok(());
        }
        match self.limiter.check_key_n(key, count) {
            Ok(taken) => taken.map_err(|not_yet| TooFast::Wait(not_yet.wait_time_from(self.clock.now()))),
            Err(_) => Err(TooFast::Never(self.most)),
        }
    }

    /// Whether nobody else can be remembered.
    fn is_full(&self) -> bool {
        if self.limiter.len() < REMEMBERED {
            return false;
        }
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        if looked.is_none_or(|looked| looked.elapsed() >= LOOK) {
            *looked = Some(Instant::now());
            self.limiter.retain_recent();
        }
        self.limiter.len() >= REMEMBERED
    }
}

impl TooFast {
    /// Whole seconds after which it may come, at least 1, if it may at all.
    pub(crate) fn seconds(self) -> Option<u32> {
        match self {
            Self::Wait(wait) => Some(u32::try_from(wait.as_millis().div_ceil(1_000)).unwrap_or(u32::MAX).max(1)),
            Self::Never(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
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
    fn memory_is_bounded_and_who_is_quiet_is_forgotten() {
        let clock = FakeRelativeClock::default();
        let pace = pace(&clock);
        for n in 0..3 * REMEMBERED {
            assert_eq!(pace.take(&n.to_string(), 20), Ok(()));
        }
        assert!(pace.limiter.len() <= REMEMBERED);
        clock.advance(Duration::from_secs(3));
        *pace.looked.lock().unwrap() = None;
        assert_eq!(pace.take(&"late".to_owned(), 1), Ok(()));
        assert_eq!(pace.limiter.len(), 1);
    }
}
