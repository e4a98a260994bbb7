//! Follows one file: what is appended to it, and what takes its place.
//!
//! - A file that is there at the start is read from its end on; one that appears later from its beginning. One that was
//!   followed before a restart is read from where that ended, and what was rotated away meanwhile before it.
//! - Replaced (renamed and created anew, deleted, or a symbolic link pointed elsewhere): the old one is read to its end,
//!   then those that were there in between, then the new one from its start. For a few seconds the old one is read beside
//!   it, since its writer may not have moved over yet.
//! - Truncated, which is seen by its length or by what stands before the place: the rest of a copy that a rotation has made
//!   is read, then the file from its start. What was truncated away between two looks without a copy can't be seen.
//! - A line that may be the first of a stack trace is held until the next look.
//! - A last line without an end is held for a second in which nothing comes, then shown as it is.

use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use app::model::{LogEntry, LogLevel};

use super::encoding::Charset;
use super::entry::{End, Line};
use super::outlet::notice;
use super::stack::Stacks;
use super::{CATCH_UP, MAX_LINE, line};
use open::{AtPath, Open};
use rotation::Former;

mod open;
mod opening;
mod place;
mod rotation;
mod watch;

pub(super) use place::Place;
pub(super) use watch::{Sink, follow};

/// How long a line without an end is held after its last byte.
const HELD: Duration = Duration::from_secs(1);
/// How long a file that was replaced is read for what may still be written to it.
const REPLACED_HELD: Duration = Duration::from_secs(5);
/// Bytes read at once, so that a file that floods is read in pieces.
const CHUNK: usize = 16 * 1024;

/// What one look at a file has brought.
#[derive(Debug, Default)]
pub(super) struct Look {
    /// The new lines, in order, and what there is to say about the file itself.
    pub(super) entries: Vec<LogEntry>,
    /// There may be more to read at once.
    pub(super) more: bool,
    /// They were written while opsglass was away: they can wait.
    pub(super) is_behind: bool,
    /// How far the file has been read once these are published; none where that is as before.
    pub(super) place: Option<Place>,
    /// A line is held, which the next may go on with: it is worth a look soon.
    pub(super) holds: bool,
    /// The file is gone, and it is not waited for.
    pub(super) gone: bool,
}

/// One file and how far it has been read.
#[derive(Debug)]
pub(super) struct Follower {
    path: PathBuf,
    source: String,
    charset: Charset,
    max_line: usize,
    /// Bytes that are read at most of what was written while opsglass was away.
    catch_up: u64,
    stacks: Stacks,
    /// Lines of this look, before stack traces are joined.
    fresh: Vec<Line>,
    open: Option<Open>,
    /// Where an earlier life has come to.
    resume: Option<Place>,
    /// Files that took each other's place meanwhile, to be read first.
    past: VecDeque<(PathBuf, End)>,
    former: Former,
    /// What is opened next was read in an earlier life, or has come after that.
    is_behind: bool,
    /// What is opened next is read from its beginning: it was not there before.
    from_start: bool,
    /// It was found by a pattern: when it is gone, it is followed no longer.
    may_go: bool,
    /// Why the file can't be read, as last said.
    said: Option<String>,
    try_at: Option<Instant>,
    /// When the last bytes came.
    fed_at: Instant,
    /// Room to read into; empty while there is nothing to read.
    chunk: Vec<u8>,
}

impl Follower {
    /// Follows `path`; its entries name `source`, and lines are cut after `max_line` bytes.
    pub(super) fn new(path: &Path, source: String, max_line: usize) -> Self {
        Self {
            path: path.to_owned(),
            source,
            charset: Charset::default(),
            max_line,
            catch_up: CATCH_UP,
            stacks: Stacks::new(max_line),
            fresh: Vec::new(),
            open: None,
            resume: None,
            past: VecDeque::new(),
            former: Former::default(),
            is_behind: false,
            from_start: false,
            may_go: false,
            said: None,
            try_at: None,
            fed_at: Instant::now(),
            chunk: Vec::new(),
        }
    }

    /// As one that a pattern has found, read from its start if `is_new`.
    pub(super) fn found(self, is_new: bool) -> Self {
        Self { from_start: is_new, may_go: true, ..self }
    }

    /// As one that is written in `charset`, and of which at most `catch_up` bytes are read that came while nobody read.
    pub(super) fn written_in(self, charset: Charset, catch_up: u64) -> Self {
        Self { charset, catch_up, ..self }
    }

    /// As one that has been read up to `place`.
    pub(super) fn read_up_to(self, place: Option<Place>) -> Self {
        Self { is_behind: place.is_some(), resume: place, ..self }
    }

    /// What is held back, when there is no other look, and how far that is.
    fn finish(&mut self) -> Look {
        let mut look = Look::default();
        self.let_all_go();
        self.release(true, &mut look);
        look
    }

