use app::model::{AlertChange, AlertSample, AlertState, Timestamp};

use super::Levels;
use super::keeper::{Keeper, now};
use super::notify::{Queue, ReceiverStatus};
use super::silence::{Ack, Silence};

/// All that a page of alerts shows, as of now.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Page {
    /// When that is.
    pub now: Timestamp,
    /// What is pending or firing.
    pub open: Vec<Standing>,
    /// The last changes of all, oldest first.
    pub past: Vec<AlertChange>,
    /// Silences, in force or not yet.
    pub silences: Vec<Silence>,
    /// How the receivers fare.
    pub receivers: Vec<ReceiverStatus>,
}

/// An alert that is pending or firing.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// Its last change.
    pub change: AlertChange,
    /// The value of now; after the last there was, where it is not read any more.
    pub value: f32,
    /// What the value is held against, if a rule says so.
    pub levels: Option<Levels>,
    /// The values since it is pending, thinned out.
    pub samples: Vec<AlertSample>,
    /// Who sees to it.
    pub acknowledged: Option<Ack>,
    /// The ids of the silences that mean it.
    pub silenced_by: Vec<String>,
    /// Who was to be told of it.
    pub told: Vec<Told>,
}

/// Somebody who was to be told of an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The receiver.
    pub receiver: String,
    /// When it was decided.
    pub at: Timestamp,
    /// It has not got through yet.
    pub waits: bool,
    /// Why it never will.
    pub given_up: Option<String>,
}

impl Keeper {
    pub(super) fn page(&self) -> Page {
        let now = now();
        let of_rules = self.engine.open().filter_map(|instance| {
            let standing = self.standing(instance.last.as_ref()?, now);
            let (value, samples) = (instance.value, instance.samples());
            Some(Standing { value, samples, levels: Some(instance.levels), ..standing })
        });
        let own = self.own.values().map(|change| self.standing(change, now));
        Page {
            now,
            open: of_rules.chain(own).filter(|open| open.change.alert.state != AlertState::Resolved).collect(),
            past: self.saved.past.iter().cloned().collect(),
            silences: self.saved.silences.values().cloned().collect(),
            receivers: self.queues.iter().map(Queue::status).collect(),
        }
    }

    fn standing(&self, change: &AlertChange, now: Timestamp) -> Standing {
        let id = &change.alert.id;
        let active = self.saved.silences.values().filter(|silence| silence.is_active(now));
        let waits = |receiver: &String| {
            let mut outbox = self.saved.outbox.values();
            outbox.any(|outgoing| outgoing.receiver == *receiver && outgoing.alert.alert.id == *id)
        };
        let told = self.saved.notified.get(id).into_iter().flatten().map(|(receiver, notified)| Told {
            receiver: receiver.clone(),
            at: notified.at,
            waits: waits(receiver),
            given_up: notified.given_up.clone(),
        });
        Standing {
            change: change.clone(),
            value: change.alert.value,
            levels: None,
            samples: Vec::new(),
            acknowledged: self.saved.acks.get(id).cloned(),
            silenced_by: active.filter(|silence| silence.takes(&change.labels)).map(|s| s.id.clone()).collect(),
            told: told.collect(),
        }
    }
}
