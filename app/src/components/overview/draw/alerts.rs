//! The alerts: firing first, the worst on top; then those on their way; then what is over.

use super::Machine;
use crate::asked::Asked;
use crate::board::AlertList;
use crate::components::icon::{Icon, icon};
use crate::components::level::{level_icon, level_mark, level_text, level_word};
use crate::components::table::scrolls;
use crate::element::{El, el, time};
use crate::format::{self, Clock};
use crate::model::{Alert, AlertLevel, AlertState, Timestamp};

/// A firing alert's age is counted in seconds up to here, then named in words.
const COUNTED_SECONDS: u64 = 600;

pub(super) fn alerts(machine: &Machine<'_>) -> Vec<El> {
    let head = [el("h2").class("card-title").text("Alerts"), el("p").class("card-note").of(counts(machine.alerts))];
    let list = scrolls(el("div").attr("id", "alerts").class("scroll grow"), "Alerts").of(body(machine));
    vec![el("div").class("card-head").of(head), list]
}

fn counts(alerts: &AlertList) -> Vec<El> {
    let (firing, pending) = (alerts.heard(AlertState::Firing), alerts.in_state(AlertState::Pending).len());
    let silenced = alerts.in_state(AlertState::Firing).len() - firing.len();
    let class = firing.first().map_or("", |worst| level_text(worst.level));
    let mut counts = vec![el("span").class(class).text(format!("{} firing", firing.len()))];
    if pending > 0 {
        counts.push(el("span").text(format!(", {pending} pending")));
    }
    if silenced > 0 {
        counts.push(el("span").text(format!(", {silenced} silenced")));
    }
    counts
}

fn body(machine: &Machine<'_>) -> Vec<El> {
    let firing = machine.alerts.in_state(AlertState::Firing);
    let mut open: Vec<&Alert> = firing.iter().copied().chain(machine.alerts.in_state(AlertState::Pending)).collect();
    open.sort_by_key(|alert| machine.alerts.is_silenced(alert));
    let open =
        open.into_iter().map(|alert| self::open(alert, machine.alerts.is_silenced(alert), machine.now)).collect();
    let resolved = machine.alerts.in_state(AlertState::Resolved);
    let mut body = Vec::new();
    if firing.is_empty() {
        body.push(nothing(machine, resolved.len()));
    }
    let list = |rows: Vec<El>| el("ul").of(rows);
    body.push(list(open));
    if !resolved.is_empty() {
        let head = [el("span").text("Resolved"), el("span").text(resolved.len().to_string())];
        body.push(el("h3").class("list-head").of(head));
    }
    body.push(list(resolved.into_iter().map(over).collect()));
    body
}

/// Said where nothing fires. What is no longer known to be so is put into the past by the style sheet.
fn nothing(machine: &Machine<'_>, resolved: usize) -> El {
    let rules = match machine.rules {
        1 => "1 rule".to_owned(),
        rules => format!("{rules} rules"),
    };
    let lately = if resolved > 0 { format!(" {resolved} resolved.") } else { String::new() };
    let part = |text: String| el("span").text(text);
    let checked = match machine.metrics {
        Some(metrics) => {
            vec![part(format!("{rules} checked ")), time(metrics.timestamp, Clock::Age), part(format!(" ago.{lately}"))]
        }
        None => vec![part(format!("{rules} to be checked with the first sample.{lately}"))],
    };
    let nothing = [
        el("span").class("if-fresh").text("Nothing is firing."),
        el("span").class("if-stale").text("Nothing was firing."),
    ];
    let words = [el("p").class("font-medium").of(nothing), el("p").class("text-small text-fg-2").of(checked)];
    el("div").class("empty").of([icon(Icon::Normal, "icon text-fg-2"), el("div").of(words)])
}

fn open(alert: &Alert, is_silenced: bool, now: Timestamp) -> El {
    let is_firing = alert.state == AlertState::Firing;
    let (drawing, mark) = match (is_silenced, is_firing) {
        (true, _) => (Icon::Silenced, "icon text-fg-2"),
        (false, true) => (level_icon(alert.level), level_mark(alert.level)),
        (false, false) => (Icon::Pending, "icon text-fg"),
    };
    let passed = now.since(alert.since) / 1_000;
    let time = match (is_firing, passed < COUNTED_SECONDS) {
        (true, true) => format::countdown(passed),
        (true, false) => format::span(passed),
        (false, _) => format!("fires in {}", format::countdown(alert.hold.saturating_sub(passed))),
    };
    let (word_class, word) =
        if is_firing { (level_text(alert.level), level_word(alert.level)) } else { ("text-fg-2", "Pending:") };
    let silenced = if is_silenced { ", silenced" } else { "" };
    let cause = [el("span").class(word_class).text(word), el("span").text(format!(" {}{silenced}", condition(alert)))];
    el("li").class(row_class(alert.level, is_firing && !is_silenced)).attr("title", alert.message.clone()).of([
        icon(drawing, mark),
        name(alert),
        el("p").class("alert-time").text(time),
        el("p").class("alert-cause").of(cause),
    ])
}

/// Its name leads to all that is known of it.
fn name(alert: &Alert) -> El {
    let address = Asked::of_one(&alert.id, alert.state == AlertState::Resolved);
    el("p").class("alert-name").of([el("a").attr("href", address).text(alert.name.clone())])
}

const fn row_class(level: AlertLevel, firing: bool) -> &'static str {
    match (level, firing) {
        (AlertLevel::Critical, true) => "alert alert-critical is-firing",
        (AlertLevel::Critical, false) => "alert alert-critical",
        (AlertLevel::Warning, true) => "alert alert-warning is-firing",
        (AlertLevel::Warning, false) => "alert alert-warning",
        (AlertLevel::Info, true) => "alert alert-info is-firing",
        (AlertLevel::Info, false) => "alert alert-info",
    }
}

/// What holds of the value: `91.4 %, above 90 for 5 min`.
fn condition(alert: &Alert) -> String {
    let hold = if alert.hold > 0 { format!(" for {}", format::span(alert.hold)) } else { String::new() };
    let (value, threshold) = match alert.unit.as_str() {
        // A plain number is a load.
        "" => (format::load(alert.value), format::load(alert.threshold)),
        unit => (format!("{} {unit}", format::decimal(alert.value)), whole_if_round(alert.threshold)),
    };
    format!("{value}, above {threshold}{hold}")
}

/// A threshold as it was set: without a decimal where it has none.
fn whole_if_round(number: f32) -> String {
    if number.fract() == 0.0 { format::whole(number) } else { format::decimal(number) }
}

fn over(alert: &Alert) -> El {
    el("li").class("alert-resolved").attr("title", alert.message.clone()).of([
        icon(Icon::Check, "icon text-fg-2"),
        name(alert),
        el("p").class("alert-time").of([time(alert.since, Clock::Minutes)]),
    ])
}
