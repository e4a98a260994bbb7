//! What of the alerts becomes a line of the room.

use std::collections::BTreeMap;

use app::model::{AlertChange, AlertLevel, AlertPhase, AlertState, ChatAlert, ChatWhat};
use serde::Deserialize;

use crate::hub::{Event, Payload};
use crate::visible::printable;

/// Alerts that fire, by id: how bad they are, and what people call them.
#[derive(Debug, Default)]
pub(super) struct Firing(BTreeMap<String, (AlertLevel, String)>);

/// An `acknowledge` event, as far as a line tells of it.
#[derive(Debug, Deserialize)]
struct Acknowledged {
    id: String,
    acknowledged: Option<By>,
}

#[derive(Debug, Deserialize)]
struct By {
    by: String,
    reason: String,
}

impl Firing {
    /// What an event of the dashboard says in the room, if anything.
    pub(super) fn hear(&mut self, event: &Event) -> Option<ChatWhat> {
        match &event.payload {
            Payload::Alert(change) => self.change(change),
            Payload::Text { event: Some(name), data, .. } if name.as_str() == "acknowledge" => {
                let Acknowledged { id, acknowledged } = serde_json::from_str(data).ok()?;
                let By { by, reason } = acknowledged?;
                let name = self.0.get(&id).map_or_else(|| id.clone(), |(_, name)| name.clone());
                let (by, reason) = (printable(&by), printable(&reason));
                Some(ChatWhat::Acknowledged { id, name: printable(&name), by, reason })
            }
            Payload::Metrics(_) | Payload::Log(_) | Payload::Text { .. } => None,
        }
    }

    /// What a change of an alert says: that it fires, is worse or better than before, or is over.
    pub(super) fn change(&mut self, change: &AlertChange) -> Option<ChatWhat> {
        let alert = &change.alert;
        let level = match alert.state {
            AlertState::Firing => {
                let known = self.0.insert(alert.id.clone(), (alert.level, alert.name.clone()));
                if known.is_some_and(|(level, _)| level == alert.level) {
                    return None;
                }
                alert.level
            }
            AlertState::Resolved if change.phase == AlertPhase::Resolved => {
                self.0.remove(&alert.id).map_or(alert.level, |(level, _)| level)
            }
            AlertState::Resolved | AlertState::Pending => return None,
        };
        Some(ChatWhat::Alert(ChatAlert {
            id: alert.id.clone(),
            name: printable(&alert.name),
            level,
            state: alert.state,
            message: printable(&alert.message),
            fired_at: change.fired_at.unwrap_or(alert.since),
        }))
    }
}
