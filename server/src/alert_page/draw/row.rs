//! The lists of alerts: one row each, and the one that is opened with all that is known of it.

use app::components::level::{level_icon, level_mark, level_text, level_word};
use app::components::{Icon, icon};
use app::element::{El, el, time};
use app::filter::Filter;
use app::format::{self, Clock};
use app::model::{AlertChange, AlertPhase, AlertState};

use super::{LATELY, ROWS, Scene, detail, key, lasting, level_class, more, nothing};
use crate::alerts::{Rule, Standing};

/// What a row says.
struct Row {
    id: String,
    change: Option<u64>,
    class: &'static str,
    state: [El; 3],
    name: String,
    title: String,
    condition: String,
    value: El,
    since: Vec<El>,
    by: String,
}

/// Those that are open, and a few of those that are over.
pub(super) fn open(scene: &Scene<'_>) -> Vec<El> {
    let filter = Filter::new(&scene.asked.filter);
    let mut open = scene.open();
    open.retain(|standing| scene.admits(&filter, &standing.change));
    let mut rows: Vec<El> = open.iter().take(ROWS).map(|standing| row(scene, open_row(scene, standing))).collect();
    if open.is_empty() {
        let resolved = scene.resolved().len();
        let lately = if resolved > 0 { format!(" {resolved} resolved.") } else { String::new() };
        let rules = format!("{} rules are checked with each sample.{lately}", format::count(scene.rules.len() as u64));
        rows.push(match (filter.is_empty(), scene.page.open.len()) {
            (false, 1..) => nothing(Icon::Info, "No alert matches", "Others are open.".to_owned()),
            _ => nothing(Icon::Normal, "Nothing is firing", rules),
        });
    }
    rows.extend(more(open.len().min(ROWS), open.len()));
    let list = el("ul").attr("aria-label", "Open alerts").of(rows);
    let mut cards = vec![el("section").key(5).class("card cases").of([columns(), list])];
    if !scene.resolved().is_empty() {
        cards.push(resolved(scene, "Resolved lately", LATELY));
    }
    cards
}

/// Those that are over.
pub(super) fn resolved(scene: &Scene<'_>, title: &'static str, most: usize) -> El {
    let filter = Filter::new(&scene.asked.filter);
    let mut over = scene.resolved();
    over.retain(|change| scene.admits(&filter, change));
    let mut rows: Vec<El> = over.iter().take(most).map(|change| row(scene, resolved_row(scene, change))).collect();
    if over.is_empty() {
        let says = if filter.is_empty() { "Nothing has been resolved yet" } else { "No alert matches" };
        rows.push(nothing(Icon::Check, says, "The last 200 changes of all alerts are remembered.".to_owned()));
    }
    let note = format!("{}, newest first", format::count(over.len() as u64));
    let mut head = vec![el("h3").class("card-title").text(title), el("p").class("card-note").text(note)];
    if most == LATELY {
        let all = scene.asked.of_list(super::Show::Resolved);
        head.push(el("a").class("link").attr("href", all).text("Show all"));
    } else {
        rows.extend(more(over.len().min(most), over.len()));
    }
    el("section")
        .key(6)
        .class("card cases")
        .of([el("div").class("card-head").of(head), el("ul").attr("aria-label", "Resolved alerts").of(rows)])
}

fn columns() -> El {
    let column = |class: &'static str, name: &'static str| el("span").class(class).text(name);
    el("div").class("case-columns").attr("aria-hidden", "true").of([
        column("", "State"),
        column("", "Alert"),
        column("", "Condition"),
        column("case-value", "Value"),
        column("", "Since"),
        column("", "Handled by"),
    ])
}

