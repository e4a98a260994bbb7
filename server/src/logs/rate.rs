//! How many lines a source may bring.

use std::collections::{BTreeMap, HashMap};
use std::time::Instant;

/// Sources that are counted each by itself; what comes from more is counted together.
const SOURCES: usize = 1_000;
/// Under which name.
const OTHERS: &str = "other sources";
/// Seconds' worth of lines that may come at once after a quiet time.
const BURST: f64 = 2.0;

/// Counts what each source brings.
#[derive(Debug)]
pub(super) struct Rates {
    /// Lines a second.
    limit: f64,
    sources: HashMap<String, Source>,
}

#[derive(Debug, Clone, Copy)]
struct Source {
    /// Lines that it may still bring at once.
    left: f64,
    at: Instant,
    dropped: u64,
}

/// Why lines that belong together are not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Later they may be.
    #[error("{count} lines of {from:?} are more than may come now, at {limit} a second")]
    TooFast {
        /// The source.
        from: String,
        /// Its lines.
        count: usize,
        /// Lines that it may bring a second.
        limit: u32,
    },
    /// However long it waits.
    #[error("expected at most {most} lines of {from:?} at once, got {count}")]
    TooMany {
        /// The source.
        from: String,
        /// Its lines.
        count: usize,
        /// Lines that it may bring at once.
        most: u64,
    },
}

impl Rates {
    /// `limit` lines a second of each source.
    pub(super) fn new(limit: u32) -> Self {
        Self { limit: f64::from(limit), sources: HashMap::new() }
    }

    /// Whether `source` may bring a line now. If not, it is counted as dropped.
    pub(super) fn admits(&mut self, source: &str, now: Instant) -> bool {
        self.at(source, now, |source| {
            let takes = source.takes();
            source.dropped += u64::from(!takes);
            takes
        })
    }

    /// As [`admits`](Self::admits), where it will be asked again.
    pub(super) fn takes(&mut self, source: &str, now: Instant) -> bool {
        self.at(source, now, Source::takes)
    }

    /// Lets so many lines of each source in, or none of any.
    pub(super) fn admit(&mut self, lines: &BTreeMap<&str, usize>, now: Instant) -> Result<(), Refused> {
        let (limit, most) = (self.limit, self.limit * BURST);
        for (&from, &count) in lines {
            let (left, from) = (self.at(from, now, |source| source.left), from.to_owned());
            if count as f64 > most {
                return Err(Refused::TooMany { from, count, most: most as u64 });
            }
            if count as f64 > left {
                return Err(Refused::TooFast { from, count, limit: limit as u32 });
            }
        }
        for (from, &count) in lines {
            // Of those that are counted together each may fit, and all of them not.
            self.at(from, now, |source| source.left = (source.left - count as f64).max(0.0));
        }
        Ok(())
    }

    /// What was dropped since the last time, by source.
    pub(super) fn take_dropped(&mut self) -> Vec<(String, u64)> {
        let dropped = self.sources.iter_mut().filter(|(_, source)| source.dropped > 0);
        let mut dropped: Vec<_> =
            dropped.map(|(name, source)| (name.clone(), std::mem::take(&mut source.dropped))).collect();
        dropped.sort_unstable();
        dropped
    }

    /// Does something with the source of this name, as it is now. A name that is known is not copied: this is once a line.
    fn at<T>(&mut self, name: &str, now: Instant, act: impl FnOnce(&mut Source) -> T) -> T {
        let (limit, most) = (self.limit, self.limit * BURST);
        if !self.sources.contains_key(name) && self.sources.len() >= SOURCES {
            // Who may bring all that there is to bring needs no remembering.
            self.sources.retain(|_, source| source.dropped > 0 || source.left_at(now, limit) < most);
        }
        let has_place = self.sources.contains_key(name) || self.sources.len() < SOURCES;
        let name = if has_place { name } else { OTHERS };
        let mut source = self.sources.get(name).copied().unwrap_or(Source { left: most, at: now, dropped: 0 });
        source.left = source.left_at(now, limit).min(most);
        source.at = now;
        let done = act(&mut source);
        match self.sources.get_mut(name) {
            Some(place) => *place = source,
            None => drop(self.sources.insert(name.to_owned(), source)),
        }
        done
    }
}

impl Source {
    /// Counts one line, if it may bring one.
    fn takes(&mut self) -> bool {
        let takes = self.left >= 1.0;
        self.left -= f64::from(u8::from(takes));
        takes
    }

    fn left_at(&self, now: Instant, limit: f64) -> f64 {
        self.left + now.saturating_duration_since(self.at).as_secs_f64() * limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::time::Duration;

    #[test]
    fn a_burst_and_then_so_many_a_second() {
        let mut rates = Rates::new(10);
        let start = Instant::now();
        let mut bring = |source: &str, count: usize, ms: u64| {
            let now = start + Duration::from_millis(ms);
            (0..count).filter(|_| rates.admits(source, now)).count()
        };
        assert_eq!(bring("a", 100, 0), 20);
        assert_eq!(bring("b", 5, 0), 5, "another source is counted by itself");
        assert_eq!(bring("a", 100, 500), 5);
        assert_eq!(bring("a", 100, 60_000), 20, "a quiet hour is worth no more");
    }

    #[test]
    fn all_or_none() {
        let mut rates = Rates::new(10);
        let now = Instant::now();
        let mut admit = |lines: &[(&str, usize)]| rates.admit(&lines.iter().copied().collect(), now);
        let from = "b".to_owned();
        assert_eq!(admit(&[("a", 1), ("b", 21)]), Err(Refused::TooMany { from: from.clone(), count: 21, most: 20 }));
        assert_eq!(admit(&[("a", 20), ("b", 15)]), Ok(()), "nothing was taken before");
        assert_eq!(admit(&[("b", 6)]), Err(Refused::TooFast { from, count: 6, limit: 10 }));
        assert_eq!(admit(&[("b", 5)]), Ok(()));
    }

    #[test]
    fn what_was_dropped_is_told_once() {
        let mut rates = Rates::new(1);
        let now = Instant::now();
        for source in ["b", "a", "b", "b", "a", "b", "a"] {
            rates.admits(source, now);
        }
        assert_eq!(rates.take_dropped(), [("a".to_owned(), 1), ("b".to_owned(), 2)]);
        assert_eq!(rates.take_dropped(), []);
    }

    #[test]
    fn memory_is_bounded_and_quiet_sources_are_forgotten() {
        let mut rates = Rates::new(1);
        let now = Instant::now();
        for n in 0..5_000 {
            rates.admits(&n.to_string(), now);
        }
        assert_eq!(rates.sources.len(), SOURCES + 1);
        assert!(!rates.admits("another", now), "those beyond share an allowance");
        let later = now + Duration::from_secs(5);
        assert!(rates.admits("one more", later) && rates.admits("another", later));
        assert!(rates.sources.len() <= 3, "{}", rates.sources.len());
    }

    proptest! {
        #[test]
        fn never_more_than_is_allowed(steps in prop::collection::vec((0_u64..2_000, 1_usize..30), 1..50)) {
            let mut rates = Rates::new(10);
            let start = Instant::now();
            let (mut ms, mut admitted) = (0, 0);
            for (wait, count) in steps {
                ms += wait;
                let lines = [("a", count)].into();
                admitted += usize::from(rates.admit(&lines, start + Duration::from_millis(ms)).is_ok()) * count;
                prop_assert!(admitted as f64 <= 20.0 + ms as f64 / 100.0 + 0.001);
            }
        }
    }
}
