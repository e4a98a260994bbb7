//! The readings of a while, in as many buckets as it takes to tell what they come to. Memory is bounded whatever the
//! window and the interval: past [`BUCKETS`] readings, neighbours share a bucket.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Duration;

use app::model::Timestamp;

use super::expr::Function;
use super::frame::Frame;
use super::metrics::METRICS;

/// Buckets of a window.
const BUCKETS: u64 = 240;
/// Instances that are kept of one metric and window.
const MOST_INSTANCES: usize = 1_000;

/// All windows that rules read, shared by the rules that read the same.
#[derive(Debug, Default)]
pub(super) struct Windows(HashMap<(usize, Duration), BTreeMap<String, Window>>);

/// The readings of one instance.
#[derive(Debug)]
pub(super) struct Window {
    span: u64,
    /// Of a counter, what it had counted whenever it began again from nothing.
    began_again: Option<f64>,
    /// The last reading as it was.
    raw: f64,
    buckets: VecDeque<Bucket>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    number: u64,
    first: (Timestamp, f64),
    last: (Timestamp, f64),
    count: f64,
    sum: f64,
    least: f64,
    greatest: f64,
}

impl Windows {
    pub(super) fn new(wanted: impl IntoIterator<Item = (usize, Duration)>) -> Self {
        Self(wanted.into_iter().map(|key| (key, BTreeMap::new())).collect())
    }

    /// Takes over what another set of rules has read already.
    pub(super) fn adopt(&mut self, mut other: Self) {
        for (key, windows) in &mut self.0 {
            if let Some(known) = other.0.remove(key) {
                *windows = known;
            }
        }
    }

    /// Takes in a sample.
    pub(super) fn push(&mut self, frame: &Frame<'_>) {
        for ((metric, span), windows) in &mut self.0 {
            for series in frame.series(*metric) {
                let instance = series.instance().unwrap_or_default();
                if let Some(window) = windows.get_mut(instance) {
                    window.push(frame.at, series.value);
                } else if windows.len() < MOST_INSTANCES {
                    let mut window = Window::new(*span, METRICS[*metric].is_counter());
                    window.push(frame.at, series.value);
                    windows.insert(instance.to_owned(), window);
                }
            }
            windows.retain(|_, window| !window.is_over(frame.at));
        }
    }

    pub(super) fn get(&self, metric: usize, span: Duration, instance: &str) -> Option<&Window> {
        self.0.get(&(metric, span))?.get(instance)
    }
}

impl Window {
    pub(super) fn new(span: Duration, is_counter: bool) -> Self {
        let span = u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
        Self { span, began_again: is_counter.then_some(0.0), raw: 0.0, buckets: VecDeque::new() }
    }

    pub(super) fn push(&mut self, at: Timestamp, raw: f64) {
        let before = std::mem::replace(&mut self.raw, raw);
        if let Some(counted) = self.began_again.as_mut().filter(|_| raw < before) {
            *counted += before;
        }
        let value = raw + self.began_again.unwrap_or(0.0);
        if self.buckets.back().is_some_and(|newest| at < newest.last.0) {
            // The clock was set back: times before and after it don't go together.
            self.buckets.clear();
        }
        let number = at.ms() / (self.span / BUCKETS).max(1);
        match self.buckets.back_mut() {
            Some(newest) if newest.number == number => newest.add(at, value),
            _ => self.buckets.push_back(Bucket::new(number, at, value)),
        }
        while self.buckets.front().is_some_and(|oldest| at.since(oldest.last.0) > self.span) {
            self.buckets.pop_front();
        }
    }

    fn is_over(&self, now: Timestamp) -> bool {
        self.buckets.back().is_none_or(|newest| now.since(newest.last.0) > self.span)
    }

    /// What is made of the readings; nothing while they cover less than half of the window, but for what has grown, which
    /// is so whatever was before.
    pub(super) fn read(&self, function: Function) -> Option<f64> {
        let (oldest, newest) = (self.buckets.front()?, self.buckets.back()?);
        let covered = newest.last.0.since(oldest.first.0);
        if covered < self.span / 2 && function != Function::Increase {
            return None;
        }
        let all = self.buckets.iter();
        match function {
            Function::Avg => {
                let (sum, count) = all.fold((0.0, 0.0), |(sum, count), b| (sum + b.sum, count + b.count));
                Some(sum / count)
            }
            Function::Min => all.map(|bucket| bucket.least).reduce(f64::min),
            Function::Max => all.map(|bucket| bucket.greatest).reduce(f64::max),
            Function::Increase => Some(newest.last.1 - oldest.first.1),
            Function::Rate => Some((newest.last.1 - oldest.first.1) / (covered as f64 / 1_000.0)),
            Function::Predict(ahead) => self.predict(newest.last.0, ahead),
        }
    }

