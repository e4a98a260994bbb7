//! Receivers and what they are to be told, to try things on.

use std::collections::BTreeMap;
use std::time::Duration;

use app::model::{AlertLevel, Timestamp};

use super::{Kind, Outgoing, Receiver};
use crate::alerts::Engine;
use crate::alerts::sample::{busy, rules};

/// One that is told of everything.
pub(super) fn receiver(kind: Kind) -> Receiver {
    Receiver {
        name: "ops".into(),
        group: "ops".into(),
        kind,
        severity: AlertLevel::Info,
        matching: BTreeMap::new(),
        send_resolved: true,
        repeat_interval: Duration::from_secs(3_600),
        timeout: Duration::from_secs(5),
    }
}

/// One that is told by a program.
pub(super) fn program() -> Receiver {
    receiver(Kind::Command(vec!["true".into()]))
}

/// That an alert fires which was to be told at second `s`, of an instance of its own.
pub(super) fn outgoing(number: u64, s: u64) -> Outgoing {
    let mut engine = Engine::new(rules("[[rule]]\nname = 'hot'\nwhen = 'cpu > 90'\n"));
    let mut alert = engine.observe(&busy(0, 99.0)).told.remove(0);
    alert.alert.id = format!("hot:{number}");
    Outgoing::new(number, &program(), Timestamp::from_ms(s * 1_000), alert, true)
}
