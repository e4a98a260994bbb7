use std::collections::{BTreeMap, BTreeSet};

use app::model::{AlertChange, AlertState, Timestamp};

use super::{Kind, Outgoing, Receiver};
use crate::alerts::instance::severity;
use crate::alerts::keep::{Notified, Record, Saved};

/// What is to be sent now that these alerts fire, and what is to be remembered of it. `ended` are those that have ended
/// since, by id.
pub(in crate::alerts) fn plan(
    receivers: &[Receiver],
    firing: &[&AlertChange],
    ended: &BTreeMap<&str, &AlertChange>,
    saved: &Saved,
    now: Timestamp,
) -> Vec<Record> {
    let mut plan = Plan { records: Vec::new(), next: saved.sent, now };
    for alert in firing {
        let id = &alert.alert.id;
        let is_silenced = is_silenced(alert, saved, now);
        let is_muted = is_silenced || saved.acks.contains_key(id);
        for receiver in receivers {
            let known = saved.notified.get(id).and_then(|receivers| known(receivers, receiver));
            if receiver.takes(alert) {
                plan.firing(receiver, alert, known, is_silenced, is_muted);
            } else {
                plan.eased(receiver, alert, known);
            }
        }
    }
    let fires: BTreeSet<&str> = firing.iter().map(|alert| alert.alert.id.as_str()).collect();
    for (id, known) in saved.notified.iter().filter(|(id, _)| !fires.contains(id.as_str())) {
        let told = |change: &&AlertChange| change.alert.id == *id && change.alert.state == AlertState::Resolved;
        let end = ended.get(id.as_str()).copied().or_else(|| saved.past.iter().rev().find(told));
        for receiver in receivers.iter().filter(|receiver| receiver.send_resolved) {
            if let (Some(end), Some(known)) = (end, self::known(known, receiver)) {
                let labels = known.labels(end);
                plan.send(receiver, AlertChange { labels, ..end.clone() }, false);
            }
        }
        plan.records.push(Record::Forgotten(id.clone()));
    }
    let over = saved.acks.keys().filter(|id| !fires.contains(id.as_str()));
    plan.records.extend(over.cloned().map(Record::Unack));
    plan.records
}

/// What a receiver knows. The version before had one name for all addresses of a mail.
fn known<'a>(all: &'a BTreeMap<String, Notified>, receiver: &Receiver) -> Option<&'a Notified> {
    all.get(&receiver.name).or_else(|| all.get(&receiver.group))
}

/// Whether a silence that is in force means it.
pub(in crate::alerts) fn is_silenced(alert: &AlertChange, saved: &Saved, now: Timestamp) -> bool {
    saved.silences.values().any(|silence| silence.is_active(now) && silence.takes(&alert.labels))
}

struct Plan {
    records: Vec<Record>,
    next: u64,
    now: Timestamp,
}

impl Plan {
    fn firing(
        &mut self,
        receiver: &Receiver,
        alert: &AlertChange,
        known: Option<&Notified>,
        is_silenced: bool,
        is_muted: bool,
    ) {
        let level = alert.alert.level;
        let repeat = u64::try_from(receiver.repeat_interval.as_millis()).unwrap_or(u64::MAX);
        let send = match known {
            None => !is_muted,
            // Who has acknowledged it has not seen this yet.
            Some(known) if level > known.level => !is_silenced,
            // An Alertmanager repeats by itself, and is told what still fires all the time: by the labels of now.
            Some(known) if matches!(receiver.kind, Kind::Alertmanager(_)) => {
                !is_muted && known.labels(alert) != alert.labels
            }
            Some(known) => !is_muted && self.now.since(known.at) >= repeat,
        };
        if send {
            self.send(receiver, alert.clone(), true);
            if let Some(known) = known {
                self.supersede(receiver, alert, known);
            }
            self.note(receiver, alert, Notified::of(alert, self.now));
        } else {
            self.eased(receiver, alert, known);
        }
    }

    /// It may be less bad than the receiver knows: when it is worse again that is news.
    fn eased(&mut self, receiver: &Receiver, alert: &AlertChange, known: Option<&Notified>) {
        if let Some(known) = known.filter(|known| alert.alert.level < known.level) {
            self.note(receiver, alert, known.eased(alert));
        }
    }

    /// With other labels it is another alert to who keeps alerts by their labels: the one of before is over.
    fn supersede(&mut self, receiver: &Receiver, alert: &AlertChange, known: &Notified) {
        let labels = known.labels(alert);
        let is_for_people = matches!(receiver.kind, Kind::Email { .. });
        if labels == alert.labels || is_for_people || !receiver.send_resolved {
            return;
        }
        let mut before = AlertChange { labels, summary: None, description: None, ..alert.clone() };
        before.alert.message = format!("{} goes on as {}", alert.alert.name, severity(alert.alert.level));
        self.send(receiver, before, false);
    }

    fn note(&mut self, receiver: &Receiver, alert: &AlertChange, notified: Notified) {
        self.records.push(Record::Notified(alert.alert.id.clone(), receiver.name.clone(), notified));
    }

    fn send(&mut self, receiver: &Receiver, alert: AlertChange, is_firing: bool) {
        self.next += 1;
        let outgoing = Outgoing::new(self.next, receiver, self.now, alert, is_firing);
        self.records.push(Record::Outgoing(Box::new(outgoing)));
    }
}

#[cfg(test)]
mod tests;
