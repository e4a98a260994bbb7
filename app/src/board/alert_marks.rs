//! When alerts began and ceased to fire, for the charts: for the server alone, which draws them.

use std::collections::VecDeque;

use crate::model::{AlertChange, AlertLevel, AlertPhase, Timestamp};
use crate::range::Range;

/// Marks that are kept, the newest.
pub const ALERT_MARKS: usize = 40;

/// One such moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertMark {
    /// When.
    pub at: Timestamp,
    /// The alert.
    pub id: String,
    /// What a person calls it.
    pub name: String,
    /// How bad it was while it fired.
    pub level: AlertLevel,
    /// It fires from now on; else it is over.
    pub fires: bool,
}

/// Those of the last hour, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AlertMarks(VecDeque<AlertMark>);

impl AlertMarks {
    /// Takes in one change. Each level at which an alert fires is marked once.
    pub fn apply(&mut self, change: &AlertChange) {
        let alert = &change.alert;
        let before = self.0.iter().rev().find(|mark| mark.id == alert.id).filter(|mark| mark.fires);
        let (fires, level) = match change.phase {
            AlertPhase::Firing if before.is_none_or(|before| before.level != alert.level) => (true, alert.level),
            // What is over is told as information, whatever it was.
            AlertPhase::Resolved => (false, before.map_or(alert.level, |before| before.level)),
            _ => return,
        };
        self.0.push_back(AlertMark { at: change.at, id: alert.id.clone(), name: alert.name.clone(), level, fires });
        if self.0.len() > ALERT_MARKS {
            self.0.pop_front();
        }
    }

    /// Those within the longest range before `now`.
    pub fn since(&self, now: Timestamp) -> impl Iterator<Item = &AlertMark> {
        self.0.iter().filter(move |mark| now.since(mark.at) <= Range::Hour.ms())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Alert, AlertRule, AlertState};

    fn change(id: &str, at: u64, phase: AlertPhase, level: AlertLevel) -> AlertChange {
        let at = Timestamp::from_ms(at);
        let rule = AlertRule { name: id.to_owned(), when: "cpu > 1".to_owned(), edition: 1, keep_firing_for: 0 };
        let alert = Alert {
            id: id.to_owned(),
            name: format!("{id} high"),
            level,
            state: AlertState::Firing,
            message: String::new(),
            value: 2.0,
            threshold: 1.0,
            unit: String::new(),
            hold: 0,
            since: at,
        };
        AlertChange {
            alert,
            change: 1,
            at,
            phase,
            instance: None,
            labels: std::collections::BTreeMap::default(),
            rule,
            fired_at: None,
            summary: None,
            description: None,
            samples: Vec::new(),
            untold: 0,
        }
    }

    #[test]
    fn firing_and_over_are_marked_and_nothing_between() {
        use AlertLevel::{Critical, Info, Warning};
        use AlertPhase::{Firing, Pending, Recovering, Resolved, Withdrawn};
        let mut marks = AlertMarks::default();
        for (id, at, phase, level) in [
            ("cpu", 1, Pending, Warning),
            ("cpu", 2, Firing, Warning),
            ("swap", 2, Pending, Warning),
            ("swap", 3, Withdrawn, Info),
            ("cpu", 3, Recovering, Warning),
            ("cpu", 4, Firing, Warning),
            ("cpu", 5, Firing, Critical),
            ("cpu", 6, Resolved, Info),
            ("load", 7, Resolved, Info),
            ("cpu", 8, Firing, Critical),
        ] {
            marks.apply(&change(id, at, phase, level));
        }
        let told: Vec<_> =
            marks.since(Timestamp::from_ms(9)).map(|mark| (mark.at.ms(), &*mark.id, mark.level, mark.fires)).collect();
        assert_eq!(
            told,
            [
                (2, "cpu", Warning, true),
                (5, "cpu", Critical, true),
                (6, "cpu", Critical, false),
                (7, "load", Info, false),
                (8, "cpu", Critical, true)
            ]
        );
        assert_eq!(marks.since(Timestamp::from_ms(Range::Hour.ms() + 6)).count(), 3, "of the last hour");
    }

    #[test]
    fn the_newest_are_kept() {
        let mut marks = AlertMarks::default();
        for at in 0..100 {
            marks.apply(&change(&format!("a{at}"), at, AlertPhase::Firing, AlertLevel::Warning));
        }
        let kept: Vec<u64> = marks.since(Timestamp::from_ms(100)).map(|mark| mark.at.ms()).collect();
        assert_eq!((kept.len(), kept[0]), (ALERT_MARKS, 60));
    }
}
