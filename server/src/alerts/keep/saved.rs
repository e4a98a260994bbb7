use std::collections::{BTreeMap, VecDeque};

use app::model::{AlertChange, AlertLevel, Timestamp};
use serde::{Deserialize, Serialize};

use crate::alerts::instance::{Instance, severity};
use crate::alerts::notify::Outgoing;
use crate::alerts::silence::{Ack, Silence};
use crate::store;

/// Changes that are remembered after they were told.
const PAST: usize = 200;

/// All that outlasts a restart.
#[derive(Debug, Clone, PartialEq, Default)]
pub(in crate::alerts) struct Saved {
    pub(in crate::alerts) alerts: BTreeMap<String, Instance>,
    pub(in crate::alerts) past: VecDeque<AlertChange>,
    /// The number of the last change that was told.
    pub(in crate::alerts) changes: u64,
    /// The last sample that was seen.
    pub(in crate::alerts) seen: Option<Timestamp>,
    pub(in crate::alerts) acks: BTreeMap<String, Ack>,
    pub(in crate::alerts) silences: BTreeMap<String, Silence>,
    /// What receivers know, by alert and receiver.
    pub(in crate::alerts) notified: BTreeMap<String, BTreeMap<String, Notified>>,
    /// What is to be sent, oldest first.
    pub(in crate::alerts) outbox: BTreeMap<u64, Outgoing>,
    /// The number of the last that was to be sent.
    pub(in crate::alerts) sent: u64,
}

/// What a receiver was told last of an alert that fires.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::alerts) struct Notified {
    pub(in crate::alerts) at: Timestamp,
    /// How bad it has been since, at the least.
    pub(in crate::alerts) level: AlertLevel,
    /// The labels by which it was told. Who keeps alerts by their labels knows it by these alone.
    #[serde(default)]
    labels: Option<BTreeMap<String, String>>,
    /// Why the last that it was to be told of it was not delivered, where that was given up.
    #[serde(default)]
    pub(in crate::alerts) given_up: Option<String>,
}

impl Notified {
    /// The receiver has been told of `alert` as it is.
    pub(in crate::alerts) fn of(alert: &AlertChange, at: Timestamp) -> Self {
        Self { at, level: alert.alert.level, labels: Some(alert.labels.clone()), given_up: None }
    }

    /// The alert is less bad now, which the receiver is not told.
    pub(in crate::alerts) fn eased(&self, alert: &AlertChange) -> Self {
        Self {
            at: self.at,
            level: alert.alert.level,
            labels: Some(self.labels(alert)),
            given_up: self.given_up.clone(),
        }
    }

    /// The labels by which the receiver knows `alert`. The version before has noted the severity only.
    pub(in crate::alerts) fn labels(&self, alert: &AlertChange) -> BTreeMap<String, String> {
        self.labels.clone().unwrap_or_else(|| {
            let mut labels = alert.labels.clone();
            labels.insert("severity".to_owned(), severity(self.level).to_owned());
            labels
        })
    }
}

/// One change of what is saved. Several are one line of the journal: all of them or none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::alerts) enum Record {
    Alert(Box<Instance>),
    Gone(String),
    Told(Box<AlertChange>),
    Counts {
        changes: u64,
        sent: u64,
    },
    Seen(Timestamp),
    Ack(String, Ack),
    Unack(String),
    Silence(Silence),
    Unsilence(String),
    Notified(String, String, Notified),
    Forgotten(String),
    Outgoing(Box<Outgoing>),
    /// It is delivered.
    Sent(u64),
    /// It is given up, and why.
    Dropped(u64, String),
}

impl Saved {
    /// What was to be sent needs no more sending: it is delivered, or given up for this reason.
    fn settle(&mut self, number: u64, given_up: Option<String>) {
        let Some(outgoing) = self.outbox.remove(&number).filter(|outgoing| outgoing.is_firing) else { return };
        let known = self.notified.get_mut(&outgoing.alert.alert.id);
        if let Some(known) = known.and_then(|receivers| receivers.get_mut(&outgoing.receiver)) {
            known.given_up = given_up;
        }
    }
}

impl store::Saved for Saved {
    const NAME: &'static str = "alerts";
    type Record = Record;

    fn apply(&mut self, record: Record) {
        match record {
            Record::Alert(alert) => {
                self.alerts.insert(alert.id(), *alert);
            }
            Record::Gone(id) => {
                self.alerts.remove(&id);
            }
            Record::Told(change) => {
                self.changes = self.changes.max(change.change);
                self.past.push_back(*change);
                if self.past.len() > PAST {
                    self.past.pop_front();
                }
            }
            Record::Counts { changes, sent } => (self.changes, self.sent) = (changes, sent),
            Record::Seen(at) => self.seen = Some(at),
            Record::Ack(id, ack) => {
                self.acks.insert(id, ack);
            }
            Record::Unack(id) => {
                self.acks.remove(&id);
            }
            Record::Silence(silence) => {
                self.silences.insert(silence.id.clone(), silence);
            }
            Record::Unsilence(id) => {
                self.silences.remove(&id);
            }
            Record::Notified(id, receiver, notified) => {
                self.notified.entry(id).or_default().insert(receiver, notified);
            }
            Record::Forgotten(id) => {
                self.notified.remove(&id);
            }
            Record::Outgoing(outgoing) => {
                self.sent = self.sent.max(outgoing.number);
                self.outbox.insert(outgoing.number, *outgoing);
            }
            Record::Sent(number) => self.settle(number, None),
            Record::Dropped(number, why) => self.settle(number, Some(why)),
        }
    }

    fn records(&self) -> Vec<Record> {
        let alerts = self.alerts.values().map(|alert| Record::Alert(Box::new(alert.clone())));
        let past = self.past.iter().map(|change| Record::Told(Box::new(change.clone())));
        let acks = self.acks.iter().map(|(id, ack)| Record::Ack(id.clone(), ack.clone()));
        let silences = self.silences.values().cloned().map(Record::Silence);
        let notified = self.notified.iter().flat_map(|(id, receivers)| {
            receivers
                .iter()
                .map(|(receiver, notified)| Record::Notified(id.clone(), receiver.clone(), notified.clone()))
        });
        let outbox = self.outbox.values().map(|outgoing| Record::Outgoing(Box::new(outgoing.clone())));
        let seen = self.seen.map(Record::Seen);
        let counts = Record::Counts { changes: self.changes, sent: self.sent };
        let all = alerts.chain(past).chain(acks).chain(silences).chain(notified).chain(outbox).chain(seen);
        all.chain([counts]).collect()
    }
}
