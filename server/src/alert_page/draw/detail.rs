//! All that is known of one alert.

use app::components::{Icon, icon};
use app::element::{El, el, time};
use app::format::{self, Clock};
use app::model::{AlertChange, AlertLevel, AlertPhase, NumberedLog, Process};

use super::{Scene, actions, chart, lists, story};
use crate::alerts::{Levels, Standing};

/// The standing of the alert, where it is open.
pub(super) fn standing<'a>(scene: &Scene<'a>, change: &AlertChange) -> Option<&'a Standing> {
    scene.page.open.iter().find(|open| open.change.change == change.change)
}

/// The condition in words, at the level that the alert has.
pub(super) fn condition(scene: &Scene<'_>, change: &AlertChange, levels: Option<Levels>) -> String {
    let Some(rule) = scene.rule(&change.rule.name) else { return change.rule.when.clone() };
    // A level for each core means nothing without the cores of then.
    let levels = levels.or_else(|| rule.levels().filter(|_| !rule.is_scaled()));
    let is_critical = change.labels.get("severity").is_some_and(|severity| severity == "critical");
    let level = levels.map(|levels| match levels.critical.filter(|_| is_critical) {
        Some(critical) => critical.enter,
        None => levels.warning.enter,
    });
    rule.condition_words(level)
}

/// The worst value that an alert has seen.
pub(super) fn peak(change: &AlertChange, upward: bool) -> Option<f32> {
    let values = change.samples.iter().map(|sample| sample.value).filter(|value| value.is_finite());
    values.reduce(if upward { f32::max } else { f32::min })
}

pub(super) fn detail(scene: &Scene<'_>, change: &AlertChange) -> El {
    let standing = standing(scene, change);
    let mut evidence = vec![chart::chart(scene, change, standing)];
    evidence.extend(
        change.summary.iter().chain(&change.description).map(|text| el("p").class("case-text").text(text.clone())),
    );
    let mut beside = vec![log(scene, change)];
    if !scene.around.processes.is_empty() {
        beside.insert(0, processes(&scene.around.processes));
    }
    evidence.push(el("div").class("case-beside").of(beside));
    let actions = match standing {
        Some(standing) => actions::actions(scene, standing),
        None => actions::of_the_past(change),
    };
    let rule = el("section").class("case-rule").of(lists::written(scene.rule(&change.rule.name), &change.rule.name));
    let facts = [actions, rule, story::story(scene, change, standing)];
    el("div")
        .key(7)
        .class("case-detail")
        .of([el("div").class("case-facts").of(facts), el("div").class("case-evidence").of(evidence)])
}

fn processes(processes: &[Process]) -> El {
    let row = |process: &Process| {
        let memory = format::bytes(process.memory);
        let user = process.user.as_ref().map(|user| format!(" {user}")).unwrap_or_default();
        let name = [el("span").text(process.name.clone()), el("span").class("text-fg-3").text(user)];
        el("tr").of([
            el("th").attr("scope", "row").of(name),
            el("td").class("strong").text(format!("{} %", format::decimal(process.cpu))),
            el("td").text(format!("{} {}", memory.value, memory.unit)),
        ])
    };
    el("section").class("case-processes").of([
        el("h3").class("case-title").text("Processes when it fired"),
        el("table").of([el("tbody").of(processes.iter().map(row).collect::<Vec<_>>())]),
    ])
}

fn log(scene: &Scene<'_>, change: &AlertChange) -> El {
    let begun = change.samples.first().map_or(change.alert.since, |sample| sample.at);
    let at = change.fired_at.unwrap_or(begun);
    let head = el("div").class("case-head").of([
        el("h3").class("case-title").of([el("span").text("Log around "), time(at, Clock::Seconds)]),
        el("a").class("link").attr("href", format!("/logs?at={at}")).text("Open in logs"),
    ]);
    let lines: Vec<El> = scene.around.lines.iter().map(line).collect();
    let body = if lines.is_empty() {
        el("p")
            .class("text-small text-fg-3")
            .text("No line was written within two minutes of it, or it is kept no more.")
    } else {
        el("div").class("case-lines").of(lines)
    };
    el("section").class("case-log").of([head, body])
}

fn line(line: &NumberedLog) -> El {
    let entry = &line.entry;
    let part = |class: &'static str, text: String| el("span").class(class).text(text);
    el("div").key(line.seq.max(1)).class(format!("log-entry log-{}", entry.level.as_str())).of([
        el("span").class("timestamp").of([time(entry.timestamp, Clock::Seconds)]),
        part("level", entry.level.as_str().to_owned()),
        part("source", entry.unit.as_ref().unwrap_or(&entry.source).clone()),
        part("message", entry.message.clone()).attr("title", entry.message.clone()),
    ])
}

/// The icon and its class for a change of that kind.
pub(super) fn mark(phase: AlertPhase, level: AlertLevel) -> El {
    use app::components::level::{level_icon, level_mark};
    match phase {
        AlertPhase::Pending => icon(Icon::Pending, "icon-14 text-warn-mark"),
        AlertPhase::Firing if level == AlertLevel::Critical => icon(level_icon(level), "icon-14 text-crit"),
        AlertPhase::Firing => {
            icon(level_icon(level), level_mark(level).strip_prefix("icon ").map_or("icon-14", mark14))
        }
        AlertPhase::Recovering => icon(Icon::Retry, "icon-14 text-fg-2"),
        AlertPhase::Resolved | AlertPhase::Withdrawn => icon(Icon::Check, "icon-14 text-ok"),
    }
}

fn mark14(colour: &'static str) -> &'static str {
    if colour == "text-warn-mark" { "icon-14 text-warn-mark" } else { "icon-14 text-fg-2" }
}
