//! How many lines a source may bring.

use std::collections::HashMap;
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

#[derive(Debug)]
struct Source {
    /// Lines that it may still bring at once.
    left: f64,
    at: Instant,
    dropped: u64,
}

impl Rates {
    /// `limit` lines a second of each source.
    pub(super) fn new(limit: u32) -> Self {
        Self { limit: f64::from(limit), sources: HashMap::new() }
    }

    /// Whether `source` may bring `count` lines now, all or none.
    pub(super) fn admits(&mut self, source: &str, count: usize, now: Instant) -> bool {
        let most = self.limit * BURST;
        let limit = self.limit;
        let source = self.source(source, now);
        let passed = now.saturating_duration_since(source.at).as_secs_f64();
        source.at = now;
        source.left = (source.left + passed * limit).min(most);
        let admits = source.left >= count as f64;
        if admits {
            source.left -= count as f64;
        }
        admits
    }

    /// A line of `source` was dropped.
    pub(super) fn dropped(&mut self, source: &str, now: Instant) {
        self.source(source, now).dropped += 1;
    }

    /// What was dropped since the last time, by source.
    pub(super) fn take_dropped(&mut self) -> Vec<(String, u64)> {
        let dropped = self.sources.iter_mut().filter(|(_, source)| source.dropped > 0);
        let mut dropped: Vec<_> =
            dropped.map(|(name, source)| (name.clone(), std::mem::take(&mut source.dropped))).collect();
        dropped.sort_unstable();
        dropped
    }

    fn source(&mut self, name: &str, now: Instant) -> &mut Source {
        let is_known = self.sources.contains_key(name);
        let name = if is_known || self.sources.len() < SOURCES { name } else { OTHERS };
        let left = self.limit * BURST;
        self.sources.entry(name.to_owned()).or_insert(Source { left, at: now, dropped: 0 })
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
            (0..count).filter(|_| rates.admits(source, 1, now)).count()
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
        assert!(!rates.admits("a", 21, now));
        assert!(rates.admits("a", 20, now));
        assert!(!rates.admits("a", 1, now));
    }

    #[test]
    fn what_was_dropped_is_told_once() {
        let mut rates = Rates::new(1);
        let now = Instant::now();
        for source in ["b", "a", "b"] {
            rates.dropped(source, now);
        }
        assert_eq!(rates.take_dropped(), [("a".to_owned(), 1), ("b".to_owned(), 2)]);
        assert_eq!(rates.take_dropped(), []);
    }

    #[test]
    fn memory_is_bounded() {
        let mut rates = Rates::new(1);
        let now = Instant::now();
        for n in 0..5_000 {
            rates.admits(&n.to_string(), 1, now);
        }
        assert_eq!(rates.sources.len(), SOURCES + 1);
        assert!(!rates.admits("another", 1, now), "those beyond share an allowance");
    }

    proptest! {
        #[test]
        fn never_more_than_is_allowed(steps in prop::collection::vec((0_u64..2_000, 1_usize..30), 1..50)) {
            let mut rates = Rates::new(10);
            let start = Instant::now();
            let (mut ms, mut admitted) = (0, 0);
            for (wait, count) in steps {
                ms += wait;
                admitted += usize::from(rates.admits("a", count, start + Duration::from_millis(ms))) * count;
                prop_assert!(admitted as f64 <= 20.0 + ms as f64 / 100.0 + 0.001);
            }
        }
    }
}
