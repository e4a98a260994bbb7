//! Alerts on opsglass itself, that no rule makes.

use std::collections::BTreeMap;

use app::model::{Alert, AlertChange, AlertLevel, AlertPhase, AlertRule, AlertState, Timestamp};

/// How the names of these begin, and those of no rule.
pub(super) const PREFIX: &str = "opsglass-";

/// What opsglass tells of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Own {
    /// The rules can't be read again; the old ones are in force.
    Rules,
    /// The state of alerts can't be written.
    State,
}

impl Own {
    pub(super) const ALL: [Self; 2] = [Self::Rules, Self::State];

    pub(super) fn id(self) -> &'static str {
        match self {
            Self::Rules => "opsglass-rules",
            Self::State => "opsglass-state",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Rules => "New rules can't be read",
            Self::State => "The state of alerts can't be kept",
        }
    }

    /// A change of it: it fires because of a `problem`, or there is none any more.
    pub(super) fn change(self, problem: Option<&str>, fired_at: Timestamp, at: Timestamp, number: u64) -> AlertChange {
        let (state, phase, level) = match problem {
            Some(_) => (AlertState::Firing, AlertPhase::Firing, AlertLevel::Warning),
            None => (AlertState::Resolved, AlertPhase::Resolved, AlertLevel::Info),
        };
        let message = match (self, problem) {
            (Self::Rules, Some(problem)) => format!("the rules are still the old ones: {problem}"),
            (Self::State, Some(problem)) => format!("alerts would not outlast a restart: {problem}"),
            (Self::Rules, None) => "the new rules are in force".to_owned(),
            (Self::State, None) => "the state of alerts is kept again".to_owned(),
        };
        let labels = [("alertname", self.id()), ("severity", "warning")];
        AlertChange {
            alert: Alert {
                id: self.id().to_owned(),
                name: self.title().to_owned(),
                level,
                state,
                message,
                value: if problem.is_some() { 1.0 } else { 0.0 },
                threshold: 0.0,
                unit: String::new(),
                hold: 0,
                since: at,
            },
            change: number,
            at,
            phase,
            instance: None,
            labels: BTreeMap::from(labels.map(|(label, value)| (label.to_owned(), value.to_owned()))),
            rule: AlertRule { name: self.id().to_owned(), when: String::new(), edition: 0, keep_firing_for: 0 },
            fired_at: Some(fired_at),
            summary: None,
            description: None,
            samples: Vec::new(),
            untold: 0,
        }
    }
}
