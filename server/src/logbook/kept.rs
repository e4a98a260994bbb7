use std::collections::VecDeque;
use std::sync::Arc;

use app::model::{LogEntry, NumberedLog};

use super::Limits;
use super::summary::Summary;

/// What a line costs beside its text, roughly, in bytes.
const OVERHEAD: usize = 200;

/// The newest lines, oldest first, within limits.
#[derive(Debug)]
pub(super) struct Kept {
    limits: Limits,
    lines: VecDeque<Arc<NumberedLog>>,
    bytes: usize,
    summary: Summary,
    /// The newest event that has been looked at, whether it was a line or not.
    newest: u64,
    /// Every line after this event is here.
    unbroken_since: u64,
}

impl Kept {
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, lines: VecDeque::new(), bytes: 0, summary: Summary::default(), newest: 0, unbroken_since: 0 }
    }

    /// Adds the newest line, and forgets the oldest ones for it where there is no room.
    pub(super) fn push(&mut self, seq: u64, entry: LogEntry) {
        self.bytes += size(&entry);
        self.summary.add(&entry);
        self.lines.push_back(Arc::new(NumberedLog { seq, entry }));
        while self.lines.len() > self.limits.lines || (self.bytes > self.limits.bytes && self.lines.len() > 1) {
            let Some(oldest) = self.lines.pop_front() else { break };
            self.bytes -= size(&oldest.entry);
            self.summary.remove(&oldest.entry);
            self.unbroken_since = self.unbroken_since.max(oldest.seq);
        }
        self.seen(seq);
    }

    /// Events up to `seq` have been looked at.
    pub(super) fn seen(&mut self, seq: u64) {
        self.newest = self.newest.max(seq);
    }

    /// Lines up to event `seq` have never come.
    pub(super) fn break_off(&mut self, seq: u64) {
        self.unbroken_since = self.unbroken_since.max(seq);
    }

    pub(super) fn lines(&self) -> Vec<Arc<NumberedLog>> {
        self.lines_after(0)
    }

    /// The lines after event `seq`.
    pub(super) fn lines_after(&self, seq: u64) -> Vec<Arc<NumberedLog>> {
        let first = self.lines.partition_point(|line| line.seq <= seq);
        self.lines.range(first..).map(Arc::clone).collect()
    }

    pub(super) fn summary(&self) -> &Summary {
        &self.summary
    }

    pub(super) fn newest(&self) -> u64 {
        self.newest
    }

    pub(super) fn unbroken_since(&self) -> u64 {
        self.unbroken_since
    }
}

fn size(entry: &LogEntry) -> usize {
    let fields = entry.fields.iter().map(|(key, value)| key.len() + value.len() + OVERHEAD / 2).sum::<usize>();
    OVERHEAD + entry.message.len() + entry.source.len() + entry.unit.as_ref().map_or(0, String::len) + fields
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::model::{LogLevel, Timestamp};
    use proptest::prelude::*;

    fn entry(message: String) -> LogEntry {
        LogEntry {
            timestamp: Timestamp::default(),
            level: LogLevel::Info,
            message,
            source: "app".to_owned(),
            unit: None,
            fields: [("order".to_owned(), "1".to_owned())].into(),
        }
    }

    proptest! {
        #[test]
        fn the_newest_are_kept_within_the_limits(
            sizes in prop::collection::vec(0_usize..2_000, 1..60),
            lines in 1_usize..40,
            bytes in 1_000_usize..20_000,
        ) {
            let mut kept = Kept::new(Limits { lines, bytes, ..Limits::default() });
            for (seq, size) in (1..).zip(&sizes) {
                kept.push(seq, entry("x".repeat(*size)));
            }
            let found = kept.lines();
            prop_assert!(!found.is_empty() && found.len() <= lines);
            let taken: usize = found.iter().map(|line| size(&line.entry)).sum();
            prop_assert_eq!(taken, kept.bytes);
            prop_assert!(taken <= bytes || found.len() == 1);
            let newest = sizes.len() as u64;
            let oldest = newest + 1 - found.len() as u64;
            prop_assert!(found.iter().map(|line| line.seq).eq(oldest..=newest));
            prop_assert_eq!(kept.unbroken_since(), oldest - 1);
            prop_assert_eq!(kept.newest(), newest);
        }
    }

    #[test]
    fn what_never_came_is_a_break() {
        let mut kept = Kept::new(Limits::default());
        kept.push(3, entry(String::new()));
        kept.break_off(7);
        kept.push(8, entry(String::new()));
        assert_eq!(kept.unbroken_since(), 7);
    }
}
