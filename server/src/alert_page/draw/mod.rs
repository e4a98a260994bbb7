//! The page of alerts, drawn. Nothing here looks at a clock or at anything but what is given.

mod actions;
mod chart;
mod detail;
mod lists;
mod row;
mod story;

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use app::components::level::level_text;
use app::components::{Icon, icon};
use app::element::{El, el, time, words};
use app::filter::Filter;
use app::format::{self, Clock};
use app::model::{AlertChange, AlertLevel, AlertPhase, Timestamp};

use super::{Asked, Show, Surroundings};
use crate::alerts::notify::ReceiverStatus;
use crate::alerts::{Page, Rule, Standing};

/// Alerts, silences and rules that are listed at most; who looks for others filters.
const ROWS: usize = 100;
/// Alerts that are over, below those that are open.
const LATELY: usize = 5;

/// What is drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scene<'a> {
    pub(super) page: &'a Page,
    pub(super) rules: &'a [Arc<Rule>],
    pub(super) asked: &'a Asked,
    pub(super) around: &'a Surroundings,
}

impl Scene<'_> {
    fn rule(&self, name: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.name == name).map(Arc::as_ref)
    }

    /// Those that are open: firing, pending, silenced; the worst first, and among equals the longest standing.
    fn open(&self) -> Vec<&Standing> {
        let mut open: Vec<&Standing> = self.page.open.iter().collect();
        let order = |standing: &&Standing| {
            let alert = &standing.change.alert;
            let is_pending = standing.change.phase == AlertPhase::Pending;
            (
                !standing.silenced_by.is_empty(),
                is_pending,
                std::cmp::Reverse(alert.level),
                alert.since,
                alert.id.clone(),
            )
        };
        open.sort_by_cached_key(order);
        open
    }

    /// Those that fired and are over, the last first.
    fn resolved(&self) -> Vec<&AlertChange> {
        self.page.past.iter().rev().filter(|change| change.phase == AlertPhase::Resolved).collect()
    }

    fn admits(&self, filter: &Filter, change: &AlertChange) -> bool {
        let labels = change.labels.values().map(String::as_str);
        filter.admits(&[change.alert.name.as_str(), change.rule.name.as_str()].into_iter().chain(labels))
    }
}

/// The alert that is opened.
pub(super) fn opened<'a>(page: &'a Page, asked: &Asked) -> Option<&'a AlertChange> {
    let id = asked.alert.as_deref()?;
    let open = page.open.iter().map(|open| &open.change).find(|change| change.alert.id == id);
    let over = |change: &&AlertChange| {
        change.phase == AlertPhase::Resolved
            && change.alert.id == id
            && asked.change.is_none_or(|number| number == change.change)
    };
    open.filter(|_| asked.change.is_none()).or_else(|| page.past.iter().rev().find(over))
}

/// The whole page, in words.
pub(super) fn draw(scene: &Scene<'_>) -> Vec<String> {
    let mut parts = vec![head(scene)];
    parts.extend(scene.asked.notice.as_ref().map(|notice| {
        el("p")
            .class("alerts-notice")
            .attr("role", "alert")
            .of([icon(Icon::Warning, "icon text-warn-mark"), el("span").text(notice.clone())])
    }));
    let failing = scene.page.receivers.iter().filter(|receiver| receiver.not_delivered_since.is_some());
    let failing: Vec<El> = failing.map(undelivered).collect();
    if !failing.is_empty() {
        parts.push(el("ul").key(1).class("card receivers").of(failing));
    }
    match scene.asked.show {
        Show::Open => parts.extend(row::open(scene)),
        Show::Resolved => parts.push(row::resolved(scene, "Resolved", ROWS)),
        Show::Silenced => parts.push(lists::silences(scene)),
        Show::Rules => parts.push(lists::rules(scene)),
    }
    words(&parts)
}

