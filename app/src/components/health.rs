//! The health line: whether the machine is well, in one sentence, and how old that news is.

use super::drawn::drawn;
use super::icon::{Icon, icon};
use super::level::{level_icon, level_mark};
use super::range_picker::range_picker;
use crate::element::{El, el, given, moving};
use crate::format;
use crate::live::{Live, Status};
use crate::model::{AlertLevel, AlertState};
use crate::place::Place;

/// The verdict on the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Verdict {
    class: &'static str,
    icon: Icon,
    mark: &'static str,
    sentence: String,
    cause: String,
}

impl Verdict {
    fn calm(icon: Icon, mark: &'static str, sentence: &str, cause: String) -> Self {
        Self { class: "health", icon, mark, sentence: sentence.to_owned(), cause }
    }
}

fn verdict(live: Live) -> Verdict {
    if matches!(*live.status.read(), Status::Offline { .. }) {
        return Verdict::calm(Icon::Unknown, "icon-18 text-fg-2", "Not known, offline", String::new());
    }
    let at = live.history.read().last().map(|at| format::clock(at, live.offset_min())).unwrap_or_default();
    if live.place != Place::Overview {
        // Asked only when what the server has drawn is old.
        return Verdict::calm(Icon::Unknown, "icon-18 text-fg-2", &format!("Not known since {at}"), String::new());
    }
    if live.metrics.read().is_none() {
        let cause = "The first values come with the next one.".to_owned();
        return Verdict::calm(Icon::Clock, "icon-18 text-fg-2", "Waiting for a second sample", cause);
    }
    let alerts = live.alerts.read();
    let firing = alerts.in_state(AlertState::Firing);
    let Some(worst) = firing.first() else {
        if live.is_stale() {
            // What is no longer known to be well isn't called so.
            let sentence = format!("Not known, normal at {at}");
            return Verdict::calm(Icon::Unknown, "icon-18 text-fg-2", &sentence, String::new());
        }
        let pending = alerts.in_state(AlertState::Pending);
        let cause = pending.first().map(|alert| format!("Pending: {}", alert.message)).unwrap_or_default();
        return Verdict::calm(Icon::Normal, "icon-18 text-ok", "All normal", cause);
    };
    let counts = [(AlertLevel::Critical, "critical"), (AlertLevel::Warning, "warning"), (AlertLevel::Info, "info")];
    let mut said = Vec::new();
    for (level, word) in counts {
        let count = firing.iter().filter(|alert| alert.level == level).count();
        if count > 0 {
            said.push(format!("{count} {word}"));
        }
    }
    let alone = if firing.len() == 1 { " Everything else is normal." } else { "" };
    Verdict {
        class: if worst.level == AlertLevel::Critical { "health health-critical" } else { "health" },
        icon: level_icon(worst.level),
        mark: level_mark(worst.level),
        sentence: format!("{} firing", said.join(", ")),
        cause: format!("{}{alone}", sentence(&worst.message)),
    }
}

/// `text` with a full stop at its end.
fn sentence(text: &str) -> String {
    if text.ends_with('.') { text.to_owned() } else { format!("{text}.") }
}

/// One fact at the right: a part of it stands out.
fn fact(class: &'static str, before: String, strong: String, after: &'static str) -> El {
    el("span").class(class).of([el("span").text(before), el("b").text(strong), el("span").text(after)])
}

fn facts(live: Live) -> Vec<El> {
    let Some(sampled) = live.history.read().last() else { return Vec::new() };
    let age_ms = live.now.get().since(sampled);
    if live.is_stale() {
        let at = format::clock(sampled, live.offset_min());
        let old = fact("fact-stale", format!("Values as of {at}, "), format::span(age_ms / 1_000), " old");
        return vec![icon(Icon::Clock, "icon text-warn-mark"), old];
    }
    let mut facts = Vec::new();
    let uptime = live.metrics.read().as_ref().map(|metrics| metrics.uptime);
    if uptime.is_none() && live.place == Place::Overview {
        return facts;
    }
    if let Some(uptime) = uptime {
        let host = live.host.read_untracked();
        let (os, cores) = (host.os.clone(), host.cores);
        let plain = |class, text| fact(class, text, String::new(), "");
        facts.push(fact("", "up ".to_owned(), format::span(uptime), ""));
        facts.extend(os.map(|os| plain("fact-os", os)));
        facts.push(plain("", if cores == 1 { "1 core".to_owned() } else { format!("{cores} cores") }));
    }
    facts.push(fact("fact-age", "sample ".to_owned(), age(age_ms), " old"));
    facts
}

/// The age of a sample: tenths matter below ten seconds.
pub(super) fn age(ms: u64) -> String {
    if ms < 10_000 { format!("{}.{} s", ms / 1_000, ms / 100 % 10) } else { format::span(ms / 1_000) }
}

/// The health line.
pub fn health_line(live: Live) -> El {
    let says = el("div").fixed(|place| place.class("contents")).rows(move || {
        if live.place != Place::Overview && !live.is_stale() {
            // The first part of each page that the server draws.
            return drawn(live, 0);
        }
        let Verdict { icon: drawing, mark, sentence, cause, .. } = verdict(live);
        vec![
            icon(drawing, mark),
            el("p").class("health-sentence").text(sentence),
            el("p").class("health-cause").attr("title", cause.clone()).text(cause),
        ]
    });
    let retry = el("button")
        .fixed(|retry| retry.attr("type", "button").class("button needs-js from-tablet").text("Retry now"))
        .attr("hidden", given(move || !live.is_stale()))
        .on("click", move |_| live.retry());
    el("section")
        .class(moving(move || verdict(live).class.to_owned()))
        .fixed(|line| line.attr("aria-label", "Health"))
        .of([
            says,
            el("p").fixed(|facts| facts.class("facts")).rows(move || facts(live)),
            retry,
            range_picker(live, "range needs-js from-tablet"),
        ])
}
