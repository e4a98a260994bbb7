use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::SystemTime;

use app::model::{Alert, AlertChange, AlertLevel, AlertPhase, AlertRule, AlertState, Timestamp};
use sysinfo::System;

use super::{Receiver, deliver, delivery};

/// Tells each of `receivers` of a made-up alert, once, and says on standard output how that went.
pub async fn try_all(receivers: &[Receiver]) -> ExitCode {
    let host = System::host_name().unwrap_or_default();
    let alert = made_up(SystemTime::now().into());
    let mut code = ExitCode::SUCCESS;
    for receiver in receivers {
        let said = match deliver::send(receiver, &host, &[(&alert, true)], &delivery(&[])).await {
            Ok(()) => "told".to_owned(),
            Err(failure) => {
                code = ExitCode::FAILURE;
                format!("not told: {failure}")
            }
        };
        anstream::println!("{} ({}): {said}", receiver.name, receiver.sort());
    }
    code
}

/// An alert that says that it is none.
fn made_up(now: Timestamp) -> AlertChange {
    let labels = [("alertname", "opsglass-test"), ("severity", "info")];
    AlertChange {
        alert: Alert {
            id: "opsglass-test".to_owned(),
            name: "Test".to_owned(),
            level: AlertLevel::Info,
            state: AlertState::Firing,
            message: "somebody tries whether alerts arrive; all is well".to_owned(),
            value: 0.0,
            threshold: 0.0,
            unit: String::new(),
            hold: 0,
            since: now,
        },
        change: 0,
        at: now,
        phase: AlertPhase::Firing,
        instance: None,
        labels: BTreeMap::from(labels.map(|(label, value)| (label.to_owned(), value.to_owned()))),
        rule: AlertRule { name: "opsglass-test".to_owned(), when: String::new(), edition: 0, keep_firing_for: 0 },
        fired_at: Some(now),
        summary: None,
        description: None,
        samples: Vec::new(),
        untold: 0,
    }
}
