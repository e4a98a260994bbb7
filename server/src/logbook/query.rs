//! Which lines are asked for.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Instant;

use app::filter::Filter;
use app::model::{Cursor, LogEntry, LogLevel, NumberedLog, Timestamp};
use regex::{Regex, RegexBuilder};

use super::Unanswered;

/// The most lines that are answered at once.
pub const MOST: usize = 10_000;
/// Bytes that a regular expression may take when it is made ready: one that is longer than a person writes is refused, and
/// the longest line is still gone through in the tenth of a second.
const REGEX_SIZE: usize = 64 * 1024;

/// Which lines are asked for. The default asks for the newest.
#[derive(Debug, Clone)]
pub struct Query {
    /// Lines after this; with it the first ones are found, else the newest.
    pub since: Option<Bound>,
    /// Lines before this.
    pub until: Option<Bound>,
    /// Lines before and after this one, as many of both; then neither bound is looked at.
    pub around: Option<Cursor>,
    /// Lines at least this loud.
    pub level: LogLevel,
    /// Lines of these levels; where there is none, of all.
    pub levels: Vec<LogLevel>,
    /// Lines from these sources or units; where there is none, from all.
    pub sources: Vec<String>,
    /// What they contain.
    pub text: Text,
    /// How many of them: 1 to [`MOST`], 200 by default.
    pub limit: usize,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            since: None,
            until: None,
            around: None,
            level: LogLevel::Trace,
            levels: Vec::new(),
            sources: Vec::new(),
            text: Text::default(),
            limit: 200,
        }
    }
}

/// Where the lines begin or end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// The event with this number, which is not among them.
    Event(Cursor),
    /// A moment. Lines of the moment itself come after it.
    Moment(Timestamp),
}

/// The text is neither a cursor nor a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a time like 2026-01-31T23:59:59.000Z, or a cursor like 7f3a09bc.184220")]
pub struct BoundError;

impl FromStr for Bound {
    type Err = BoundError;

    fn from_str(text: &str) -> Result<Self, BoundError> {
        let moment = || text.parse().map(Self::Moment);
        text.parse().map(Self::Event).or_else(|_| moment()).map_err(|_| BoundError)
    }
}

/// What a line contains: its message, its unit, its source, or one of its fields as `key=value`.
#[derive(Debug, Clone)]
pub enum Text {
    /// What a person types.
    Plain(Filter),
    /// A regular expression, as the crate `regex` reads them. It takes linear time on any text.
    Pattern(Regex),
}

impl Default for Text {
    fn default() -> Self {
        Self::Plain(Filter::default())
    }
}

/// The text is no regular expression, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected a regular expression: {0}")]
pub struct PatternError(String);

impl Text {
    /// Reads a regular expression.
    ///
    /// # Errors
    /// When it is none, or takes too much memory.
    pub fn pattern(text: &str) -> Result<Self, PatternError> {
        let built = RegexBuilder::new(text).size_limit(REGEX_SIZE).dfa_size_limit(REGEX_SIZE).build();
        // Its own message is a drawing over several lines; the last one says what is wrong.
        let why = |error: regex::Error| error.to_string().lines().last().unwrap_or_default().trim().to_owned();
        built.map(Self::Pattern).map_err(|error| PatternError(why(error)))
    }

    /// What finds in a message the places to mark; `None` where there is nothing to find.
    pub(super) fn marker(&self) -> Option<Regex> {
        match self {
            Self::Pattern(pattern) => Some(pattern.clone()),
            Self::Plain(filter) => {
                let words: Vec<String> = filter.wanted().map(regex::escape).collect();
                let words = (!words.is_empty()).then(|| words.join("|"))?;
                RegexBuilder::new(&words).case_insensitive(true).build().ok()
            }
        }
    }

    fn admits(&self, entry: &LogEntry) -> bool {
        let fields: Vec<String> = match self {
            Self::Plain(filter) if filter.is_empty() => return true,
            _ => entry.fields.iter().map(|(key, value)| format!("{key}={value}")).collect(),
        };
        let mut texts = [entry.message.as_str(), entry.source.as_str()]
            .into_iter()
            .chain(entry.unit.as_deref())
            .chain(fields.iter().map(String::as_str));
        match self {
            Self::Plain(filter) => filter.admits(&texts),
            Self::Pattern(pattern) => texts.any(|text| pattern.is_match(text)),
        }
    }
}

