use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use app::model::Timestamp;

/// Names of followers that are remembered after they left.
const REMEMBERED: usize = 1_024;

/// What is counted of a follower.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) resumes: AtomicU64,
    /// Gap notices told.
    pub(super) gaps: AtomicU64,
    /// Lossless events that it will never get.
    pub(super) missed: AtomicU64,
    /// Latest values that it was not given because newer ones came.
    pub(super) skipped: AtomicU64,
    pub(super) events: AtomicU64,
    pub(super) bytes: AtomicU64,
}

impl Tally {
    pub(super) fn copy(&self) -> Self {
        let copy = |count: &AtomicU64| AtomicU64::new(count.load(Relaxed));
        Self {
            resumes: copy(&self.resumes),
            gaps: copy(&self.gaps),
            missed: copy(&self.missed),
            skipped: copy(&self.skipped),
            events: copy(&self.events),
            bytes: copy(&self.bytes),
        }
    }
}

/// What had been counted of followers that left, so that who comes back is the same one. The oldest are forgotten.
#[derive(Debug, Default)]
pub(super) struct Left {
    tallies: HashMap<String, (Timestamp, Tally)>,
    order: VecDeque<String>,
}

impl Left {
    pub(super) fn put(&mut self, name: &str, since: Timestamp, tally: Tally) {
        if self.tallies.insert(name.to_owned(), (since, tally)).is_none() {
            self.order.push_back(name.to_owned());
        }
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.tallies.remove(&oldest);
        }
    }

    pub(super) fn take(&mut self, name: &str) -> Option<(Timestamp, Tally)> {
        let taken = self.tallies.remove(name)?;
        self.order.retain(|known| known != name);
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_left_is_remembered_within_bounds() {
        let mut left = Left::default();
        for n in 0..=REMEMBERED {
            left.put(&n.to_string(), Timestamp::from_ms(n as u64), Tally::default());
        }
        assert!(left.take("0").is_none());
        assert_eq!(left.take("7").map(|(since, _)| since), Some(Timestamp::from_ms(7)));
        assert!(left.take("7").is_none());
        assert_eq!(left.order.len(), left.tallies.len());
    }
}
