//! What is said aloud to those who can't see the page: changes of the connection politely, alerts at once. Both regions
//! stand empty in the first document, since a region is heard only when it changes. Numbers are never announced.

use std::sync::{Mutex, PoisonError};

use crate::element::{El, el, moving};
use crate::live::{Live, Status};
use crate::model::Alert;

/// The two live regions.
pub fn announcements(live: Live) -> El {
    let said_last = Mutex::new(None);
    let line = move || {
        let mut said = said_last.lock().unwrap_or_else(PoisonError::into_inner);
        let next = connection(*said, &live.status.read());
        said.insert(next).to_string()
    };
    let said_last = Mutex::new(None);
    let alerts = move || {
        let mut said = said_last.lock().unwrap_or_else(PoisonError::into_inner);
        let next = announce(said.as_ref(), &live.alerts.read());
        said.insert(next).text.clone()
    };
    let region = |role: &'static str| el("div").fixed(|region| region.attr("role", role).class("sr-only"));
    el("div")
        .fixed(|regions| regions.class("contents"))
        .of([region("status").text(moving(line)), region("alert").text(moving(alerts))])
}

fn connection(said: Option<&'static str>, status: &Status) -> &'static str {
    match status {
        Status::Connecting => "",
        Status::Live { .. } | Status::CaughtUp { .. } if said.is_none_or(str::is_empty) => "",
        Status::Live { .. } | Status::CaughtUp { .. } => "Live again",
        Status::Reconnecting { .. } => "Connection lost, reconnecting",
        Status::Stale { .. } => "No data is arriving",
        Status::Offline { .. } => "Offline",
        Status::Refused(refusal) => refusal.words().1,
        Status::Paused { .. } => "Paused",
    }
}

/// What was said of the alerts last, and which were firing then.
#[derive(Debug, Clone, PartialEq, Default)]
struct Said {
    firing: Vec<Alert>,
    text: String,
}

fn announce(said: Option<&Said>, firing: &[Alert]) -> Said {
    let firing = firing.to_vec();
    let Some(said) = said else { return Said { firing, text: String::new() } };
    let of = |list: &[Alert], id: &str| list.iter().find(|known| known.id == id).map(|known| known.level);
    let mut sentences: Vec<String> = Vec::new();
    for alert in firing.iter().filter(|alert| of(&said.firing, &alert.id).is_none_or(|level| level < alert.level)) {
        super::browser::notify(&alert.id, &alert.name, &alert.message);
        sentences.push(format!("{}: {}. {}", super::level::level_word(alert.level), alert.name, alert.message));
    }
    for alert in said.firing.iter().filter(|alert| of(&firing, &alert.id).is_none()) {
        sentences.push(format!("Resolved or silenced: {}", alert.name));
    }
    let text = if sentences.is_empty() { said.text.clone() } else { sentences.join(" ") };
    Said { firing, text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AlertLevel, AlertState, Timestamp};

    fn alert(id: &str) -> Alert {
        Alert {
            id: id.to_owned(),
            name: format!("{id} high"),
            level: AlertLevel::Critical,
            state: AlertState::Firing,
            message: "It is 99 %.".to_owned(),
            value: 99.0,
            threshold: 90.0,
            unit: "%".to_owned(),
            hold: 0,
            since: Timestamp::from_ms(0),
        }
    }

    #[test]
    fn only_changes_are_said() {
        let at_first = announce(None, &[alert("cpu")]);
        assert_eq!(at_first.text, "", "what the page began with is on it");
        let more = announce(Some(&at_first), &[alert("cpu"), alert("swap")]);
        assert_eq!(more.text, "Critical: swap high. It is 99 %.");
        let same = announce(Some(&more), &[alert("cpu"), alert("swap")]);
        assert_eq!(same, more, "said once");
        let over = announce(Some(&more), &[alert("swap")]);
        assert_eq!(over.text, "Resolved or silenced: cpu high");
        let warned = announce(Some(&Said::default()), &[Alert { level: AlertLevel::Warning, ..alert("cpu") }]);
        let worse = announce(Some(&warned), &[alert("cpu")]);
        assert_eq!(worse.text, "Critical: cpu high. It is 99 %.", "worse is news");
    }

    #[test]
    fn a_connection_is_named_when_it_was_lost() {
        let live = Status::Live { lag_ms: None };
        assert_eq!(connection(None, &live), "");
        assert_eq!(connection(Some(""), &live), "");
        let lost = connection(Some(""), &Status::Reconnecting { in_seconds: 1, attempt: 1, of: 10 });
        assert_eq!(connection(Some(lost), &live), "Live again");
    }
}
