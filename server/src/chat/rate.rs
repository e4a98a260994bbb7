use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

/// All people together may write this many times as fast as one: names cost nothing.
const TOGETHER: u32 = 10;
/// People whose pace is remembered, before those who have been quiet are forgotten.
const REMEMBERED: usize = 1_000;

type Limiter<C> = RateLimiter<String, HashMapStateStore<String>, C, NoOpMiddleware<<C as Clock>::Instant>>;

/// How fast people may write.
pub(super) struct Rate<C: Clock = DefaultClock> {
    person: Limiter<C>,
    room: Limiter<C>,
    clock: C,
}

impl Rate {
    /// `a_minute` messages of each person, `burst` of them at once.
    pub(super) fn new(a_minute: NonZeroU32, burst: NonZeroU32) -> Self {
        Self::by(DefaultClock::default(), a_minute, burst)
    }
}

impl<C: Clock + Clone> Rate<C> {
    fn by(clock: C, a_minute: NonZeroU32, burst: NonZeroU32) -> Self {
        let limiter = |times: NonZeroU32| {
            let quota = Quota::per_minute(a_minute.saturating_mul(times)).allow_burst(burst.saturating_mul(times));
            RateLimiter::new(quota, HashMapStateStore::default(), clock.clone())
        };
        let together = NonZeroU32::new(TOGETHER).unwrap_or(NonZeroU32::MIN);
        Self { person: limiter(NonZeroU32::MIN), room: limiter(together), clock }
    }

    /// Counts a message of the person with this key; or says how long they are to wait.
    pub(super) fn take(&self, key: &str) -> Result<(), Duration> {
        if self.person.len() > REMEMBERED {
            self.person.retain_recent();
        }
        for (limiter, key) in [(&self.person, key), (&self.room, "")] {
            limiter.check_key(&key.to_owned()).map_err(|not_yet| not_yet.wait_time_from(self.clock.now()))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use governor::clock::FakeRelativeClock;

    fn rate(clock: &FakeRelativeClock) -> Rate<FakeRelativeClock> {
        Rate::by(clock.clone(), NonZeroU32::new(60).unwrap(), NonZeroU32::new(3).unwrap())
    }

    #[test]
    fn a_person_may_write_so_many_at_once_and_then_so_many_a_minute() {
        let clock = FakeRelativeClock::default();
        let rate = rate(&clock);
        assert_eq!([(); 3].map(|()| rate.take("mira")), [Ok(()); 3]);
        assert_eq!(rate.take("mira"), Err(Duration::from_secs(1)));
        assert_eq!(rate.take("jonas"), Ok(()), "each for themselves");
        clock.advance(Duration::from_millis(400));
        assert_eq!(rate.take("mira"), Err(Duration::from_millis(600)));
        clock.advance(Duration::from_millis(600));
        assert_eq!([rate.take("mira"), rate.take("mira")], [Ok(()), Err(Duration::from_secs(1))]);
    }

    #[test]
    fn many_names_are_no_way_around_it() {
        let clock = FakeRelativeClock::default();
        let rate = rate(&clock);
        let taken = (0..10_000).filter(|number| rate.take(&format!("name {number}")).is_ok()).count();
        assert_eq!(taken, 30);
        clock.advance(Duration::from_secs(60));
        assert!(rate.take("mira").is_ok());
        assert!(rate.person.len() <= 2, "who is quiet is forgotten");
    }
}
