//! What a page knows, folded from events. The server folds the same way for `/api/snapshot`, so that a page which
//! went on by itself and one freshly loaded show the same.

#[cfg(not(feature = "hydrate"))]
mod alert_list;
#[cfg(feature = "ssr")]
mod alert_marks;

use std::collections::VecDeque;

#[cfg(not(feature = "hydrate"))]
pub use alert_list::{AlertList, RESOLVED_ALERTS};
#[cfg(feature = "ssr")]
pub use alert_marks::{ALERT_MARKS, AlertMark, AlertMarks};

use crate::model::{LogEntry, NumberedLog};

/// Log lines a page keeps.
pub const LOG_LINES: usize = 200;

/// The last lines, oldest first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LogTail(VecDeque<NumberedLog>);

impl LogTail {
    /// Takes up the state of a snapshot.
    pub fn new(lines: Vec<NumberedLog>) -> Self {
        Self(lines.into())
    }

    /// Takes in one line, and forgets the oldest past [`LOG_LINES`].
    pub fn apply(&mut self, seq: u64, entry: LogEntry) {
        self.0.push_back(NumberedLog { seq, entry });
        while self.0.len() > LOG_LINES {
            self.0.pop_front();
        }
    }

    /// The lines, oldest first.
    pub fn lines(&self) -> &VecDeque<NumberedLog> {
        &self.0
    }
}

#[cfg(test)]
mod tests;
