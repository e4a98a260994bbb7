use std::collections::BTreeMap;
use std::time::Duration;

use app::model::AlertLevel;

use super::*;
use crate::alerts::engine::Engine;
use crate::alerts::sample::{busy, rules};
use crate::alerts::silence::{Ack, LabelMatcher, Silence};
use crate::store::Saved as _;

const RULES: &str = "[[rule]]\nname = 'hot'\nwhen = 'cpu > 90'\ncritical = 95\n";

/// One alert, who is told of it, and what was sent.
struct Desk {
    receivers: Vec<Receiver>,
    saved: Saved,
    engine: Engine,
    clock: u64,
}

impl Desk {
    fn new(severity: AlertLevel) -> Self {
        let receiver = Receiver {
            name: "ops".into(),
            kind: Kind::Command(vec!["true".into()]),
            severity,
            matching: BTreeMap::new(),
            send_resolved: true,
            repeat_interval: Duration::from_secs(3_600),
            timeout: Duration::from_secs(1),
        };
        Self { receivers: vec![receiver], saved: Saved::default(), engine: Engine::new(rules(RULES)), clock: 0 }
    }

    /// A sample so many seconds later; what is sent by it, as severity and whether it fires.
    fn after(&mut self, seconds: u64, cpu: f32) -> Vec<(AlertLevel, bool)> {
        self.clock += seconds;
        let sample = busy(self.clock, cpu);
        let told = self.engine.observe(&sample).told;
        let ended = told.iter().filter(|change| change.alert.state == AlertState::Resolved);
        let ended = ended.map(|change| (change.alert.id.as_str(), change)).collect();
        let firing: Vec<&AlertChange> = self.engine.open().filter_map(|instance| instance.last.as_ref()).collect();
        let firing: Vec<&AlertChange> = firing.into_iter().filter(|c| c.alert.state == AlertState::Firing).collect();
        let records = plan(&self.receivers, &firing, &ended, &self.saved, sample.timestamp);
        let mut sent = Vec::new();
        for record in records {
            if let Record::Outgoing(outgoing) = &record {
                sent.push((outgoing.alert.alert.level, outgoing.is_firing));
            }
            self.saved.apply(record);
        }
        sent
    }

    fn now(&self) -> Timestamp {
        busy(self.clock, 0.0).timestamp
    }
}

use AlertLevel::{Critical, Info, Warning};

#[test]
fn what_fires_is_sent_once_and_repeated_and_its_end_is_sent() {
    let mut desk = Desk::new(Info);
    assert_eq!(desk.after(0, 91.0), [(Warning, true)]);
    assert_eq!(desk.after(1, 92.0), []);
    assert_eq!(desk.after(1, 99.0), [(Critical, true)]);
    assert_eq!(desk.after(3_590, 99.0), []);
    assert_eq!(desk.after(20, 99.0), [(Critical, true)], "again after an hour");
    assert_eq!(desk.after(1, 10.0), [(Info, false)]);
    assert_eq!(desk.after(1, 10.0), []);
    assert_eq!(desk.after(1, 91.0), [(Warning, true)]);
}

#[test]
fn who_wants_what_is_critical_is_told_of_that_and_of_its_end() {
    let mut desk = Desk::new(Critical);
    assert_eq!(desk.after(0, 91.0), []);
    assert_eq!(desk.after(1, 10.0), []);
    assert_eq!(desk.after(1, 99.0), [(Critical, true)]);
    assert_eq!(desk.after(1, 10.0), [(Info, false)]);
    desk.receivers[0].send_resolved = false;
    assert_eq!(desk.after(1, 99.0), [(Critical, true)]);
    assert_eq!(desk.after(1, 10.0), []);
}

#[test]
fn what_is_acknowledged_is_not_repeated_unless_it_becomes_worse() {
    let mut desk = Desk::new(Info);
    desk.after(0, 91.0);
    let ack = Ack { at: desk.now(), by: "me".into(), reason: String::new() };
    desk.saved.apply(Record::Ack("hot".into(), ack));
    assert_eq!(desk.after(4_000, 91.0), []);
    assert_eq!(desk.after(1, 99.0), [(Critical, true)]);
    assert_eq!(desk.after(4_000, 99.0), []);
    assert_eq!(desk.after(1, 10.0), [(Info, false)]);
    assert!(desk.saved.acks.is_empty(), "it ends with the alert");
    assert_eq!(desk.after(1, 91.0), [(Warning, true)]);
}

#[test]
fn what_is_silenced_is_sent_when_the_silence_ends() {
    let mut desk = Desk::new(Info);
    let silence = Silence {
        id: "1".into(),
        matchers: vec![LabelMatcher { label: "alertname".into(), value: "h*".into(), equal: true }],
        reason: "known".into(),
        by: "me".into(),
        from: desk.now(),
        until: desk.now().plus(60_000),
    };
    desk.saved.apply(Record::Silence(silence));
    assert_eq!(desk.after(1, 91.0), []);
    assert_eq!(desk.after(1, 99.0), []);
    assert_eq!(desk.after(58, 99.0), [(Critical, true)]);
}

#[test]
fn only_what_matches_is_sent() {
    let mut desk = Desk::new(Info);
    desk.receivers[0].matching = BTreeMap::from([("alertname".into(), "cold*".into())]);
    assert_eq!(desk.after(1, 99.0), []);
    desk.receivers[0].matching = BTreeMap::from([("alertname".into(), "h*".into())]);
    assert_eq!(desk.after(1, 99.0), [(Critical, true)]);
}
