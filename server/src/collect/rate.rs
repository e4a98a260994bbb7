//! Counters to rates per second. Pure: what is read and when is passed in.

use std::collections::BTreeMap;
use std::time::{Duration, Instant, SystemTime};

/// By how much more the wall clock may advance than the monotonic one before it is taken for sleep of the machine.
const SLEEP: Duration = Duration::from_secs(3);

/// Measures the time between readings.
#[derive(Debug, Default)]
pub(super) struct Clock {
    last: Option<(Instant, SystemTime)>,
}

impl Clock {
    /// The time since the reading before; none for the first, for two at the same moment, and where the machine slept
    /// between them: counters may have been reset, and what they gained belongs to no known span.
    pub(super) fn lap(&mut self, now: Instant, wall: SystemTime) -> Option<Duration> {
        let (then, then_wall) = self.last.replace((now, wall))?;
        let elapsed = now.saturating_duration_since(then);
        let slept = wall.duration_since(then_wall).unwrap_or_default().saturating_sub(elapsed) > SLEEP;
        (!slept && !elapsed.is_zero()).then_some(elapsed)
    }
}

/// Bytes that went each way since the system counts, by interface or device.
pub(super) type Counters = BTreeMap<String, [u64; 2]>;

/// Bytes per second each way.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rate {
    /// The interface or device.
    pub(super) name: String,
    /// In the order of its [`Counters`].
    pub(super) bytes: [Option<u64>; 2],
}

/// Remembers the last counters.
#[derive(Debug, Default)]
pub(super) struct Rates {
    last: Counters,
}

impl Rates {
    /// The rates since the counters before, by name. What is new has none yet, what has vanished is forgotten, and a
    /// counter that went backwards (reset, or wrapped) gives none this once.
    pub(super) fn update(&mut self, counters: Counters, elapsed: Option<Duration>) -> Vec<Rate> {
        let last = std::mem::replace(&mut self.last, counters);
        let rate = |(name, now): (&String, &[u64; 2])| {
            let before = last.get(name);
            let bytes = [0, 1].map(|way| per_second(before?[way], now[way], elapsed?));
            Rate { name: name.clone(), bytes }
        };
        self.last.iter().map(rate).collect()
    }
}

/// Remembers two counters of the whole system.
#[derive(Debug, Default)]
pub(super) struct Gains {
    last: [Option<u64>; 2],
}

impl Gains {
    /// What each has gained a second since the reading before, under the same terms as [`Rates`].
    pub(super) fn update(&mut self, counters: [Option<u64>; 2], elapsed: Option<Duration>) -> [Option<u64>; 2] {
        let last = std::mem::replace(&mut self.last, counters);
        [0, 1].map(|at| per_second(last[at]?, counters[at]?, elapsed?))
    }
}

fn per_second(before: u64, now: u64, elapsed: Duration) -> Option<u64> {
    let bytes = u128::from(now.checked_sub(before)?);
    let rate = (bytes * 1_000_000_000).checked_div(elapsed.as_nanos())?;
    Some(u64::try_from(rate).unwrap_or(u64::MAX))
}

