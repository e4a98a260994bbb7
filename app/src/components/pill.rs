//! The connection, always visible: a drawing, a word, and what there is to add.

use leptos::prelude::*;

use super::icon::{Icon, icon};
use crate::format;
use crate::live::{Live, Status};

/// What the pill says of one status.
#[derive(Debug, PartialEq, Eq)]
struct Saying {
    class: &'static str,
    icon: Icon,
    word: String,
    detail: String,
}

fn saying(status: &Status) -> Saying {
    let (class, icon, word, detail) = match status {
        Status::Connecting => ("pill", Icon::Waves, "Connecting".to_owned(), String::new()),
        Status::Live { lag_ms: None } => ("pill pill-ok", Icon::Waves, "Live".to_owned(), String::new()),
        Status::Live { lag_ms: Some(lag) } => {
            ("pill pill-ok", Icon::Waves, "Live".to_owned(), format!("{} ms", format::count(*lag)))
        }
        Status::CaughtUp { events } => {
            ("pill pill-ok", Icon::Waves, "Live".to_owned(), format!("caught up, {}", counted(*events)))
        }
        Status::Reconnecting { in_seconds, attempt, of } => {
            let word = match in_seconds {
                0 => "Reconnecting".to_owned(),
                seconds => format!("Reconnecting in {seconds} s"),
            };
            ("pill pill-warn", Icon::Retry, word, format!("try {attempt} of {of}"))
        }
        Status::Stale { age_seconds } => {
            ("pill pill-warn", Icon::Clock, "Stale".to_owned(), format!("{} old", format::span(*age_seconds)))
        }
        Status::Offline { reason } => ("pill pill-crit", Icon::Struck, "Offline".to_owned(), reason.clone()),
        Status::Paused { waiting } => {
            ("pill pill-accent", Icon::Pause, "Paused".to_owned(), format!("{} waiting", counted(*waiting as u64)))
        }
    };
    Saying { class, icon, word, detail }
}

fn counted(events: u64) -> String {
    if events == 1 { "1 event".to_owned() } else { format!("{} events", format::count(events)) }
}

/// The connection pill.
#[component]
pub fn Pill(
    /// What the page knows.
    live: Live,
) -> impl IntoView {
    move || {
        let Saying { class, icon: drawing, word, detail } = live.status.with(saying);
        let whole = detail.clone();
        view! {
            <p class=class title=whole>
                {icon(drawing, "icon-14")}
                <span class="pill-word">{word}</span>
                <span class="pill-detail">{detail}</span>
            </p>
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_its_words() {
        let words = |status: &Status| {
            let saying = saying(status);
            format!("{} {}", saying.word, saying.detail).trim_end().to_owned()
        };
        let reason = "server closed the stream".to_owned();
        assert_eq!(words(&Status::Connecting), "Connecting");
        assert_eq!(words(&Status::Live { lag_ms: Some(42) }), "Live 42 ms");
        assert_eq!(words(&Status::Live { lag_ms: None }), "Live");
        assert_eq!(words(&Status::CaughtUp { events: 37 }), "Live caught up, 37 events");
        assert_eq!(
            words(&Status::Reconnecting { in_seconds: 4, attempt: 2, of: 10 }),
            "Reconnecting in 4 s try 2 of 10"
        );
        assert_eq!(words(&Status::Reconnecting { in_seconds: 0, attempt: 2, of: 10 }), "Reconnecting try 2 of 10");
        assert_eq!(words(&Status::Stale { age_seconds: 12 }), "Stale 12 s old");
        assert_eq!(words(&Status::Offline { reason }), "Offline server closed the stream");
        assert_eq!(words(&Status::Paused { waiting: 96 }), "Paused 96 events waiting");
    }
}
