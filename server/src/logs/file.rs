//! Follows one file: what is appended to it, and what takes its place.
//!
//! - A file that is there at the start is read from its end on; one that appears later from its beginning.
//! - Replaced (renamed and created anew, deleted, or a symbolic link pointed elsewhere): the old one is read to its end,
//!   and still is while the new one is empty, since its writer may not have moved over yet; then the new one from its start.
//! - Truncated: read from its start. What had been read stays; what was written and truncated away between two looks, or
//!   by more than what was written anew, can't be seen.
//! - A line that may be the first of a stack trace is held until the next look.
//! - A last line without an end is held for a second in which nothing comes, then shown as it is.

use std::fs::{File, Metadata};
use std::io::{self, Read as _, Seek as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use app::model::{LogEntry, LogLevel};

use super::lines::Lines;
use super::outlet::notice;
use super::regular::{FileId, Unreadable, open};
use super::stack::Stacks;
use super::{MAX_LINE, level, line};

mod watch;

pub(super) use watch::follow;

/// How often a file that can't be read is tried again.
const RETRY: Duration = Duration::from_secs(1);
/// How long a line without an end is held after its last byte.
const HELD: Duration = Duration::from_secs(1);
/// How long a file that was replaced is held open for what may still be written to it.
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
    /// The file is gone, and it is not waited for.
    gone: bool,
}

/// One file and how far it has been read.
#[derive(Debug)]
pub(super) struct Follower {
    path: PathBuf,
    source: String,
    max_line: usize,
    lines: Lines,
    stacks: Stacks,
    open: Option<Open>,
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

#[derive(Debug)]
struct Open {
    file: File,
    id: FileId,
    position: u64,
    /// Since when the path names another file, or none.
    replaced: Option<Instant>,
}

impl Follower {
    /// Follows `path`; its entries name `source`, and lines are cut after `max_line` bytes.
    pub(super) fn new(path: &Path, source: String, max_line: usize) -> Self {
        Self {
            path: path.to_owned(),
            source,
            max_line,
            lines: Lines::new(max_line),
            stacks: Stacks::new(max_line),
            open: None,
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

    /// What is held back, when there is no other look.
    fn finish(&mut self) -> Option<LogEntry> {
        self.stacks.finish()
    }

    /// Reads what is new, at most one chunk. Of a file at rest this costs one `stat`.
    pub(super) fn look(&mut self, now: Instant) -> Look {
        let mut look = Look::default();
        if self.open.is_none() && self.try_at.is_none_or(|at| at <= now) {
            match open(&self.path) {
                Ok((file, metadata)) => self.opened(file, &metadata, &mut look),
                Err(error) => self.refused(&error, now, &mut look),
            }
        }
        if let Some(mut open) = self.open.take() {
            match self.read_on(&mut open, now, &mut look) {
                Ok(Next::Stay) => self.open = Some(open),
                Ok(Next::Replace) => {
                    self.lines.finish(emit(&mut look.entries, &self.source, self.max_line));
                    self.try_at = None;
                    look.more = true;
                }
                Err(error) => {
                    self.refused(&error.into(), now, &mut look);
                    self.open = Some(open);
                }
            }
        }
        if self.lines.pending() && now.saturating_duration_since(self.fed_at) >= HELD {
            self.lines.hand_on(emit(&mut look.entries, &self.source, self.max_line));
        }
        look.entries = self.stacks.join(look.entries);
        if look.gone {
            look.entries.extend(self.stacks.finish());
        }
        look
    }

    fn opened(&mut self, mut file: File, metadata: &Metadata, look: &mut Look) {
        let position = if self.from_start { 0 } else { metadata.len() };
        if file.seek(io::SeekFrom::Start(position)).is_err() {
            return;
        }
        self.from_start = true;
        self.readable(&mut look.entries);
        self.open = Some(Open { file, id: FileId::of(metadata), position, replaced: None });
    }

    fn readable(&mut self, entries: &mut Vec<LogEntry>) {
        if self.said.take().is_some() {
            entries.push(notice(LogLevel::Info, format!("reading log file {}", self.shown_path())));
        }
    }

    fn refused(&mut self, error: &Unreadable, now: Instant, look: &mut Look) {
        if self.may_go && matches!(error, Unreadable::Missing) {
            look.gone = true;
            return;
        }
        self.try_at = Some(now + RETRY);
        // A file that is there but may not be read yet keeps its place: its end.
        self.from_start |= matches!(error, Unreadable::Missing | Unreadable::Directory | Unreadable::NotRegular);
        let reason = error.to_string();
        if self.said.as_ref() != Some(&reason) {
            let message = format!("cannot read log file {}: {reason}; trying again", self.shown_path());
            look.entries.push(notice(LogLevel::Warn, message));
            self.said = Some(reason);
        }
    }

    fn read_on(&mut self, open: &mut Open, now: Instant, look: &mut Look) -> io::Result<Next> {
        // Before reading: what has been written to the old file by now is then read before it is left.
        let at_path = std::fs::metadata(&self.path);
        let length = match &at_path {
            Ok(metadata) if FileId::of(metadata) == open.id => {
                open.replaced = None;
                metadata.len()
            }
            Ok(_) => {
                open.replaced.get_or_insert(now);
                open.file.metadata()?.len()
            }
            Err(error) => {
                if error.kind() == io::ErrorKind::NotFound {
                    open.replaced.get_or_insert(now);
                }
                open.file.metadata()?.len()
            }
        };
        if length < open.position {
            self.lines.finish(emit(&mut look.entries, &self.source, self.max_line));
            open.file.rewind()?;
            open.position = 0;
        }
        if length > open.position {
            let read = self.read_chunk(open, now, &mut look.entries)?;
            // The end of a file that was replaced is looked for at once: its successor is waiting.
            look.more = read == CHUNK || (read > 0 && open.replaced.is_some());
            return Ok(Next::Stay);
        }
        self.chunk = Vec::new();
        let successor_has_lines = at_path.is_ok_and(|metadata| !metadata.is_file() || metadata.len() > 0);
        let leave = open
            .replaced
            .is_some_and(|since| successor_has_lines || now.saturating_duration_since(since) >= REPLACED_HELD);
        Ok(if leave { Next::Replace } else { Next::Stay })
    }

    fn read_chunk(&mut self, open: &mut Open, now: Instant, entries: &mut Vec<LogEntry>) -> io::Result<usize> {
        self.chunk.resize(CHUNK, 0);
        let read = open.file.read(&mut self.chunk)?;
        open.position += read as u64;
        self.readable(entries);
        self.fed_at = now;
        self.lines.push(&self.chunk[..read], emit(entries, &self.source, self.max_line));
        Ok(read)
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
}

/// Makes entries of the lines it is given.
fn emit<'a>(entries: &'a mut Vec<LogEntry>, source: &'a str, max_line: usize) -> impl FnMut(&[u8], u64) + 'a {
    let timestamp = SystemTime::now().into();
    move |kept, total| {
        let message = line::text(kept, total, max_line);
        entries.push(LogEntry {
            timestamp,
            level: level::stated(&message),
            message,
            source: source.to_owned(),
            unit: None,
            fields: std::collections::BTreeMap::new(),
        });
    }
}

#[cfg(test)]
mod tests;
