//! Beside the lines: who is here, and what fires.

use super::Room;
use super::line::{fact, initials};
use crate::components::icon::icon;
use crate::components::level::{level_icon, level_mark, level_text, level_word};
use crate::element::{El, el, time};
use crate::format::{self, Clock};
use crate::model::{Alert, AlertLevel, ChatPerson};

/// Title and note of a card.
pub(super) fn head(title: &'static str, note: El) -> El {
    el("div").class("card-head").of([el("h2").class("card-title").text(title), note.class("card-note")])
}

pub(super) fn here(people: &[ChatPerson]) -> Vec<El> {
    let row = |person: &ChatPerson| {
        let mut row = vec![
            el("span").class("avatar").attr("aria-hidden", "true").text(initials(&person.username)),
            el("b").class("room-name").text(person.username.clone()),
            el("p").class("room-since").of([el("span").text("since "), time(person.since, Clock::Day)]),
        ];
        row.extend(person.role.map(|role| el("span").class("room-role").text(role)));
        el("li").of(row)
    };
    let people: Vec<El> = people.iter().map(row).collect();
    let head = head("Here now", el("p").text(people.len().to_string()));
    if people.is_empty() {
        return vec![head, el("p").class("hint").text("Nobody.")];
    }
    vec![head, el("ul").class("room-people").of(people)]
}

pub(super) fn firing(room: &Room<'_>) -> Vec<El> {
    if room.firing.is_empty() {
        return vec![head("Firing", el("p")), el("p").class("hint").text("Nothing fires.")];
    }
    let mut alerts: Vec<&Alert> = room.firing.iter().collect();
    // Of each level the last changed stays first.
    alerts.sort_by_key(|alert| std::cmp::Reverse(alert.level));
    let rows: Vec<El> = alerts.into_iter().map(|alert| row(room, alert)).collect();
    vec![head("Firing", counts(room.firing)), el("ul").class("room-firing").of(rows)]
}

fn row(room: &Room<'_>, alert: &Alert) -> El {
    let lasts = el("span").class("room-time").text(format::span(room.now.since(alert.since) / 1_000));
    let mut said = vec![
        el("span").class(level_text(alert.level)).text(level_word(alert.level)),
        el("span").text(format!(" {}", fact(&alert.name, &alert.message))),
    ];
    if let Some(by) = room.acknowledged.get(&alert.id) {
        said.extend([el("span").text(", "), el("b").text(by.clone()), el("span").text(" is on it")]);
    }
    let told =
        [el("p").class("room-what").of([el("b").text(alert.name.clone()), lasts]), el("p").class("room-fact").of(said)];
    let class = match alert.level {
        AlertLevel::Critical => "is-critical",
        AlertLevel::Warning => "is-warning",
        AlertLevel::Info => "",
    };
    let drawing = icon(level_icon(alert.level), level_mark(alert.level));
    el("li").class(class).of([drawing, el("div").class("room-body").of(told)])
}

/// How many fire of each level, the worst first.
fn counts(alerts: &[Alert]) -> El {
    let mut words = Vec::new();
    for (level, one, more) in [
        (AlertLevel::Critical, "critical", "critical"),
        (AlertLevel::Warning, "warning", "warnings"),
        (AlertLevel::Info, "info", "info"),
    ] {
        let count = alerts.iter().filter(|alert| alert.level == level).count();
        if count > 0 {
            let comma = if words.is_empty() { "" } else { ", " };
            let said = format!("{comma}{count} {}", if count == 1 { one } else { more });
            words.push(el("span").class(level_text(level)).text(said));
        }
    }
    el("p").of(words)
}