fn head(scene: &Scene<'_>) -> El {
    let Scene { page, rules, asked, .. } = *scene;
    let is_heard = |open: &&Standing| open.change.phase != AlertPhase::Pending && open.silenced_by.is_empty();
    let firing = page.open.iter().filter(is_heard);
    let worst = firing.map(|open| open.change.alert.level).max();
    let count = |show| match show {
        Show::Open => page.open.len(),
        Show::Resolved => scene.resolved().len(),
        Show::Silenced => page.silences.len(),
        Show::Rules => rules.len(),
    };
    let tabs = Show::ALL.map(|show| {
        let class = match worst.filter(|_| show == Show::Open) {
            Some(level) => format!("count {}", level_text(level)),
            None => "count".to_owned(),
        };
        let tab = el("a")
            .class("tab")
            .attr("href", asked.of_list(show))
            .of([el("span").text(show.name()), el("span").class(class).text(format::count(count(show) as u64))]);
        if show == asked.show { tab.attr("aria-current", "page") } else { tab }
    });
    let field = el("input").attr("type", "text").attr("name", "q").attr("value", asked.filter.clone());
    let field = field.attr("placeholder", "Filter by name or rule").attr("aria-label", "Filter by name or rule");
    let mut fields = vec![field.attr("autocomplete", "off").attr("maxlength", "200")];
    if asked.show != Show::default() {
        fields.push(hidden("show", asked.show.as_str()));
    }
    if !asked.filter.is_empty() {
        let plain = Asked { filter: String::new(), ..asked.clone() };
        fields.push(el("a").class("tab").attr("href", plain.of_list(asked.show)).text("Clear"));
    }
    el("div").key(2).class("alerts-head").of([
        el("h2").class("text-title font-semibold").text("Alerts"),
        el("nav").class("tabs").attr("aria-label", "Lists of alerts").of(tabs),
        el("form")
            .class("alerts-filter")
            .attr("action", "/alerts")
            .attr("method", "get")
            .attr("role", "search")
            .of(fields),
    ])
}

/// A receiver that nothing gets through to.
fn undelivered(receiver: &ReceiverStatus) -> El {
    let since = receiver.not_delivered_since.unwrap_or_default();
    let error = receiver.last_error.as_deref().unwrap_or("no reason known");
    let waiting = format!(", {} waiting: {error}", format::count(receiver.waiting as u64));
    el("li").key(key(&receiver.name)).of([
        icon(Icon::Warning, "icon text-warn-mark"),
        el("b").text(receiver.name.clone()),
        el("span").text("not delivered since "),
        time(since, Clock::Day),
        el("span").text(waiting),
    ])
}

/// A field of a form that nobody sees.
fn hidden(name: &'static str, value: impl Into<String>) -> El {
    el("input").attr("type", "hidden").attr("name", name).attr("value", value.into())
}

/// Names a row by what it is about. Never 0, which is no name.
fn key(of: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish().max(1)
}

/// For how long, in words.
fn lasting(ms: u64) -> String {
    let seconds = ms / 1_000;
    if seconds < 600 { format::countdown(seconds) } else { format::span(seconds) }
}

/// The class of a row by its level, which its edge and tint show while it fires.
const fn level_class(level: AlertLevel, is_firing: bool) -> &'static str {
    match (level, is_firing) {
        (AlertLevel::Critical, true) => "case case-critical is-firing",
        (AlertLevel::Warning, true) => "case case-warning is-firing",
        (AlertLevel::Info, true) => "case case-info is-firing",
        (_, false) => "case",
    }
}

/// Of a list that is longer than it is shown.
fn more(listed: usize, all: usize) -> Option<El> {
    (listed < all).then(|| {
        let text = format!("{} more: filter by name or rule to see them.", format::count((all - listed) as u64));
        el("li").key(3).class("hint").text(text)
    })
}

/// Said where a list is empty.
fn nothing(drawing: Icon, says: &'static str, detail: String) -> El {
    let texts = [el("p").class("font-medium").text(says), el("p").class("text-small text-fg-2").text(detail)];
    el("li").key(4).class("empty").of([icon(drawing, "icon text-fg-2"), el("div").of(texts)])
}

/// When a silence or anything else ends, seen from `now`.
fn left(until: Timestamp, now: Timestamp) -> String {
    format!("{} left", lasting(until.since(now)))
}

#[cfg(test)]
mod tests;
