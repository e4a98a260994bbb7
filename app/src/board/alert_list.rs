//! The alerts, as pages show them: for the server alone, which draws them.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::model::{Alert, AlertState};

/// Resolved alerts a page keeps.
pub const RESOLVED_ALERTS: usize = 20;

/// Every alert's latest change, the last changed first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AlertList {
    alerts: Vec<Alert>,
    /// The ids of those that nobody wants to hear of.
    silenced: Arc<BTreeSet<String>>,
}

impl AlertList {
    /// Takes up the state of a snapshot.
    pub fn new(alerts: Vec<Alert>) -> Self {
        Self { alerts, silenced: Arc::default() }
    }

    /// Takes in one change. A pending alert that clears without having fired is forgotten.
    pub fn apply(&mut self, alert: Alert) {
        let was = self.alerts.iter().position(|known| known.id == alert.id).map(|at| self.alerts.remove(at));
        let never_fired = was.is_none_or(|was| was.state != AlertState::Firing);
        if alert.state == AlertState::Resolved && never_fired {
            return;
        }
        self.alerts.insert(0, alert);
        let mut resolved = 0;
        self.alerts.retain(|alert| {
            resolved += usize::from(alert.state == AlertState::Resolved);
            alert.state != AlertState::Resolved || resolved <= RESOLVED_ALERTS
        });
    }

    /// All of them, the last changed first.
    pub fn all(&self) -> &[Alert] {
        &self.alerts
    }

    /// Those that fire and are not silenced, the last changed first.
    pub fn firing(&self) -> impl Iterator<Item = &Alert> {
        self.alerts.iter().filter(|alert| alert.state == AlertState::Firing && !self.is_silenced(alert))
    }

    /// Takes up which are silenced, by id.
    pub fn silence(&mut self, ids: Arc<BTreeSet<String>>) {
        self.silenced = ids;
    }

    /// Nobody wants to hear of it.
    pub fn is_silenced(&self, alert: &Alert) -> bool {
        self.silenced.contains(&alert.id)
    }

    /// Those in one state, silenced ones last, else the worst first and among equals the longest standing first; resolved
    /// ones latest first.
    pub fn in_state(&self, state: AlertState) -> Vec<&Alert> {
        let mut alerts: Vec<&Alert> = self.alerts.iter().filter(|alert| alert.state == state).collect();
        if state != AlertState::Resolved {
            alerts.sort_by_key(|alert| (self.is_silenced(alert), Reverse(alert.level), alert.since));
        }
        alerts
    }

    /// Those of [`Self::in_state`] that are not silenced.
    pub fn heard(&self, state: AlertState) -> Vec<&Alert> {
        self.in_state(state).into_iter().filter(|alert| !self.is_silenced(alert)).collect()
    }
}
