//! The alerts, as pages show them: for the server alone, which draws them.

use crate::model::{Alert, AlertState};

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

    /// Those that fire, the last changed first.
    pub fn firing(&self) -> impl Iterator<Item = &Alert> {
        self.0.iter().filter(|alert| alert.state == AlertState::Firing)
    }

    /// Those in one state, worst first and among equals the longest standing first; resolved ones latest first.
    pub fn in_state(&self, state: AlertState) -> Vec<&Alert> {
        let mut alerts: Vec<&Alert> = self.0.iter().filter(|alert| alert.state == state).collect();
        if state != AlertState::Resolved {
            alerts.sort_by(|a, b| b.level.cmp(&a.level).then(a.since.cmp(&b.since)));
        }
        alerts
    }
}
