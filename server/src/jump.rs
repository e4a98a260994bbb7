//! What can be jumped to beside the pages: what the palette asks for when it is opened.

use std::cmp::Reverse;

use app::model::{Alert, AlertLevel, AlertState, LogLevel};
use serde::Serialize;

use crate::board::Board;
use crate::logbook::Logbook;

/// Alerts that are named, the worst first.
const ALERTS: usize = 100;

/// What of the machine can be jumped to. What isn't open to who asks is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Jumps {
    /// Those that fire, then those that are pending; of each the worst first and those that are silenced last.
    pub alerts: Vec<Open>,
    /// Who asks may silence them.
    pub operates: bool,
    /// Errors among the lines that are kept.
    pub errors: u64,
    /// The sources of these lines and how many each has: the most first.
    pub sources: Vec<(String, u64)>,
}

/// An alert that fires or is pending.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Open {
    /// Names it through all its changes.
    pub id: String,
    /// What a person calls it.
    pub name: String,
    /// How bad it is.
    pub level: AlertLevel,
    /// Whether it fires.
    pub state: AlertState,
    /// Nobody wants to hear of it.
    pub silenced: bool,
}

impl Jumps {
    /// What there is on `board` and in `logbook`, as far as they are open to who asks.
    pub fn new(board: Option<&Board>, logbook: Option<&Logbook>, operates: bool) -> Self {
        let counts = logbook.map(|logbook| logbook.summary().counts()).unwrap_or_default();
        let mut sources = counts.sources;
        sources.retain(|(_, lines)| *lines > 0);
        sources.sort_by_cached_key(|(name, lines)| (Reverse(*lines), name.clone()));
        Self {
            alerts: board.map(open).unwrap_or_default(),
            operates: operates && board.is_some(),
            errors: counts.levels[LogLevel::Error as usize],
            sources,
        }
    }
}

fn open(board: &Board) -> Vec<Open> {
    board.with(|state| {
        let alerts = &state.alerts;
        let named = |alert: &Alert| Open {
            id: alert.id.clone(),
            name: alert.name.clone(),
            level: alert.level,
            state: alert.state,
            silenced: alerts.is_silenced(alert),
        };
        let standing = [AlertState::Firing, AlertState::Pending].into_iter().flat_map(|state| alerts.in_state(state));
        standing.take(ALERTS).map(named).collect()
    })
}
