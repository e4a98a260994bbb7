//! The lines that the page of the log holds. Pure: what came is put in its place, and nothing else.

mod window;

pub use window::{SPARE, slide};

use crate::model::{Cursor, LogRow, LogView};

/// Lines that are held while the page follows the newest; older ones are asked for again by who scrolls up.
pub const FOLLOWED: usize = 5_000;
/// Lines that are held at most, for who has scrolled up.
pub const HELD: usize = 100_000;
/// Bytes of text in them at most.
pub const HELD_BYTES: usize = 32 * 1024 * 1024;

/// What has a place in the list.
#[derive(Debug, Clone, PartialEq)]
pub enum Row {
    /// A line.
    Line(LogRow),
    /// Lines that are not here.
    Gap(Gap),
}

/// Lines that match and are not here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// They come after this event,
    pub after: u64,
    /// and before this one.
    pub before: u64,
    /// How many; `None` where nobody knows any more.
    pub count: Option<u64>,
    /// They can't be had any more.
    pub is_lost: bool,
}

/// How many lines there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Lines that were looked through.
    pub looked: u64,
    /// Those that match.
    pub found: u64,
    /// Those that match and are errors.
    pub errors: u64,
}

/// The lines, oldest first, and where they stand in the log.
#[derive(Debug, Clone, PartialEq)]
pub struct LogList {
    /// Lines and gaps, oldest first.
    pub rows: Vec<Row>,
    /// Up to here everything is here or counted in `total`.
    cursor: Cursor,
    /// Up to here lines were counted.
    counted: Cursor,
    /// Lines up to the cursor.
    pub total: Counts,
    /// Lines after it, which wait.
    pub waiting: Counts,
    /// There are older ones than the first.
    pub has_older: bool,
    /// The list ends before the newest: it stands at some moment of the past.
    pub has_newer: bool,
    bytes: usize,
}

impl LogList {
    /// The list that begins with `view`.
    pub fn new(view: LogView) -> Self {
        let is_in_the_past = view.target.is_some();
        let mut list = Self {
            rows: Vec::new(),
            cursor: view.cursor,
            counted: view.cursor,
            total: counts(&view),
            waiting: Counts::default(),
            has_older: view.more || is_in_the_past,
            has_newer: is_in_the_past,
            bytes: 0,
        };
        list.push(view.lines);
        list
    }

    /// Where the lines that wait begin to be counted.
    pub fn counted(&self) -> Cursor {
        self.counted
    }

    /// Where the list goes on: after its last line where it stands in the past, else after all that was looked at.
    pub fn end(&self) -> Cursor {
        if self.has_newer { self.cursor_at(self.last()) } else { self.cursor }
    }

    /// Where what is older ends.
    pub fn begin(&self) -> Cursor {
        let seq = match self.rows.first() {
            Some(Row::Line(line)) => line.seq,
            Some(Row::Gap(gap)) => gap.before,
            None => self.cursor.seq,
        };
        self.cursor_at(seq)
    }

    /// The event of that number, in the life of the log that this list is of.
    pub fn cursor_at(&self, seq: u64) -> Cursor {
        Cursor { seq, ..self.cursor }
    }

    fn last(&self) -> u64 {
        self.rows.last().map_or(0, Row::seq)
    }

    /// Lines that wait were counted.
    pub fn count(&mut self, view: &LogView) {
        let Counts { looked, found, errors } = counts(view);
        self.waiting.looked += looked;
        self.waiting.found += found;
        self.waiting.errors += errors;
        self.counted = view.cursor;
    }

    /// The newest of the lines after the [end](Self::end): between them and those that are here may be others.
    pub fn append(&mut self, view: LogView) {
        let counts = counts(&view);
        self.total.looked += counts.looked;
        self.total.found += counts.found;
        self.waiting = Counts::default();
        let skipped = counts.found - (view.lines.len() as u64).min(counts.found);
        if skipped > 0 || !view.complete {
            let before = view.lines.first().map_or(view.cursor.seq + 1, |line| line.seq);
            let count = view.complete.then_some(skipped);
            self.rows.push(Row::Gap(Gap { after: self.last(), before, count, is_lost: !view.complete }));
        }
        (self.cursor, self.counted) = (view.cursor, view.cursor);
        self.push(view.lines);
        self.trim_head(FOLLOWED);
    }

