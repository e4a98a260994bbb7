//! The alerts: firing first, the worst on top; then those on their way; then what is over.

use leptos::prelude::*;

use super::health::age;
use super::icon::{Icon, icon};
use super::level::{level_icon, level_mark, level_text, level_word};
use crate::board::AlertList;
use crate::format;
use crate::live::Live;
use crate::model::{Alert, AlertLevel, AlertState, Timestamp};

/// A firing alert's age is counted in seconds up to here, then named in words.
const COUNTED_SECONDS: u64 = 600;

/// The card of alerts.
#[component]
pub fn Alerts(
    /// What the page knows.
    live: Live,
) -> impl IntoView {
    view! {
        <section class="card part-alerts" id="part-alerts">
            <div class="card-head">
                <h2 class="card-title">"Alerts"</h2>
                <p class="card-note">{move || live.alerts.with(counts)}</p>
            </div>
            <div id="alerts" class="scroll grow" tabindex="0" role="region" aria-label="Alerts">
                {move || body(live)}
            </div>
        </section>
    }
    .into_any()
}

fn counts(alerts: &AlertList) -> AnyView {
    let (firing, pending) = (alerts.in_state(AlertState::Firing), alerts.in_state(AlertState::Pending).len());
    let class = firing.first().map_or("", |worst| level_text(worst.level));
    let pending = if pending > 0 { format!(", {pending} pending") } else { String::new() };
    view! {
        <span class=class>{format!("{} firing", firing.len())}</span>
        {pending}
    }
    .into_any()
}

fn body(live: Live) -> AnyView {
    let (now, offset) = (live.now.get(), live.offset_min.get());
    let sampled = live.metrics.with(|metrics| metrics.as_ref().map(|metrics| metrics.timestamp));
    // While nothing new is known, no alert comes nearer to firing.
    let known = if live.is_stale() { sampled.unwrap_or(now) } else { now };
    live.alerts.with(|alerts| {
        let firing = alerts.in_state(AlertState::Firing);
        let pending = alerts.in_state(AlertState::Pending);
        let resolved = alerts.in_state(AlertState::Resolved);
        let empty = firing.is_empty().then(|| nothing(live, now, resolved.len()));
        let open: Vec<_> = firing.into_iter().chain(pending).map(|alert| open(alert, known)).collect();
        let head = (!resolved.is_empty()).then(|| {
            view! {
                <h3 class="list-head">
                    <span>"Resolved"</span>
                    <span>{resolved.len().to_string()}</span>
                </h3>
            }
            .into_any()
        });
        let resolved: Vec<_> = resolved.into_iter().map(|alert| over(alert, offset)).collect();
        view! {
            {empty}
            <ul>{open}</ul>
            {head}
            <ul>{resolved}</ul>
        }
        .into_any()
    })
}

/// Said where nothing fires.
fn nothing(live: Live, now: Timestamp, resolved: usize) -> AnyView {
    let rules = match live.rules.get_value() {
        1 => "1 rule".to_owned(),
        rules => format!("{rules} rules"),
    };
    let checked = live.metrics.with(|metrics| metrics.as_ref().map(|metrics| now.since(metrics.timestamp)));
    let checked = match checked {
        Some(ms) => format!("{rules} checked {} ago.", age(ms)),
        None => format!("{rules} to be checked with the first sample."),
    };
    let nothing = if live.is_stale() { "Nothing was firing." } else { "Nothing is firing." };
    let lately = if resolved > 0 { format!(" {resolved} resolved.") } else { String::new() };
    view! {
        <div class="empty">
            {icon(Icon::Normal, "icon text-fg-2")}
            <div>
                <p class="font-medium">{nothing.to_owned()}</p>
                <p class="text-small text-fg-2">{checked} {lately}</p>
            </div>
        </div>
    }
    .into_any()
}

fn open(alert: &Alert, now: Timestamp) -> AnyView {
    let (is_firing, word_class) = (alert.state == AlertState::Firing, level_text(alert.level));
    let (drawing, mark) =
        if is_firing { (level_icon(alert.level), level_mark(alert.level)) } else { (Icon::Pending, "icon text-fg") };
    let passed = now.since(alert.since) / 1_000;
    let time = match (is_firing, passed < COUNTED_SECONDS) {
        (true, true) => format::countdown(passed),
        (true, false) => format::span(passed),
        (false, _) => format!("fires in {}", format::countdown(alert.hold.saturating_sub(passed))),
    };
    let (word_class, word) = if is_firing { (word_class, level_word(alert.level)) } else { ("text-fg-2", "Pending:") };
    view! {
        <li class=row_class(alert.level, is_firing) title=alert.message.clone()>
            {icon(drawing, mark)}
            <p class="alert-name">{alert.name.clone()}</p>
            <p class="alert-time">{time}</p>
            <p class="alert-cause">
                <span class=word_class>{word}</span>
                {format!(" {}", condition(alert))}
            </p>
        </li>
    }
    .into_any()
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

fn over(alert: &Alert, offset_min: i32) -> AnyView {
    view! {
        <li class="alert-resolved" title=alert.message.clone()>
            {icon(Icon::Check, "icon text-fg-2")}
            <p class="alert-name">{alert.name.clone()}</p>
            <p class="alert-time">{format::clock_short(alert.since, offset_min)}</p>
        </li>
    }
    .into_any()
}
