//! What a page knows, folded from events. The server folds the same way for `/api/snapshot`, so that a page which
//! went on by itself and one freshly loaded show the same.

use std::cmp::Ordering;
use std::collections::VecDeque;

use crate::model::{Alert, AlertState, LogEntry, NumberedLog};
use crate::order::ordered;

/// Log lines a page keeps.
pub const LOG_LINES: usize = 200;
/// Resolved alerts a page keeps.
pub const RESOLVED_ALERTS: usize = 20;

/// Every alert's latest change, the last changed first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AlertList(Vec<Alert>);

impl AlertList {
    /// Takes up the state of a snapshot.
    pub fn new(alerts: Vec<Alert>) -> Self {
        Self(alerts)
    }

    /// Takes in one change. A pending alert that clears without having fired is forgotten.
    pub fn apply(&mut self, alert: Alert) {
        let was = self.0.iter().position(|known| known.id == alert.id).map(|at| self.0.remove(at));
        let never_fired = was.is_none_or(|was| was.state != AlertState::Firing);
        if alert.state == AlertState::Resolved && never_fired {
            return;
        }
        self.0.insert(0, alert);
        let mut resolved = 0;
        self.0.retain(|alert| {
            resolved += usize::from(alert.state == AlertState::Resolved);
            alert.state != AlertState::Resolved || resolved <= RESOLVED_ALERTS
        });
    }

    /// All of them, the last changed first.
    pub fn all(&self) -> &[Alert] {
        &self.0
    }

    /// Those in one state, worst first and among equals the longest standing first; resolved ones latest first.
    pub fn in_state(&self, state: AlertState) -> Vec<&Alert> {
        let alerts = self.0.iter().filter(|alert| alert.state == state);
        ordered(alerts, |a, b| match state {
            AlertState::Resolved => Ordering::Equal,
            _ => b.level.cmp(&a.level).then(a.since.cmp(&b.since)),
        })
    }
}

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