    /// The first of the lines after the [end](Self::end), for who reads on from the past.
    pub fn extend(&mut self, view: LogView) {
        self.has_newer = view.more;
        if !view.more {
            self.total.looked += self.waiting.looked;
            self.total.found += self.waiting.found;
            self.waiting = Counts::default();
            // What came after the last count will be counted with what comes then; its lines are here already.
            self.cursor = self.counted;
        }
        self.push(view.lines);
        self.trim_head(HELD);
    }

    /// The last of the lines before the [beginning](Self::begin). Returns how many rows came before the first.
    pub fn prepend(&mut self, view: LogView) -> usize {
        self.has_older = view.more;
        let before = view.lines.len();
        self.bytes += view.lines.iter().map(size).sum::<usize>();
        drop(self.rows.splice(0..0, view.lines.into_iter().map(Row::Line)));
        while self.is_over(HELD) {
            self.forget(self.rows.len() - 1);
            self.has_newer = true;
        }
        before
    }

    /// The first of the lines in the gap that ends before event `before`.
    pub fn fill(&mut self, before: u64, view: LogView) {
        let place = self.rows.iter().position(|row| matches!(row, Row::Gap(gap) if gap.before == before));
        let Some((place, Row::Gap(gap))) = place.map(|at| (at, &self.rows[at])) else { return };
        let here = view.lines.len() as u64;
        let is_lost = !view.complete || (here == 0 && gap.count.is_some());
        let rest = Gap {
            after: view.lines.last().map_or(gap.after, |line| line.seq),
            count: gap.count.map(|count| count.saturating_sub(here)),
            is_lost,
            ..*gap
        };
        self.bytes += view.lines.iter().map(size).sum::<usize>();
        let mut rows: Vec<Row> = view.lines.into_iter().map(Row::Line).collect();
        if view.more {
            rows.push(Row::Gap(rest));
        } else if is_lost {
            // What is gone is older than what is left.
            let before = rows.first().map_or(gap.before, |row| row.seq());
            rows.insert(0, Row::Gap(Gap { after: gap.after, before, ..rest }));
        }
        drop(self.rows.splice(place..=place, rows));
    }

    fn push(&mut self, lines: Vec<LogRow>) {
        let last = self.last();
        for line in lines.into_iter().filter(|line| line.seq > last) {
            self.bytes += size(&line);
            self.rows.push(Row::Line(line));
        }
    }

    fn trim_head(&mut self, most: usize) {
        let mut gone = self.rows.len().saturating_sub(most);
        let mut bytes: usize = self.rows[..gone].iter().map(Row::size).sum();
        while self.bytes - bytes > HELD_BYTES && gone + 1 < self.rows.len() {
            bytes += self.rows[gone].size();
            gone += 1;
        }
        self.has_older |= gone > 0;
        self.bytes -= bytes;
        drop(self.rows.drain(..gone));
    }

    fn is_over(&self, most: usize) -> bool {
        self.rows.len() > most || (self.bytes > HELD_BYTES && self.rows.len() > 1)
    }

    fn forget(&mut self, index: usize) {
        self.bytes -= self.rows.remove(index).size();
    }
}

impl Row {
    /// The number of the event at which it ends.
    pub fn seq(&self) -> u64 {
        match self {
            Self::Line(line) => line.seq,
            Self::Gap(gap) => gap.before - 1,
        }
    }

    /// Tells it from all other rows: a gap may end at the number before a line's, and never at a line's.
    pub fn key(&self) -> u64 {
        self.seq() * 2 + u64::from(matches!(self, Self::Gap(_)))
    }

    fn size(&self) -> usize {
        match self {
            Self::Line(line) => size(line),
            Self::Gap(_) => 0,
        }
    }
}

fn size(line: &LogRow) -> usize {
    line.message.len() + line.source.len() + line.marks.len() * 4
}

fn counts(view: &LogView) -> Counts {
    Counts { looked: view.looked, found: view.found, errors: view.errors }
}

#[cfg(test)]
mod tests;