    /// Reads what is new, at most one chunk. Of a file at rest this costs one `stat`.
    pub(super) fn look(&mut self, now: Instant) -> Look {
        let mut look = Look::default();
        self.read_leaving(now, &mut look);
        if self.open.is_none()
            && self.try_at.is_none_or(|at| at <= now)
            && let Err(error) = self.open_next(&mut look)
        {
            self.refused(&error, now, &mut look);
        }
        if let Some(mut open) = self.open.take() {
            match self.read_on(&mut open, now, &mut look) {
                Ok(Next::Stay) => self.open = Some(open),
                Ok(Next::Replace) => self.move_over(open, now, &mut look),
                Ok(Next::BeginAnew) => look.more = true,
                Err(error) => {
                    self.refused(&error.into(), now, &mut look);
                    self.open = Some(open);
                }
            }
        }
        let is_quiet = self.fresh.is_empty() || look.gone;
        self.release(is_quiet, &mut look);
        look.holds = self.stacks.is_holding();
        look
    }

    fn say(&mut self, level: LogLevel, message: String) {
        self.fresh.push(Line::notice(notice(level, message)));
    }

    fn read_on(&mut self, open: &mut Open, now: Instant, look: &mut Look) -> io::Result<Next> {
        // Before reading: what has been written to the old file by now is then read before it is left.
        let (at_path, length) = open.compare(&self.path, now)?;
        if length < open.position || (length > open.position && !open.is_as_read()) {
            return self.begin_anew(open, length > open.position, look);
        }
        if length > open.position {
            let read = self.read_chunk(open, now)?;
            look.is_behind = open.position <= open.behind_until;
            // The end of a file that was replaced is looked for at once: its successor is waiting.
            look.more = read == CHUNK || (read > 0 && (open.replaced.is_some() || open.is_past));
            return Ok(Next::Stay);
        }
        self.chunk = Vec::new();
        if now.saturating_duration_since(self.fed_at) >= HELD {
            self.hand_on(open);
        }
        let has_successor = matches!(at_path, AtPath::Other { has_lines: true });
        let is_over = |since| has_successor || now.saturating_duration_since(since) >= REPLACED_HELD;
        Ok(if open.is_past || open.replaced.is_some_and(is_over) { Next::Replace } else { Next::Stay })
    }

    fn read_chunk(&mut self, open: &mut Open, now: Instant) -> io::Result<usize> {
        self.chunk.resize(CHUNK, 0);
        let timestamp = SystemTime::now().into();
        let (fresh, source, max_line) = (&mut self.fresh, &self.source, self.max_line);
        let read = open.read(&mut self.chunk, |kept, total, end| {
            fresh.push(Line { end: Some(end), ..Line::dated(kept, total, max_line, source, timestamp) });
        })?;
        self.fed_at = now;
        self.readable();
        Ok(read)
    }

    fn hand_on(&mut self, open: &mut Open) {
        let timestamp = SystemTime::now().into();
        open.hand_on(|kept, total, end| {
            let line = Line::dated(kept, total, self.max_line, &self.source, timestamp);
            self.fresh.push(Line { end: Some(end), ..line });
        });
    }

    /// Gives all that is left of an open file.
    fn close(&mut self, open: &mut Open, look: &mut Look) {
        self.hand_on(open);
        self.give(true, open, look);
    }

    /// Gives what is complete, or all that is held if nothing is waited for.
    fn release(&mut self, all: bool, look: &mut Look) {
        match self.open.take() {
            Some(mut open) => {
                self.give(all, &mut open, look);
                self.open = Some(open);
            }
            None => look.entries.extend(self.joined(all).into_iter().map(|line| line.entry)),
        }
    }

    fn give(&mut self, all: bool, open: &mut Open, look: &mut Look) {
        let lines = self.joined(all);
        if let Some(end) = lines.iter().rev().find_map(|line| line.end) {
            open.done = end;
            look.place = open.place();
        }
        look.entries.extend(lines.into_iter().map(|line| line.entry));
    }

    fn joined(&mut self, all: bool) -> Vec<Line> {
        let mut lines = self.stacks.join(std::mem::take(&mut self.fresh));
        if all {
            lines.extend(self.stacks.finish());
        }
        lines
    }

    fn shown_path(&self) -> String {
        line::whole(self.path.as_os_str().as_encoded_bytes(), MAX_LINE)
    }
}

/// What to do with an open file after a look.
enum Next {
    /// Go on reading it.
    Stay,
    /// It is at its end, and another has taken its place.
    Replace,
    /// It has been written anew, and a copy of what it was is to be read before.
    BeginAnew,
}

#[cfg(test)]
mod tests;
