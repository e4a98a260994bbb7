//! The connection, always visible: a drawing, a word, and what there is to add.

use super::icon::{Icon, icon};
use crate::element::{El, el, moving};
use crate::format;
use crate::live::{Live, Status};

/// What the pill says of one status.
struct Saying {
    class: &'static str,
    icon: Icon,
    word: &'static str,
    /// Said with the same weight, where there is room.
    when: String,
    detail: String,
}

fn saying(status: &Status) -> Saying {
    let say = |class, icon, word, detail| Saying { class, icon, word, when: String::new(), detail };
    match status {
        Status::Connecting => say("pill", Icon::Waves, "Connecting", String::new()),
        Status::Live { lag_ms } => {
            let lag = lag_ms.map(|ms| format!("{} ms", format::count(ms))).unwrap_or_default();
            say("pill pill-ok", Icon::Waves, "Live", lag)
        }
        Status::CaughtUp { events } => {
            say("pill pill-ok", Icon::Waves, "Live", format!("caught up, {}", counted(*events)))
        }
        Status::Reconnecting { in_seconds, attempt, of } => {
            let when = if *in_seconds == 0 { String::new() } else { format!(" in {in_seconds} s") };
            let detail = format!("try {attempt} of {of}");
            Saying { when, ..say("pill pill-warn", Icon::Retry, "Reconnecting", detail) }
        }
        Status::Stale { age_seconds } => {
            say("pill pill-warn", Icon::Clock, "Stale", format!("{} old", format::span(*age_seconds)))
        }
        Status::Offline { reason } => say("pill pill-crit", Icon::Struck, "Offline", reason.clone()),
        Status::Refused(refusal) => {
            let (word, detail) = refusal.words();
            say("pill pill-crit", Icon::Struck, word, detail.to_owned())
        }
        Status::Paused { waiting } => {
            say("pill pill-accent", Icon::Pause, "Paused", format!("{} waiting", counted(*waiting as u64)))
        }
    }
}

fn counted(events: u64) -> String {
    if events == 1 { "1 event".to_owned() } else { format!("{} events", format::count(events)) }
}

/// The connection pill.
pub fn pill(live: Live) -> El {
    let saying = move || saying(&live.status.read());
    el("p").class(moving(move || saying().class.to_owned())).attr("title", moving(move || saying().detail)).rows(
        move || {
            let Saying { icon: drawing, word, when, detail, .. } = saying();
            let word = [el("span").text(word), el("span").class("pill-when").text(when)];
            let mut says = vec![icon(drawing, "icon-14"), el("span").class("pill-word").of(word)];
            if !detail.is_empty() {
                says.push(el("span").class("pill-detail").text(detail));
            }
            says
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::machine::Refusal;

    #[test]
    fn every_status_has_its_words() {
        let words = |status: &Status| {
            let saying = saying(status);
            format!("{}{} {}", saying.word, saying.when, saying.detail).trim_end().to_owned()
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
        assert_eq!(words(&Status::Refused(Refusal::SignedOut)), "Signed out sign in to go on");
        assert_eq!(words(&Status::Paused { waiting: 96 }), "Paused 96 events waiting");
    }
}
