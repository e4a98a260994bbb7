use std::collections::BTreeMap;

use app::model::{LogEntry, Timestamp};
use serde::{Deserialize, Serialize};

use super::{level, line, moment, structured};

/// A line that was read from somewhere.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    pub(super) entry: LogEntry,
    /// It says by its form what it is, so it goes on with no other line.
    pub(super) stands_alone: bool,
    /// Where in what it was read from it ends. None where it is no line of that.
    pub(super) end: Option<End>,
}

/// Where a line ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct End {
    pub(super) offset: u64,
    /// It had no end there: what comes next goes on with it.
    pub(super) is_open: bool,
}

impl End {
    /// The beginning of a file.
    pub(super) const START: Self = Self { offset: 0, is_open: false };
}

impl Line {
    /// The line of which `kept` are the first and `total` the length in bytes, read `now` from `source`. What it says of
    /// itself as JSON or logfmt is taken from there; of one that is longer than `max_line` nothing is known.
    pub(super) fn new(kept: &[u8], total: u64, max_line: usize, source: &str, now: Timestamp) -> Self {
        let whole = std::str::from_utf8(kept).ok().filter(|text| text.len() as u64 == total);
        let said = whole.and_then(|text| structured::read(text, max_line));
        let stands_alone = said.is_some();
        let (time, said_level, said_message, fields) =
            said.map_or((None, None, None, BTreeMap::new()), |said| (said.time, said.level, said.message, said.fields));
        let message = said_message.unwrap_or_else(|| line::text(kept, total, max_line));
        let entry = LogEntry {
            timestamp: moment::credible(time, now),
            level: said_level.unwrap_or_else(|| level::stated(&message)),
            message,
            source: source.to_owned(),
            unit: None,
            fields,
        };
        Self { entry, stands_alone, end: None }
    }

    /// As [`new`](Self::new), of a source that doesn't tell when a line was written: the time is the one with which it
    /// begins, where it does.
    pub(super) fn dated(kept: &[u8], total: u64, max_line: usize, source: &str, now: Timestamp) -> Self {
        let mut line = Self::new(kept, total, max_line, source, now);
        if !line.stands_alone {
            line.entry.timestamp = moment::credible(moment::leading(&line.entry.message, now), now);
        }
        line
    }

    /// What opsglass itself has to say in between.
    pub(super) fn notice(entry: LogEntry) -> Self {
        Self { entry, stands_alone: true, end: None }
    }
}
