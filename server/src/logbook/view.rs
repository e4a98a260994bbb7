//! Lines for the page of the log: those in view, what was looked for in them, and how many there are.

use std::sync::Arc;
use std::time::Instant;

use app::model::{Cursor, LogLevel, LogRow, LogView, NumberedLog, Timestamp};
use regex::Regex;

use super::query::{Bound, Query};
use super::summary::source_of;
use super::{Logbook, Name, Unanswered};

/// What is said where a link names a line that is no longer there.
const GONE: &str = "the line that this link names is no longer kept";

/// Places that are marked in one line at most.
const MARKS: usize = 20;

/// What the page asks for. All that match are counted, unless an end or the first are asked for.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    /// Which lines; its limit may be 0, to count them only.
    pub query: Query,
    /// Lines before and after this moment, as many of both.
    pub at: Option<Timestamp>,
    /// The first of them and not the newest.
    pub first: bool,
    /// With how many there are of each kind.
    pub with_summary: bool,
}

/// Lines that match, and how many.
#[derive(Debug, Default)]
struct Gathered {
    lines: Vec<Arc<NumberedLog>>,
    more: bool,
    looked: u64,
    found: u64,
    errors: u64,
}

impl Logbook {
    /// The lines that the page asks for.
    ///
    /// # Errors
    /// When too many are looking already, or it takes too long.
    pub async fn view(&self, ask: Ask) -> Result<LogView, Unanswered> {
        let logbook = self.clone();
        self.places.take(move || logbook.look_at(&ask)).await
    }

    /// What else the line with this number says, if it is kept.
    pub fn fields(&self, cursor: Cursor) -> Option<Vec<(String, String)>> {
        let lines = self.read().lines_after(cursor.seq.saturating_sub(1));
        let line = lines.first().filter(|line| self.hub.cursor_at(line.seq) == cursor)?;
        let mut fields = vec![("time".to_owned(), line.entry.timestamp.to_string())];
        fields.push(("source".to_owned(), line.entry.source.clone()));
        fields.extend(line.entry.unit.iter().map(|unit| ("unit".to_owned(), unit.clone())));
        fields.extend(line.entry.fields.iter().map(|(key, value)| (key.clone(), value.clone())));
        Some(fields)
    }

    fn look_at(&self, ask: &Ask) -> Result<LogView, Unanswered> {
        let after = match (ask.query.since, ask.query.around, ask.at) {
            (Some(Bound::Event(cursor)), None, None) if cursor.epoch == self.hub.head().epoch => cursor.seq,
            _ => 0,
        };
        let (lines, seen, unbroken_since) = {
            let kept = self.read();
            (kept.lines_after(after), kept.newest(), kept.unbroken_since())
        };
        let (cursor, head) = (self.hub.settled(seen, &Name::dashboard()), self.hub.head());
        let (gathered, target) = ask.gather(&lines, cursor.epoch, Instant::now() + self.look_time)?;
        let is_kept = |named: Cursor| {
            named.epoch == cursor.epoch && lines.binary_search_by_key(&named.seq, |line| line.seq).is_ok()
        };
        let is_gone = ask.query.around.is_some_and(|named| !is_kept(named));
        let marker = ask.query.text.marker();
        let Gathered { lines: found, more, looked, found: count, errors } = gathered;
        Ok(LogView {
            cursor,
            lines: found.iter().map(|line| row(line, marker.as_ref())).collect(),
            more,
            complete: ask.query.is_complete(head, unbroken_since, &lines),
            looked,
            found: count,
            errors,
            target: target.filter(|_| !is_gone),
            problem: is_gone.then(|| GONE.to_owned()),
            summary: ask.with_summary.then(|| self.summary().counts()),
        })
    }

    /// What is answered where nothing was looked for because of `problem`.
    pub fn nothing(&self, problem: String) -> LogView {
        let summary = self.summary().counts();
        LogView {
            cursor: self.hub.head(),
            lines: Vec::new(),
            more: false,
            complete: true,
            looked: summary.levels.iter().sum(),
            found: 0,
            errors: 0,
            target: None,
            problem: Some(problem),
            summary: Some(summary),
        }
    }
}