    /// The line that fits best (least squares), read so far ahead.
    fn predict(&self, now: Timestamp, ahead: Duration) -> Option<f64> {
        let points = self.buckets.iter().map(|bucket| {
            let (first, last) = (now.since(bucket.first.0) as f64, now.since(bucket.last.0) as f64);
            (-(first + last) / 2_000.0, bucket.sum / bucket.count)
        });
        let count = self.buckets.len() as f64;
        let (times, values) = points.clone().fold((0.0, 0.0), |(t, v), (time, value)| (t + time, v + value));
        let (time, value) = (times / count, values / count);
        let (above, below) = points.fold((0.0, 0.0), |(above, below), (t, v)| {
            (above + (t - time) * (v - value), below + (t - time) * (t - time))
        });
        (below > 0.0).then(|| value + above / below * (ahead.as_secs_f64() - time))
    }
}

impl Bucket {
    fn new(number: u64, at: Timestamp, value: f64) -> Self {
        Self { number, first: (at, value), last: (at, value), count: 1.0, sum: value, least: value, greatest: value }
    }

    fn add(&mut self, at: Timestamp, value: f64) {
        self.last = (at, value);
        self.count += 1.0;
        self.sum += value;
        self.least = self.least.min(value);
        self.greatest = self.greatest.max(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_counter_that_begins_again_goes_on() {
        let mut counter = Window::new(Duration::from_secs(10), true);
        for (s, value) in [(0, 100.0), (4, 110.0), (6, 3.0), (10, 10.0)] {
            counter.push(Timestamp::from_ms(s * 1_000), value);
        }
        assert_eq!((counter.read(Function::Increase), counter.read(Function::Rate)), (Some(20.0), Some(2.0)));
        assert_eq!(filled(10, &[(0, 100.0), (10, 10.0)]).read(Function::Rate), Some(-9.0), "what is no counter falls");
    }

    #[test]
    fn what_has_grown_is_known_at_once() {
        let window = filled(1_800, &[(0, 5.0), (1, 6.0)]);
        assert_eq!((window.read(Function::Increase), window.read(Function::Rate)), (Some(1.0), None));
    }

    fn filled(span_s: u64, values: &[(u64, f64)]) -> Window {
        let mut window = Window::new(Duration::from_secs(span_s), false);
        for &(s, value) in values {
            window.push(Timestamp::from_ms(s * 1_000), value);
        }
        window
    }

    #[test]
    fn tells_what_the_readings_come_to() {
        let window = filled(10, &[(0, 9.0), (1, 1.0), (3, 2.0), (11, 6.0)]);
        assert_eq!(window.read(Function::Avg), Some(3.0), "what is older than the window is gone");
        assert_eq!((window.read(Function::Min), window.read(Function::Max)), (Some(1.0), Some(6.0)));
        assert_eq!(window.read(Function::Rate), Some(0.5));
    }

    #[test]
    fn too_few_readings_tell_nothing() {
        assert_eq!(filled(10, &[]).read(Function::Avg), None);
        assert_eq!(filled(10, &[(0, 1.0), (4, 1.0)]).read(Function::Max), None);
        assert_eq!(filled(10, &[(0, 1.0), (5, 1.0)]).read(Function::Max), Some(1.0));
        assert_eq!(filled(10, &[(100, 1.0), (105, 1.0), (50, 1.0)]).read(Function::Max), None, "the clock went back");
    }

    #[test]
    fn a_line_is_followed_on() {
        // A percent every ten minutes for six hours: full 24 h later.
        let line: Vec<(u64, f64)> = (0..=36).map(|n| (n * 600, 20.0 + n as f64)).collect();
        let window = filled(6 * 3_600, &line);
        let in_a_day = window.read(Function::Predict(Duration::from_secs(24 * 3_600))).unwrap();
        assert!((in_a_day - 200.0).abs() < 1e-6, "{in_a_day}");
        let flat = filled(60, &[(0, 5.0), (30, 5.0), (60, 5.0)]);
        assert_eq!(flat.read(Function::Predict(Duration::from_secs(3_600))), Some(5.0));
    }

    proptest! {
        #[test]
        fn memory_is_bounded_and_means_lie_between(values in proptest::collection::vec((0..3_000_u64, -1e9..1e9_f64), 1..2_000)) {
            let mut window = Window::new(Duration::from_secs(300), false);
            let mut clock = 0;
            for (elapsed, value) in values {
                clock += elapsed;
                window.push(Timestamp::from_ms(clock), value);
                prop_assert!(window.buckets.len() as u64 <= BUCKETS + 2);
            }
            if let Some(mean) = window.read(Function::Avg) {
                let (least, greatest) = (window.read(Function::Min).unwrap(), window.read(Function::Max).unwrap());
                prop_assert!(least - 1.0 <= mean && mean <= greatest + 1.0);
            }
        }
    }
}