/// What was found.
#[derive(Debug, PartialEq)]
pub(super) struct Found {
    /// Oldest first.
    pub(super) lines: Vec<NumberedLog>,
    /// There are more in the direction that was looked in.
    pub(super) more: bool,
}

impl Query {
    /// Looks through `all` lines, oldest first, of the log with this `epoch`, up to `deadline`.
    pub(super) fn find(&self, all: &[Arc<NumberedLog>], epoch: u32, deadline: Instant) -> Result<Found, Unanswered> {
        let in_time = |_: &&Arc<NumberedLog>| Instant::now() < deadline;
        let found = match self.around {
            Some(middle) => Found { lines: self.find_around(all, middle, epoch, in_time), more: false },
            None => self.find_within(all, epoch, in_time),
        };
        if Instant::now() < deadline { Ok(found) } else { Err(Unanswered::TooLong) }
    }

    fn find_within(&self, all: &[Arc<NumberedLog>], epoch: u32, in_time: impl Fn(&&Arc<NumberedLog>) -> bool) -> Found {
        let within = |line: &&Arc<NumberedLog>| {
            self.since.is_none_or(|since| since.is_before(line, epoch))
                && self.until.is_none_or(|until| until.is_after(line, epoch))
        };
        let admitted = |line: &&Arc<NumberedLog>| self.admits(&line.entry);
        let within = all.iter().filter(within);
        // One more than is asked for shows whether there are more.
        let most = self.limit + 1;
        let mut found: Vec<_> = match self.since {
            Some(_) => within.take_while(in_time).filter(admitted).take(most).collect(),
            None => within.rev().take_while(in_time).filter(admitted).take(most).collect(),
        };
        let more = found.len() > self.limit;
        found.truncate(self.limit);
        if self.since.is_none() {
            found.reverse();
        }
        Found { lines: copies(found), more }
    }

    fn find_around(
        &self,
        all: &[Arc<NumberedLog>],
        middle: Cursor,
        epoch: u32,
        in_time: impl Fn(&&Arc<NumberedLog>) -> bool,
    ) -> Vec<NumberedLog> {
        if middle.epoch != epoch {
            return Vec::new();
        }
        let (before, after) = all.split_at(all.partition_point(|line| line.seq < middle.seq));
        let half = self.limit / 2;
        let admitted = |line: &&Arc<NumberedLog>| self.admits(&line.entry);
        let mut found: Vec<_> = before.iter().rev().take_while(&in_time).filter(admitted).take(half).collect();
        found.reverse();
        found.extend(after.iter().take_while(&in_time).filter(admitted).take(self.limit - half));
        copies(found)
    }

    /// Whether all lines since the beginning that is asked for are there, where every line after `unbroken_since` is.
    pub(super) fn is_complete(&self, newest: Cursor, unbroken_since: u64, all: &[Arc<NumberedLog>]) -> bool {
        match self.around.map(Bound::Event).or(self.since) {
            None => true,
            Some(Bound::Event(cursor)) => {
                cursor.epoch == newest.epoch && (unbroken_since..=newest.seq).contains(&cursor.seq)
            }
            Some(Bound::Moment(moment)) => {
                let oldest = all.iter().find(|line| line.seq > unbroken_since);
                unbroken_since == 0 || oldest.is_some_and(|oldest| oldest.entry.timestamp <= moment)
            }
        }
    }

    pub(super) fn admits(&self, entry: &LogEntry) -> bool {
        let is_named = |source: &String| *source == entry.source || entry.unit.as_ref() == Some(source);
        entry.level >= self.level
            && (self.levels.is_empty() || self.levels.contains(&entry.level))
            && (self.sources.is_empty() || self.sources.iter().any(is_named))
            && self.text.admits(entry)
    }
}

impl Bound {
    /// Whether `line` comes after it, or at it where it is a moment.
    fn is_before(self, line: &NumberedLog, epoch: u32) -> bool {
        match self {
            Self::Event(cursor) => cursor.epoch != epoch || line.seq > cursor.seq,
            Self::Moment(moment) => line.entry.timestamp >= moment,
        }
    }

    /// Whether `line` comes before it.
    fn is_after(self, line: &NumberedLog, epoch: u32) -> bool {
        match self {
            Self::Event(cursor) => cursor.epoch == epoch && line.seq < cursor.seq,
            Self::Moment(moment) => line.entry.timestamp < moment,
        }
    }
}

fn copies(lines: Vec<&Arc<NumberedLog>>) -> Vec<NumberedLog> {
    lines.into_iter().map(|line| NumberedLog::clone(line)).collect()
}

#[cfg(test)]
mod tests;
