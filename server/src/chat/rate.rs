use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};

use crate::pace::{Pace, TooFast};

/// All people together may write this many times as fast as one: names cost nothing.
const TOGETHER: NonZeroU32 = const { NonZeroU32::new(10).unwrap() };
const MINUTE: Duration = Duration::from_secs(60);

/// How fast people may write.
pub(super) struct Rate<C: Clock = DefaultClock> {
    person: Pace<String, C>,
    room: Pace<(), C>,
}

impl Rate {
    /// `a_minute` messages of each person, `burst` of them at once.
    pub(super) fn new(a_minute: NonZeroU32, burst: NonZeroU32) -> Self {
        Self::by(DefaultClock::default(), a_minute, burst)
    }
}

impl<C: Clock + Clone> Rate<C> {
    fn by(clock: C, a_minute: NonZeroU32, burst: NonZeroU32) -> Self {
        let together = (a_minute.saturating_mul(TOGETHER), burst.saturating_mul(TOGETHER));
        Self {
            person: Pace::by(clock.clone(), a_minute, MINUTE, burst),
            room: Pace::by(clock, together.0, MINUTE, together.1),
        }
    }

    /// Counts a message of the person with this key, or says why it may not come now.
    pub(super) fn take(&self, key: &str) -> Result<(), TooFast> {
        self.person.take(&key.to_owned(), 1)?;
        self.room.take(&(), 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use governor::clock::FakeRelativeClock;

    fn rate(clock: &FakeRelativeClock) -> Rate<FakeRelativeClock> {
        Rate::by(clock.clone(), NonZeroU32::new(60).unwrap(), NonZeroU32::new(3).unwrap())
    }

    fn wait(ms: u64) -> Result<(), TooFast> {
        Err(TooFast::Wait(Duration::from_millis(ms)))
    }

    #[test]
    fn a_person_may_write_so_many_at_once_and_then_so_many_a_minute() {
        let clock = FakeRelativeClock::default();
        let rate = rate(&clock);
        assert_eq!([(); 3].map(|()| rate.take("mira")), [Ok(()); 3]);
        assert_eq!(rate.take("mira"), wait(1_000));
        assert_eq!(rate.take("jonas"), Ok(()), "each for themselves");
        clock.advance(Duration::from_millis(400));
        assert_eq!(rate.take("mira"), wait(600));
        clock.advance(Duration::from_millis(600));
        assert_eq!([rate.take("mira"), rate.take("mira")], [Ok(()), wait(1_000)]);
    }

    #[test]
    fn many_names_are_no_way_around_it() {
        let clock = FakeRelativeClock::default();
        let rate = rate(&clock);
        let taken = (0..10_000).filter(|number| rate.take(&format!("name {number}")).is_ok()).count();
        assert_eq!(taken, 30);
        clock.advance(Duration::from_secs(60));
        assert!(rate.take("mira").is_ok());
    }
}
