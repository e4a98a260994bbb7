//! Beside the lines: who is here, what fires, and how the machine does.

use super::line::{fact, initials};
use crate::components::icon::icon;
use crate::components::level::{level_icon, level_mark, level_text, level_word};
use crate::element::{El, el, time};
use crate::format::{self, Clock};
use crate::model::{Alert, ChatPerson, Metrics};

fn head(title: &'static str, note: String) -> El {
    let words = [el("h2").class("card-title").text(title), el("p").class("card-note").text(note)];
    el("div").class("card-head").of(words)
}

pub(super) fn here(people: &[&ChatPerson]) -> Vec<El> {
    let row = |person: &&ChatPerson| {
        el("li").of([
            el("span").class("avatar").attr("aria-hidden", "true").text(initials(&person.username)),
            el("b").class("room-name").text(person.username.clone()),
            el("p").class("room-since").of([el("span").text("since "), time(person.since, Clock::Day)]),
        ])
    };
    let people: Vec<El> = people.iter().map(row).collect();
    let head = head("Here now", people.len().to_string());
    if people.is_empty() {
        return vec![head, el("p").class("hint").text("Nobody.")];
    }
    vec![head, el("ul").class("room-people").of(people)]
}

pub(super) fn firing(alerts: &[Alert]) -> Vec<El> {
    let row = |alert: &Alert| {
        let head = [el("b").text(alert.name.clone()), time(alert.since, Clock::Day).class("room-time")];
        let said = [
            el("span").class(level_text(alert.level)).text(level_word(alert.level)),
            el("span").text(format!(" {}", fact(&alert.name, &alert.message))),
        ];
        let told = [el("p").class("room-what").of(head), el("p").class("room-fact").of(said)];
        el("li").of([icon(level_icon(alert.level), level_mark(alert.level)), el("div").class("room-body").of(told)])
    };
    if alerts.is_empty() {
        return vec![head("Firing", String::new()), el("p").class("hint").text("Nothing fires.")];
    }
    let list = el("ul").class("room-firing").of(alerts.iter().map(row).collect::<Vec<_>>());
    vec![head("Firing", alerts.len().to_string()), list]
}

pub(super) fn now(metrics: Option<&Metrics>) -> Vec<El> {
    let head = head("Now", String::new());
    let Some(metrics) = metrics else {
        return vec![head, el("p").class("hint").text("The first values come in a second.")];
    };
    let mut values = vec![
        ("CPU", format!("{} %", format::fixed(metrics.cpu, 1))),
        ("Memory", format!("{} %", format::fixed(metrics.memory, 1))),
    ];
    values.extend(metrics.load.as_ref().map(|load| ("Load", format::load(load.one))));
    let values = values.into_iter().flat_map(|(name, value)| [el("dt").text(name), el("dd").text(value)]);
    vec![head, el("dl").class("room-now").of(values.collect::<Vec<_>>())]
}