fn open_row(scene: &Scene<'_>, standing: &Standing) -> Row {
    let Standing { change, .. } = standing;
    let alert = &change.alert;
    let now = scene.page.now;
    let is_firing = alert.state == AlertState::Firing;
    let word = match change.phase {
        AlertPhase::Pending => "pending",
        AlertPhase::Recovering => "recovering",
        _ => "firing",
    };
    let drawing = match (is_firing, standing.silenced_by.is_empty()) {
        (_, false) => icon(Icon::Silenced, "icon text-fg-2"),
        (true, _) => icon(level_icon(alert.level), level_mark(alert.level)),
        (false, _) => icon(Icon::Pending, "icon text-fg-2"),
    };
    let level_class_name = if is_firing { level_text(alert.level) } else { "text-fg-2" };
    let passed = now.since(alert.since);
    let since = if is_firing {
        let age = format!(", {}", lasting(passed));
        vec![time(alert.since, Clock::Day), el("span").text(age)]
    } else {
        let left = alert.hold.saturating_sub(passed / 1_000);
        vec![el("span").text(format!("fires in {}", format::countdown(left)))]
    };
    let rule = scene.rule(&change.rule.name);
    let value = rule.map_or_else(|| change.alert.message.clone(), |rule| rule.unit().write(standing.value));
    let value_class = if is_firing { level_text(alert.level) } else { "" };
    Row {
        id: alert.id.clone(),
        change: None,
        class: level_class(alert.level, is_firing && standing.silenced_by.is_empty()),
        state: [drawing, el("b").class(level_class_name).text(level_word(alert.level)), el("span").text(word)],
        name: alert.name.clone(),
        title: alert.message.clone(),
        condition: detail::condition(scene, change, standing.levels),
        value: if rule.is_some() { el("b").class(value_class).text(value) } else { el("b") },
        since,
        by: handled(standing),
    }
}

fn handled(standing: &Standing) -> String {
    match (&standing.acknowledged, standing.silenced_by.is_empty()) {
        (Some(ack), true) => ack.by.clone(),
        (Some(ack), false) => format!("{}, silenced", ack.by),
        (None, false) => "silenced".to_owned(),
        (None, true) if standing.change.alert.state == AlertState::Firing => "nobody yet".to_owned(),
        (None, true) => String::new(),
    }
}

fn resolved_row(scene: &Scene<'_>, change: &AlertChange) -> Row {
    let rule = scene.rule(&change.rule.name);
    let peak = detail::peak(change, rule.is_none_or(Rule::is_upward));
    let peak = rule.zip(peak).map_or_else(String::new, |(rule, peak)| format!("peak {}", rule.unit().write(peak)));
    let fired = change.fired_at.unwrap_or(change.at);
    let lasted = format!(", for {}", lasting(change.at.since(fired)));
    Row {
        id: change.alert.id.clone(),
        change: Some(change.change),
        class: "case is-over",
        state: [icon(Icon::Check, "icon text-fg-2"), el("b").class("text-fg-2").text("Resolved"), el("span")],
        name: change.alert.name.clone(),
        title: change.alert.message.clone(),
        condition: detail::condition(scene, change, None),
        value: el("span").text(peak),
        since: vec![time(fired, Clock::Day), el("span").text(lasted)],
        by: String::new(),
    }
}

fn row(scene: &Scene<'_>, row: Row) -> El {
    let cell = |class: &'static str| el("span").class(class);
    let opened = super::opened(scene.page, scene.asked);
    // One of several that are over, or the one that is not.
    let over = |change: &AlertChange| (change.phase == AlertPhase::Resolved).then_some(change.change);
    let opened = opened.filter(|change| change.alert.id == row.id && over(change) == row.change);
    let is_open = opened.is_some();
    let link = el("a").class("case-row").attr("href", scene.asked.of_alert(&row.id, row.change, is_open)).of([
        cell("case-state").of(row.state),
        cell("case-name").attr("title", row.title).text(row.name),
        cell("case-condition").text(row.condition),
        cell("case-value").of([row.value]),
        cell("case-since").of(row.since),
        cell("case-by").text(row.by),
        cell("case-fold"),
    ]);
    let link = if is_open { link.attr("aria-current", "true") } else { link };
    let mut parts = vec![link];
    parts.extend(opened.map(|change| detail::detail(scene, change)));
    let name = row.change.map_or_else(|| row.id.clone(), |change| format!("{} {change}", row.id));
    el("li").key(key(&name)).class(row.class).of(parts)
}
