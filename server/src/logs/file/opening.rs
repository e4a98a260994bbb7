//! Which file is read next, from where on, and what is said when there is none.

use std::fs::{File, Metadata};
use std::time::{Duration, Instant};

use app::format::count;
use app::model::LogLevel;

use super::open::Open;
use super::place::{self, At, Place};
use super::{Follower, Look};
use crate::logs::entry::End;
use crate::logs::regular::{Unreadable, open};

/// How often a file that can't be read is tried again.
pub(super) const RETRY: Duration = Duration::from_secs(1);

impl Follower {
    /// Opens what is to be read next: what an earlier life has left behind, then what is at the path.
    pub(super) fn open_next(&mut self, look: &mut Look) -> Result<(), Unreadable> {
        while let Some((path, from)) = self.past.pop_front() {
            if let Ok((file, metadata)) = open(&path) {
                return self.opened(file, &metadata, from, true, look);
            }
        }
        let (mut file, metadata) = open(&self.path)?;
        let from = match self.resume.take() {
            Some(Place::At(at)) if at.fits(&mut file, &metadata) => at.end,
            Some(Place::At(at)) => {
                self.from_start = true;
                self.look_behind(&at);
                look.more = true;
                return Ok(());
            }
            Some(Place::Missing) => End::START,
            None if self.from_start => self.start_of(&mut file, &metadata),
            None => End { offset: metadata.len(), is_open: false },
        };
        self.opened(file, &metadata, from, false, look)
    }

    /// Another file is there than `at` was in: looks for what that has become.
    fn look_behind(&mut self, at: &At) {
        let past = place::left_behind(&self.path, at);
        if past.is_empty() {
            let path = self.shown_path();
            let message =
                format!("{path} was replaced while nobody read it, and what it was is gone: lines may be missing");
            self.say(LogLevel::Warn, message);
        }
        self.past = past.into();
    }

    fn opened(
        &mut self,
        file: File,
        metadata: &Metadata,
        mut from: End,
        is_past: bool,
        look: &mut Look,
    ) -> Result<(), Unreadable> {
        let length = metadata.len();
        let passes_over = self.is_behind && length.saturating_sub(from.offset) > self.catch_up;
        if passes_over {
            // Where letters take two bytes, they begin at even places.
            let next = (length - self.catch_up) & !1;
            let (path, bytes) = (self.shown_path(), count(next - from.offset));
            self.say(LogLevel::Warn, format!("{bytes} bytes of {path} are passed over: it was not read for too long"));
            from = End { offset: next, is_open: false };
        }
        let mut open = Open::new(file, metadata, self.charset, self.max_line, from)?.passing_over(passes_over);
        open.is_past = is_past;
        open.behind_until = if self.is_behind { length } else { 0 };
        self.is_behind &= is_past;
        self.from_start = true;
        self.readable();
        look.place = open.place();
        self.open = Some(open);
        Ok(())
    }

    pub(super) fn readable(&mut self) {
        if self.said.take().is_some() {
            self.say(LogLevel::Info, format!("reading log file {}", self.shown_path()));
        }
    }

    pub(super) fn refused(&mut self, error: &Unreadable, now: Instant, look: &mut Look) {
        if self.may_go && matches!(error, Unreadable::Missing) {
            look.gone = true;
            return;
        }
        self.try_at = Some(now + RETRY);
        // A file that is there but may not be read yet keeps its place: its end.
        self.from_start |= matches!(error, Unreadable::Missing | Unreadable::Directory | Unreadable::NotRegular);
        let reason = error.to_string();
        if self.said.as_ref() != Some(&reason) {
            self.say(LogLevel::Warn, format!("cannot read log file {}: {reason}; trying again", self.shown_path()));
            self.said = Some(reason);
            if matches!(error, Unreadable::Missing) && self.resume.is_none() {
                look.place = Some(Place::Missing);
            }
        }
    }
}