/// All of the known ones together; none when none is known.
pub(super) fn total(rates: &[Rate], way: usize) -> Option<u64> {
    rates.iter().filter_map(|rate| rate.bytes[way]).reduce(u64::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SECOND: Option<Duration> = Some(Duration::from_secs(1));

    fn counters(list: &[(&str, u64, u64)]) -> Counters {
        list.iter().map(|&(name, inward, outward)| (name.to_owned(), [inward, outward])).collect()
    }

    fn bytes(rates: &[Rate]) -> Vec<(&str, [Option<u64>; 2])> {
        rates.iter().map(|rate| (rate.name.as_str(), rate.bytes)).collect()
    }

    #[test]
    fn gains_of_what_is_counted_twice() {
        let mut gains = Gains::default();
        assert_eq!(gains.update([Some(5), None], SECOND), [None, None]);
        assert_eq!(gains.update([Some(15), Some(7)], Some(Duration::from_secs(2))), [Some(5), None]);
        assert_eq!(gains.update([Some(3), Some(7)], SECOND), [None, Some(0)], "reset, and at rest");
        assert_eq!(gains.update([Some(4), Some(8)], None), [None, None], "the machine slept");
    }

    #[test]
    fn new_known_vanished_and_back() {
        let mut rates = Rates::default();
        assert_eq!(bytes(&rates.update(counters(&[("a", 5, 5)]), None)), [("a", [None, None])]);
        let both = rates.update(counters(&[("a", 15, 5), ("b", 900, 900)]), SECOND);
        assert_eq!(bytes(&both), [("a", [Some(10), Some(0)]), ("b", [None, None])]);
        assert_eq!((total(&both, 0), total(&both, 1)), (Some(10), Some(0)));
        assert_eq!(bytes(&rates.update(counters(&[("b", 902, 901)]), SECOND)), [("b", [Some(2), Some(1)])]);
        let back = rates.update(counters(&[("a", 999, 999)]), SECOND);
        assert_eq!(bytes(&back), [("a", [None, None])], "what it did while it was away is not known");
        assert_eq!(total(&back, 0), None);
    }

    #[test]
    fn backwards_gives_none_once() {
        let mut rates = Rates::default();
        rates.update(counters(&[("a", u64::from(u32::MAX), 10)]), None);
        assert_eq!(bytes(&rates.update(counters(&[("a", 100, 30)]), SECOND)), [("a", [None, Some(20)])]);
        assert_eq!(bytes(&rates.update(counters(&[("a", 150, 30)]), SECOND)), [("a", [Some(50), Some(0)])]);
    }

    #[test]
    fn elapsed_is_measured_not_assumed() {
        let mut rates = Rates::default();
        rates.update(counters(&[("a", 0, 0)]), None);
        let half = rates.update(counters(&[("a", 100, 7)]), Some(Duration::from_millis(500)));
        assert_eq!(bytes(&half), [("a", [Some(200), Some(14)])]);
        assert_eq!(bytes(&rates.update(counters(&[("a", 200, 9)]), None)), [("a", [None, None])]);
        let none = rates.update(counters(&[("a", 300, 9)]), Some(Duration::ZERO));
        assert_eq!(bytes(&none), [("a", [None, None])]);
    }

    #[test]
    fn clock_knows_sleep_from_a_late_tick() {
        let (start, wall) = (Instant::now(), SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000));
        let ms = Duration::from_millis;
        let mut clock = Clock::default();
        assert_eq!(clock.lap(start, wall), None);
        assert_eq!(clock.lap(start + ms(1_000), wall + ms(1_001)), Some(ms(1_000)));
        assert_eq!(clock.lap(start + ms(9_000), wall + ms(9_000)), Some(ms(8_000)), "a late tick");
        assert_eq!(clock.lap(start + ms(10_000), wall + ms(600_000)), None, "the machine slept");
        assert_eq!(clock.lap(start + ms(11_000), wall + ms(601_000)), Some(ms(1_000)));
        assert_eq!(clock.lap(start + ms(12_000), wall), Some(ms(1_000)), "the wall clock was set back");
        assert_eq!(clock.lap(start + ms(12_000), wall), None, "no time has passed");
    }

    proptest! {
        #[test]
        fn never_absurd(before: u64, now: u64, nanos in 0_u64..10_000_000_000) {
            let rate = per_second(before, now, Duration::from_nanos(nanos));
            prop_assert_eq!(rate.is_some(), now >= before && nanos > 0);
            if let Some(rate) = rate {
                let moved = u128::from(rate) * u128::from(nanos) / 1_000_000_000;
                prop_assert!(moved <= u128::from(now - before), "a rate times its time is no more than what moved");
            }
        }

        #[test]
        fn totals_never_wrap(moved in prop::collection::vec(prop::option::of(any::<u64>()), 0..9)) {
            let rates: Vec<Rate> =
                moved.iter().map(|&way| Rate { name: String::new(), bytes: [way, None] }).collect();
            let exact: u128 = moved.iter().flatten().map(|&bytes| u128::from(bytes)).sum();
            prop_assert_eq!(total(&rates, 0).is_some(), moved.iter().any(Option::is_some));
            prop_assert_eq!(u128::from(total(&rates, 0).unwrap_or(0)), exact.min(u128::from(u64::MAX)));
            prop_assert_eq!(total(&rates, 1), None);
        }
    }
}
