//! Events that have come and aren't shown yet: while they are collected for the next batch, or while the reader has
//! stopped the view.

use std::mem::take;

use super::Lost;
use crate::model::{Alert, Cursor, Drawn, LogEntry, Snapshot, Timestamp};

/// Events that wait at most. Past that they are let go, and the stream is read again from where the page stands.
pub const CAPACITY: usize = 5_000;

/// What is shown at once. A snapshot stands before all the rest; each list is in the stream's order.
#[derive(Debug, Default, PartialEq)]
pub struct Batch {
    /// The state to start from again.
    pub snapshot: Option<Box<Snapshot>>,
    /// How many changes of alerts: what they change is drawn.
    pub changes: usize,
    /// Log lines with their places in the log.
    pub logs: Vec<(u64, LogEntry)>,
    /// Parts to be added to the page.
    pub lines: Vec<Vec<String>>,
    /// The newest drawing of the page.
    pub drawn: Option<Box<Drawn>>,
    /// The points of all drawings.
    pub points: Vec<Point>,
    /// The latest loss.
    pub lost: Option<Lost>,
}

impl Batch {
    /// Events in it.
    pub fn len(&self) -> usize {
        let single = usize::from(self.snapshot.is_some()) + usize::from(self.lost.is_some());
        self.changes + self.logs.len() + self.lines.len() + self.points.len() + single
    }

    /// Nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What the charts draw of one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// When.
    pub at: Timestamp,
    /// A value a series.
    pub values: Vec<Option<f32>>,
    /// Use of each core, percent.
    pub cores: Vec<u8>,
}

/// An event that has a place in the log.
#[derive(Debug, Clone, PartialEq)]
pub enum Placed {
    /// A change of an alert.
    Alert,
    /// A log line.
    Log(LogEntry),
    /// The page anew.
    Drawn(Box<Drawn>),
    /// One more part of it.
    Line(Vec<String>),
}

/// Collects events in order, each once.
#[derive(Debug)]
pub struct Inbox {
    /// The last event that came.
    seen: Cursor,
    /// The last event that was taken out to be shown.
    shown: Cursor,
    waiting: Batch,
    /// Events let go since the last was shown.
    let_go: usize,
}

impl Inbox {
    /// An empty one for a page that shows everything up to `cursor`.
    pub fn new(cursor: Cursor) -> Self {
        Self { seen: cursor, shown: cursor, waiting: Batch::default(), let_go: 0 }
    }

    /// Where a new stream must go on.
    pub fn cursor(&self) -> Cursor {
        self.seen
    }

    /// Takes in an event, unless it has been here; says whether it did.
    ///
    /// Only a snapshot begins another life of the log: without one, its events would be put on top of the old state.
    pub fn push(&mut self, cursor: Cursor, event: Placed) -> bool {
        if cursor.epoch != self.seen.epoch || cursor.seq <= self.seen.seq {
            return false;
        }
        self.seen = cursor;
        if self.make_room() {
            match event {
                Placed::Alert => self.waiting.changes += 1,
                Placed::Log(entry) => self.waiting.logs.push((cursor.seq, entry)),
                Placed::Line(words) => self.waiting.lines.push(words),
                Placed::Drawn(mut drawn) => {
                    let (values, cores) = (take(&mut drawn.point), take(&mut drawn.cores));
                    self.waiting.points.push(Point { at: drawn.at, values, cores });
                    self.waiting.drawn = Some(drawn);
                }
            }
        }
        true
    }

    /// The alerts that fire as of the newest drawing that waits.
    pub fn firing(&self) -> Option<&[Alert]> {
        self.waiting.drawn.as_ref().map(|drawn| drawn.alerts.as_slice())
    }

    /// Takes in a snapshot. What waited is in it, or was of another life of the log.
    pub fn restart(&mut self, snapshot: Box<Snapshot>) {
        self.seen = snapshot.cursor;
        let lost = self.waiting.lost.take();
        self.waiting = Batch { snapshot: Some(snapshot), lost, ..Batch::default() };
        self.let_go = 0;
    }

    /// Takes in that events were lost.
    pub fn lose(&mut self, lost: Lost) {
        if self.make_room() {
            self.waiting.lost = Some(lost);
        }
    }

    /// The server has passed over everything up to `cursor` that isn't for this page.
    pub fn advance(&mut self, cursor: Cursor) {
        if cursor.epoch == self.seen.epoch {
            self.seen.seq = self.seen.seq.max(cursor.seq);
        }
    }

    /// Events that wait, those that were let go too.
    pub fn waiting(&self) -> usize {
        self.waiting.len() + self.let_go
    }

    /// With the next event, all that wait are let go.
    pub fn is_full(&self) -> bool {
        self.waiting.len() >= CAPACITY
    }

    /// Takes out all that waits, to be shown. `None` when events were let go: the stream must be read again from the
    /// [cursor](Self::cursor), which has gone back to the last event shown.
    pub fn take(&mut self) -> Option<Batch> {
        if self.let_go > 0 {
            self.let_go = 0;
            self.seen = self.shown;
            return None;
        }
        self.shown = self.seen;
        Some(take(&mut self.waiting))
    }

    fn make_room(&mut self) -> bool {
        if self.is_full() {
            self.let_go = self.waiting.len();
            self.waiting = Batch::default();
        }
        if self.let_go > 0 {
            self.let_go += 1;
        }
        self.let_go == 0
    }
}

#[cfg(test)]
mod tests;
