use std::collections::BTreeMap;

use app::model::{Alert, AlertLevel, AlertState, Metrics, Timestamp};

use super::message;
use super::pace::{Moment, Pace};
use super::state::{Change, Machine, Severity};
use super::{Reading, Rule};

/// All rules, and where each of their alerts stands.
#[derive(Debug)]
pub struct Engine {
    watches: Vec<Watch>,
    pace: Pace,
}

/// A rule and its alerts that are pending or firing, by what they are about.
#[derive(Debug)]
struct Watch {
    rule: Rule,
    open: BTreeMap<Option<String>, Instance>,
}

#[derive(Debug)]
struct Instance {
    machine: Machine,
    /// The last there was: what a value that is gone was.
    reading: Reading,
}

impl Engine {
    /// Holds samples against `rules`.
    pub fn new(rules: Vec<Rule>) -> Self {
        let watches = rules.into_iter().map(|rule| Watch { rule, open: BTreeMap::new() }).collect();
        Self { watches, pace: Pace::default() }
    }

    /// Takes in the next sample, and returns what has changed by it; mostly nothing.
    pub fn observe(&mut self, metrics: &Metrics) -> Vec<Alert> {
        let now = self.pace.next(metrics.timestamp);
        self.watches.iter_mut().flat_map(|watch| watch.observe(metrics, now)).collect()
    }
}

impl Watch {
    fn observe(&mut self, metrics: &Metrics, now: Moment) -> Vec<Alert> {
        // Of two file systems on one mount the later hides the earlier.
        let mut values: BTreeMap<Option<String>, f32> = BTreeMap::new();
        for reading in self.rule.source.read(metrics) {
            values.insert(reading.subject.clone(), reading.value);
            match self.open.get_mut(&reading.subject) {
                Some(instance) => instance.reading = reading,
                None => {
                    let instance = Instance { machine: Machine::default(), reading };
                    self.open.insert(instance.reading.subject.clone(), instance);
                }
            }
        }
        let mut changes = Vec::new();
        for (subject, instance) in &mut self.open {
            changes.extend(instance.observe(&self.rule, now, values.get(subject).copied()));
        }
        self.open.retain(|_, instance| !instance.machine.is_inactive());
        changes
    }
}

impl Instance {
    fn observe(&mut self, rule: &Rule, now: Moment, value: Option<f32>) -> Option<Alert> {
        let levels = rule.levels.times(self.reading.scale);
        let change = self.machine.step(&levels, rule.hold, now, value)?;
        let (state, level) = standing(change);
        let subject = self.reading.subject.as_deref();
        Some(Alert {
            id: subject.map_or_else(|| rule.id.clone(), |subject| format!("{}:{subject}", rule.id)),
            name: message::name(rule.source, subject),
            level,
            state,
            message: message::sentence(rule, &self.reading, &levels, change),
            value: self.reading.value,
            threshold: message::threshold(&levels, change),
            unit: rule.source.unit().to_owned(),
            hold: rule.hold.as_secs(),
            since: self.since(now.at),
        })
    }

    /// A resolved alert is so from now on.
    fn since(&self, now: Timestamp) -> Timestamp {
        self.machine.since().unwrap_or(now)
    }
}

fn standing(change: Change) -> (AlertState, AlertLevel) {
    match change {
        Change::Pending(severity) => (AlertState::Pending, severity.into()),
        Change::Fired(severity) => (AlertState::Firing, severity.into()),
        Change::Eased => (AlertState::Firing, Severity::Warning.into()),
        Change::Cleared | Change::Lost | Change::Withdrawn(_) => (AlertState::Resolved, AlertLevel::Info),
    }
}

#[cfg(test)]
mod tests;