impl Ask {
    /// What is asked for among `all` lines, oldest first, and the number of the line that is named.
    fn gather(
        &self,
        all: &[Arc<NumberedLog>],
        epoch: u32,
        deadline: Instant,
    ) -> Result<(Gathered, Option<u64>), Unanswered> {
        let limit = self.query.limit;
        let middle = match (self.query.around, self.at) {
            (Some(cursor), _) if cursor.epoch == epoch => Some(all.partition_point(|line| line.seq < cursor.seq)),
            // Of another life of the log: nothing to stand at.
            (Some(_), _) | (None, None) => None,
            (None, Some(at)) => Some(nearest(all, at)),
        };
        if let Some(middle) = middle {
            let (before, after) = all.split_at(middle);
            let mut before = self.take(before.iter().rev(), limit / 2, true, deadline)?;
            let after = self.take(after.iter(), limit - limit / 2, true, deadline)?;
            before.lines.reverse();
            let target = after.lines.first().or(before.lines.last()).map(|line| line.seq);
            before.add(after);
            return Ok((before, target));
        }
        let first = self.query.since.map_or(0, |since| place(all, since, epoch, 1));
        let end = self.query.until.map_or(all.len(), |until| place(all, until, epoch, 0));
        let within = all.get(first..end).unwrap_or_default();
        if self.first {
            return Ok((self.take(within.iter(), limit, false, deadline)?, None));
        }
        let mut newest = self.take(within.iter().rev(), limit, self.query.until.is_none(), deadline)?;
        newest.lines.reverse();
        Ok((newest, None))
    }

    /// Takes up to `limit` of `lines` that match; goes on to count them all where that `is_counted`.
    fn take<'a>(
        &self,
        lines: impl Iterator<Item = &'a Arc<NumberedLog>>,
        limit: usize,
        is_counted: bool,
        deadline: Instant,
    ) -> Result<Gathered, Unanswered> {
        let mut gathered = Gathered::default();
        for line in lines {
            if Instant::now() >= deadline {
                return Err(Unanswered::TooLong);
            }
            gathered.looked += 1;
            if !self.query.admits(&line.entry) {
                continue;
            }
            if gathered.lines.len() < limit {
                gathered.lines.push(Arc::clone(line));
            } else {
                gathered.more = true;
                if !is_counted {
                    break;
                }
            }
            gathered.found += 1;
            gathered.errors += u64::from(line.entry.level == LogLevel::Error);
        }
        Ok(gathered)
    }
}

impl Gathered {
    fn add(&mut self, after: Self) {
        self.lines.extend(after.lines);
        self.more |= after.more;
        self.looked += after.looked;
        self.found += after.found;
        self.errors += after.errors;
    }
}

/// The place of the first line at the moment or later.
fn from(all: &[Arc<NumberedLog>], at: Timestamp) -> usize {
    all.iter().position(|line| line.entry.timestamp >= at).unwrap_or(all.len())
}

/// The place of the line that was written soonest at the moment or after it. Lines stand in the order in which they came,
/// and what is caught up with comes late.
fn nearest(all: &[Arc<NumberedLog>], at: Timestamp) -> usize {
    let since = all.iter().enumerate().filter(|(_, line)| line.entry.timestamp >= at);
    since.min_by_key(|(_, line)| line.entry.timestamp).map_or(all.len(), |(place, _)| place)
}

/// The place of a bound; `past` is 1 where the line of that number lies before it.
fn place(all: &[Arc<NumberedLog>], bound: Bound, epoch: u32, past: u64) -> usize {
    match bound {
        Bound::Event(cursor) if cursor.epoch != epoch => 0,
        Bound::Event(cursor) => all.partition_point(|line| line.seq < cursor.seq + past),
        Bound::Moment(at) => from(all, at),
    }
}

fn row(line: &NumberedLog, marker: Option<&Regex>) -> LogRow {
    let entry = &line.entry;
    let marks = marker.map(|marker| marks(marker, &entry.message)).unwrap_or_default();
    LogRow {
        seq: line.seq,
        at: entry.timestamp,
        level: entry.level,
        source: source_of(entry).to_owned(),
        message: entry.message.clone(),
        marks,
    }
}

/// Where `marker` finds something in `message`, in UTF-16.
fn marks(marker: &Regex, message: &str) -> Vec<u32> {
    let (mut marks, mut done, mut units) = (Vec::new(), 0, 0);
    for found in marker.find_iter(message).filter(|found| !found.is_empty()).take(MARKS) {
        for at in [found.start(), found.end()] {
            units += message[done..at].encode_utf16().count();
            done = at;
            marks.push(u32::try_from(units).unwrap_or(u32::MAX));
        }
    }
    marks
}

#[cfg(test)]
mod tests;
