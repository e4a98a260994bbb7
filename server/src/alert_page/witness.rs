use std::collections::VecDeque;

use app::model::{AlertChange, AlertPhase, Metrics, Process, Timestamp};

/// Alerts of which it is remembered.
const MOST: usize = 100;
/// Processes of each.
const PROCESSES: usize = 5;
/// How long before an alert a table of processes may have been read, in milliseconds.
const OLD: u64 = 15_000;

/// What used most of the processor when alerts fired; for as long as the process lives.
#[derive(Debug, Default)]
pub(super) struct Witness {
    now: (Timestamp, Vec<Process>),
    /// The alert, when it fired, and what was seen then.
    seen: VecDeque<(String, Timestamp, Vec<Process>)>,
}

impl Witness {
    /// Takes in a sample.
    pub(super) fn see(&mut self, metrics: &Metrics) {
        if let Some(table) = &metrics.processes {
            self.now = (table.timestamp, table.top.iter().take(PROCESSES).cloned().collect());
        }
    }

    /// Notes it, where this is an alert that fires.
    pub(super) fn note(&mut self, change: &AlertChange) {
        let Some(fired) = change.fired_at.filter(|_| change.phase == AlertPhase::Firing) else { return };
        let is_known = self.seen.iter().any(|(id, at, _)| *id == change.alert.id && *at == fired);
        if is_known || change.at.since(self.now.0) > OLD {
            return;
        }
        self.seen.push_back((change.alert.id.clone(), fired, self.now.1.clone()));
        if self.seen.len() > MOST {
            self.seen.pop_front();
        }
    }

    /// What was seen when the alert fired at that moment.
    pub(super) fn of(&self, id: &str, fired: Timestamp) -> Vec<Process> {
        let seen = self.seen.iter().rev().find(|(known, at, _)| known == id && *at == fired);
        seen.map(|(_, _, processes)| processes.clone()).unwrap_or_default()
    }
}
