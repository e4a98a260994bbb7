use std::collections::BTreeMap;
use std::time::Duration;

use app::model::AlertLevel;

use super::super::Encryption;
use super::*;
use crate::alerts::engine::Engine;
use crate::alerts::sample::{busy, rules};
use crate::alerts::silence::{Ack, LabelMatcher, Silence};
use crate::client::{Endpoint, Trust};
use crate::store::{Saved as _, read};

/// A journal that the version before has left: one alert that fires, and is to be sent.
const BEFORE: &[u8] = include_bytes!("../../keep/before.journal");
const RULES: &str = "[[rule]]\nname = 'hot'\nwhen = 'cpu > 90'\ncritical = 95\n";

/// One alert, who is told of it, and what was sent.
struct Desk {
    receivers: Vec<Receiver>,
    saved: Saved,
    engine: Engine,
    clock: u64,
    /// What was sent last.
    sent: Vec<Outgoing>,
}

impl Desk {
    fn new(severity: AlertLevel) -> Self {
        let receiver = Receiver {
            name: "ops".into(),
            group: "ops".into(),
            kind: Kind::Command(vec!["true".into()]),
            severity,
            matching: BTreeMap::new(),
            send_resolved: true,
            repeat_interval: Duration::from_secs(3_600),
            timeout: Duration::from_secs(1),
        };
        let engine = Engine::new(rules(RULES));
        Self { receivers: vec![receiver], saved: Saved::default(), engine, clock: 0, sent: Vec::new() }
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
        self.sent.clear();
        for record in records {
            if let Record::Outgoing(outgoing) = &record {
                self.sent.push((**outgoing).clone());
            }
            self.saved.apply(record);
        }
        let levels = self.sent.iter().filter(|sent| !sent.alert.alert.message.contains("goes on as"));
        levels.map(|outgoing| (outgoing.alert.alert.level, outgoing.is_firing)).collect()
    }

    /// The same, as the label that names the severity and whether it fires.
    fn labelled(&mut self, cpu: f32) -> Vec<(&str, bool)> {
        self.after(1, cpu);
        self.sent.iter().map(|outgoing| (outgoing.alert.labels["severity"].as_str(), outgoing.is_firing)).collect()
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

#[test]
fn what_ends_has_the_labels_by_which_it_was_told() {
    let mut desk = Desk::new(Info);
    assert_eq!(desk.labelled(99.0), [("critical", true)]);
    assert_eq!(desk.labelled(92.0), [], "nobody is told that it has eased");
    assert_eq!(desk.labelled(10.0), [("critical", false)]);
}

#[test]
fn what_becomes_worse_ends_what_was_told_before() {
    let mut desk = Desk::new(Info);
    assert_eq!(desk.labelled(91.0), [("warning", true)]);
    assert_eq!(desk.labelled(99.0), [("critical", true), ("warning", false)]);
    assert_eq!(desk.labelled(10.0), [("critical", false)]);
    desk.receivers[0].send_resolved = false;
    assert_eq!(desk.labelled(91.0), [("warning", true)]);
    assert_eq!(desk.labelled(99.0), [("critical", true)]);
}

#[test]
fn what_is_critical_again_is_told_again() {
    for matching in [None, Some(("severity".to_owned(), "critical".to_owned()))] {
        let mut desk = Desk::new(if matching.is_some() { Info } else { Critical });
        desk.receivers[0].matching = matching.into_iter().collect();
        assert_eq!(desk.after(0, 99.0), [(Critical, true)]);
        assert_eq!(desk.after(600, 91.0), []);
        assert_eq!(desk.after(600, 99.0), [(Critical, true)]);
        assert_eq!(desk.after(600, 99.0), []);
        assert_eq!(desk.labelled(10.0), [("critical", false)]);
    }
}

#[test]
fn an_alertmanager_knows_an_alert_by_the_labels_of_now() {
    let mut desk = Desk::new(Info);
    desk.receivers[0].kind = Kind::Alertmanager("http://127.0.0.1:9".parse().ok().and_then(Endpoint::new).unwrap());
    assert_eq!(desk.labelled(99.0), [("critical", true)]);
    assert_eq!(desk.labelled(91.0), [("warning", true), ("critical", false)]);
    assert_eq!(desk.labelled(91.0), []);
    assert_eq!(desk.labelled(10.0), [("warning", false)]);
}

#[test]
fn a_mail_tells_people_only_that_it_is_worse() {
    let mut desk = Desk::new(Info);
    desk.receivers[0].kind = Kind::Email {
        server: ("localhost".into(), 25),
        from: "opsglass@localhost".into(),
        to: "ops@localhost".into(),
        login: None,
        encryption: Encryption::None,
        trust: Trust::System,
    };
    assert_eq!(desk.labelled(91.0), [("warning", true)]);
    assert_eq!(desk.labelled(99.0), [("critical", true)]);
    assert_eq!(desk.labelled(10.0), [("critical", false)]);
}

#[test]
fn what_the_version_before_has_told_is_gone_on_with() {
    let mut desk = Desk::new(Info);
    let valid;
    (desk.saved, valid) = read(BEFORE);
    assert_eq!(valid, BEFORE.len());
    assert_eq!(desk.saved.outbox[&1].alert.alert.id, "hot");
    desk.engine.restore(desk.saved.alerts.values().cloned().collect(), 1, None);
    desk.clock = 2;
    assert_eq!(desk.labelled(91.0), []);
    desk.receivers[0].name = "ops <ops@localhost>".into();
    assert_eq!(desk.labelled(91.0), [], "it knew each address of a mail by the name of all");
    assert_eq!(desk.labelled(99.0), [("critical", true), ("warning", false)]);
    assert_eq!(desk.sent[0].number, 2);
}

#[test]
fn what_is_given_up_is_known_until_the_receiver_is_told_again() {
    let mut desk = Desk::new(Info);
    desk.after(0, 91.0);
    let given_up = |desk: &Desk| desk.saved.notified["hot"]["ops"].given_up.clone();
    assert_eq!(given_up(&desk), None);
    desk.saved.apply(Record::Dropped(1, "answered 422".into()));
    assert_eq!((desk.saved.outbox.len(), given_up(&desk)), (0, Some("answered 422".to_owned())));
    let mut again = Saved::default();
    desk.saved.records().into_iter().for_each(|record| again.apply(record));
    assert_eq!(again, desk.saved);
    desk.after(1, 99.0);
    for number in desk.saved.outbox.keys().copied().collect::<Vec<_>>() {
        desk.saved.apply(Record::Sent(number));
    }
    assert_eq!(given_up(&desk), None);
}
