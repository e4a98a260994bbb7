//! The health line: whether all is well, in one sentence, and how old that news is.

use super::drawn::drawn;
use super::icon::{Icon, icon};
use super::overview::Part;
use super::range_picker::range_picker;
use crate::element::{El, el, given, moving};
use crate::format;
use crate::live::{Live, Status};
use crate::model::{Alert, AlertLevel};
use crate::place::Place;

/// What is said: a drawing, a sentence and its cause.
pub(super) fn line(drawing: Icon, mark: &'static str, sentence: String, cause: String) -> Vec<El> {
    vec![
        icon(drawing, mark),
        el("p").class("health-sentence").text(sentence),
        el("p").class("health-cause").attr("title", cause.clone()).text(cause),
    ]
}

/// What the server has drawn, unless that is too old to be said.
fn says(live: Live) -> Vec<El> {
    let is_old = match live.place {
        // What fires is said on.
        Place::Overview => live.is_stale() && live.alerts.read().is_empty(),
        // What it says, the page does: the line is shown when that is old.
        Place::Alerts => true,
        Place::Connections | Place::Chat | Place::Logs => live.is_stale(),
    };
    let sentence = if matches!(*live.status.read(), Status::Offline { .. }) {
        "Not known, offline".to_owned()
    } else if is_old {
        // What is no longer known to be well isn't called so.
        let at = live.history.read().last().map(|at| format::clock(at, live.offset_min())).unwrap_or_default();
        let before = if live.place == Place::Overview { ", normal at" } else { " since" };
        format!("Not known{before} {at}")
    } else {
        return drawn(live, Part::Headline as usize);
    };
    line(Icon::Unknown, "icon-18 text-fg-2", sentence, String::new())
}

/// One fact at the right: a part of it stands out.
pub(super) fn fact(class: &'static str, before: String, strong: String, after: &'static str) -> El {
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
    let is_overview = live.place == Place::Overview;
    let mut facts = if is_overview { drawn(live, Part::Facts as usize) } else { Vec::new() };
    if is_overview && facts.is_empty() {
        // There is no sample yet: only some of before.
        return facts;
    }
    facts.push(fact("fact-age", "sample ".to_owned(), format::age(age_ms), " old"));
    facts
}

pub(super) fn is_critical(alerts: &[Alert]) -> bool {
    alerts.iter().any(|alert| alert.level == AlertLevel::Critical)
}

/// What else a page has there; the browser finds it as it is.
fn more(live: Live) -> El {
    el("div").fixed(|more| match live.place {
        #[cfg(feature = "ssr")]
        Place::Chat => more.class("contents").of([super::chat::search()]),
        _ => more.class("contents"),
    })
}

/// The health line.
pub fn health_line(live: Live) -> El {
    let class = move || {
        let is_critical = live.place == Place::Overview
            && !matches!(*live.status.read(), Status::Offline { .. })
            && is_critical(&live.alerts.read());
        if is_critical { "health health-critical" } else { "health" }.to_owned()
    };
    let retry = el("button")
        .fixed(|retry| retry.attr("type", "button").class("button needs-js from-tablet").text("Retry now"))
        .attr("hidden", given(move || !live.is_stale()))
        .on("click", move |_| live.retry());
    el("section").class(moving(class)).fixed(|line| line.attr("aria-label", "Health")).of([
        el("div").fixed(|place| place.class("contents")).rows(move || says(live)),
        el("p").fixed(|facts| facts.class("facts")).rows(move || facts(live)),
        retry,
        range_picker(live, "range needs-js from-tablet"),
        more(live),
    ])
}
