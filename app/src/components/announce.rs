//! What is said aloud to those who can't see the page: changes of the connection politely, alerts at once. Both regions
//! stand empty in the first document, since a region is heard only when it changes. Numbers are never announced.

use leptos::prelude::*;

use crate::live::{Live, Status};
use crate::model::{Alert, AlertState};

/// The two live regions.
#[component]
pub fn Announcements(
    /// What the page knows.
    live: Live,
) -> impl IntoView {
    let connection = Memo::new(move |said: Option<&&'static str>| live.status.with(|status| connection(said, status)));
    let alerts = Memo::new(move |said: Option<&Said>| live.alerts.with(|alerts| announce(said, alerts.all())));
    view! {
        <div role="status" class="sr-only">{move || connection.get()}</div>
        <div role="alert" class="sr-only">{move || alerts.with(|said| said.text.clone())}</div>
    }
    .into_any()
}

fn connection(said: Option<&&'static str>, status: &Status) -> &'static str {
    match status {
        Status::Connecting => "",
        Status::Live { .. } | Status::CaughtUp { .. } if said.is_none_or(|said| said.is_empty()) => "",
        Status::Live { .. } | Status::CaughtUp { .. } => "Live again",
        Status::Reconnecting { .. } => "Connection lost, reconnecting",
        Status::Stale { .. } => "No data is arriving",
        Status::Offline { .. } => "Offline",
        Status::Paused { .. } => "Paused",
    }
}

/// What was said of the alerts last, and which were firing then.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Said {
    firing: Vec<(String, String)>,
    text: String,
}

fn announce(said: Option<&Said>, alerts: &[Alert]) -> Said {
    let firing: Vec<&Alert> = alerts.iter().filter(|alert| alert.state == AlertState::Firing).collect();
    let now: Vec<(String, String)> = firing.iter().map(|alert| (alert.id.clone(), alert.name.clone())).collect();
    let Some(said) = said else { return Said { firing: now, text: String::new() } };
    let is_in = |id: &str, list: &[(String, String)]| list.iter().any(|(known, _)| known == id);
    let mut sentences: Vec<String> = Vec::new();
    for alert in firing.iter().filter(|alert| !is_in(&alert.id, &said.firing)) {
        sentences.push(format!("{}: {}. {}", super::level::level_word(alert.level), alert.name, alert.message));
    }
    for (_, name) in said.firing.iter().filter(|(id, _)| !is_in(id, &now)) {
        sentences.push(format!("Resolved: {name}"));
    }
    let text = if sentences.is_empty() { said.text.clone() } else { sentences.join(" ") };
    Said { firing: now, text }
}
