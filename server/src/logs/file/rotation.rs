//! What becomes of a file in whose place another is, or which was written anew.

use std::collections::VecDeque;
use std::fs::{File, Metadata};
use std::io;
use std::path::PathBuf;
use std::time::Instant;

use app::model::LogLevel;

use super::open::Open;
use super::place::{self, At};
use super::{CHUNK, Follower, Look, Next, REPLACED_HELD};
use crate::logs::entry::{End, Line};
use crate::logs::regular::open;

/// Files that are read at most for what is still written to them after another has taken their place.
const MOST_LEAVING: usize = 8;
/// Files at most that are known to have been read.
const MOST_LEFT: usize = 32;

/// The files that were followed before the one that is.
#[derive(Debug, Default)]
pub(super) struct Former {
    /// Those to which their writers may still write.
    leaving: Vec<Open>,
    /// Up to where others were read.
    left: VecDeque<At>,
}

impl Former {
    fn leave(&mut self, at: At) {
        self.left.push_back(at);
        self.left.drain(..self.left.len().saturating_sub(MOST_LEFT));
    }

    /// The file at `path` and from where on it is to be read, which is `from` unless it was read further. None where
    /// there is nothing to be read.
    fn unread(&self, (path, from): (PathBuf, End)) -> Option<(PathBuf, End)> {
        let (mut file, metadata) = open(&path).ok()?;
        let is_leaving = self.leaving.iter().any(|open| open.is(&metadata));
        let left = self.left.iter().rev().find(|at| at.is_of(&mut file, &metadata));
        let from = left.map_or(from, |at| at.end);
        (!is_leaving && metadata.len() > from.offset).then_some((path, from))
    }
}

impl Follower {
    /// Moves over from `open`, which has been read to its end: to files that took its place in turn since the last look,
    /// then to the one at the path. For a while it is read beside those.
    pub(super) fn move_over(&mut self, mut open: Open, now: Instant, look: &mut Look) {
        let at = open.read_up_to();
        let is_late = open.replaced.is_none_or(|since| now.saturating_duration_since(since) >= REPLACED_HELD);
        let written = open.written();
        if open.is_past || is_late {
            self.close(&mut open, look);
            self.former.leave(at.clone());
        } else {
            self.give(true, &mut open, look);
            if self.former.leaving.len() >= MOST_LEAVING {
                let oldest = self.former.leaving.remove(0);
                self.let_go(oldest);
            }
            self.former.leaving.push(open);
        }
        if self.past.is_empty() {
            let mut between = place::left_behind(&self.path, &at);
            if let (true, Ok((time, false))) = (between.is_empty(), written) {
                between = place::written_since(&self.path, time);
            }
            self.past = between.into_iter().filter_map(|past| self.former.unread(past)).collect();
        }
        self.try_at = None;
        look.more = true;
    }

    /// Reads what is still written to files in whose place others are.
    pub(super) fn read_leaving(&mut self, now: Instant, look: &mut Look) {
        for mut open in std::mem::take(&mut self.former.leaving) {
            let read = self.read_beside(&mut open).unwrap_or(0);
            look.more |= read == CHUNK;
            let is_over = open.replaced.is_none_or(|since| now.saturating_duration_since(since) >= REPLACED_HELD);
            if is_over && read == 0 {
                self.let_go(open);
            } else {
                self.former.leaving.push(open);
            }
        }
    }

    fn read_beside(&mut self, open: &mut Open) -> io::Result<usize> {
        if open.length()? == open.position {
            return Ok(0);
        }
        self.chunk.resize(CHUNK, 0);
        let (timestamp, max_line) = (std::time::SystemTime::now().into(), self.max_line);
        let (fresh, source) = (&mut self.fresh, &self.source);
        // Where these lines end says nothing about how far the file at the path has been read.
        open.read(&mut self.chunk, |kept, total, _| fresh.push(Line::dated(kept, total, max_line, source, timestamp)))
    }

    fn let_go(&mut self, mut open: Open) {
        self.former.leave(open.read_up_to());
        let (timestamp, max_line) = (std::time::SystemTime::now().into(), self.max_line);
        let (fresh, source) = (&mut self.fresh, &self.source);
        open.hand_on(|kept, total, _| fresh.push(Line::dated(kept, total, max_line, source, timestamp)));
    }

    /// From where on the file at the path is to be read: one that was followed before may be there again.
    pub(super) fn start_of(&mut self, file: &mut File, metadata: &Metadata) -> End {
        if let Some(at) = self.former.leaving.iter().position(|open| open.is(metadata)) {
            let again = self.former.leaving.remove(at);
            self.let_go(again);
        }
        let left = self.former.left.iter().rev().find(|at| at.is_of(file, metadata));
        left.map_or(End::START, |at| at.end)
    }

    /// Lets go all files in whose place others are.
    pub(super) fn let_all_go(&mut self) {
        std::mem::take(&mut self.former.leaving).into_iter().for_each(|open| self.let_go(open));
    }

    /// What had been read of `open` is gone from it: goes on with a copy of that, if a rotation has left one, then with
    /// the file from its beginning.
    pub(super) fn begin_anew(&mut self, open: &mut Open, is_longer: bool, look: &mut Look) -> io::Result<Next> {
        let at = open.read_up_to();
        self.close(open, look);
        let copies: VecDeque<_> = place::left_behind(&self.path, &at).into();
        if copies.is_empty() {
            if is_longer {
                let path = self.shown_path();
                let message = format!("{path} was emptied and written anew between two looks: lines may be missing");
                self.say(LogLevel::Warn, message);
            }
            open.rewind()?;
            look.place = open.place();
            look.more = true;
            return Ok(Next::Stay);
        }
        self.past = copies;
        self.from_start = true;
        Ok(Next::BeginAnew)
    }

    /// Whether no file is open but the one at the path.
    #[cfg(test)]
    pub(super) fn is_alone(&self) -> bool {
        self.former.leaving.is_empty()
    }
}
