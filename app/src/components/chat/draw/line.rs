//! One line of the room.

use super::text;
use crate::components::icon::{Icon, icon};
use crate::components::level::{level_icon, level_mark, level_text, level_word};
use crate::element::{El, el, time, words};
use crate::format::{self, Clock};
use crate::model::{AlertLevel, AlertState, ChatAlert, ChatLine, ChatMessage, ChatWhat, Timestamp};

/// The line, in words.
pub fn draw_line(line: &ChatLine) -> Vec<String> {
    let drawn = match &line.what {
        ChatWhat::Message(message) => said(message, line.at),
        ChatWhat::Joined { username } => note(Icon::Person, &format!("{username} joined"), line.at),
        ChatWhat::Left { username } => note(Icon::Person, &format!("{username} left"), line.at),
        ChatWhat::Acknowledged { name, by, reason, .. } => {
            let reason = if reason.is_empty() { String::new() } else { format!(": \u{201c}{reason}\u{201d}") };
            note(Icon::Check, &format!("{by} acknowledged {name}{reason}"), line.at)
        }
        ChatWhat::Alert(alert) => told(alert, line.at),
    };
    words(&[drawn.key(line.number)])
}

fn said(message: &ChatMessage, at: Timestamp) -> El {
    let name = el("b").class("room-name").text(message.username.clone());
    let name = if message.claimed { name.attr("title", "By their own word: nobody has signed in") } else { name };
    el("li").class("room-line room-message").of([
        el("span").class("avatar").attr("aria-hidden", "true").text(initials(&message.username)),
        el("div").class("room-body").of([
            el("p").class("room-who").of([name, time(at, Clock::Seconds).class("room-time")]),
            el("p").class("room-text").of(text::pieces(&message.text)),
        ]),
    ])
}

fn note(drawing: Icon, text: &str, at: Timestamp) -> El {
    let told = [el("span").text(format!("{text}, ")), time(at, Clock::Seconds)];
    el("li").class("room-line room-note").of([icon(drawing, "icon-14"), el("p").of(told)])
}

fn told(alert: &ChatAlert, at: Timestamp) -> El {
    let is_over = alert.state == AlertState::Resolved;
    let (class, drawing, mark, word_class, word) = match (is_over, alert.level) {
        (true, _) => ("is-over", Icon::Normal, "icon text-ok", "text-ok", "Resolved"),
        (false, level) => {
            let class = if level == AlertLevel::Critical { "is-critical" } else { "is-warning" };
            (class, level_icon(level), level_mark(level), level_text(level), level_word(level))
        }
    };
    let head = [el("b").class(word_class).text(word), el("b").text(alert.name.clone())];
    let after =
        if is_over { format!("after {}, ", format::span(at.since(alert.fired_at) / 1_000)) } else { String::new() };
    let said = [el("span").text(format!("{after}{}, ", fact(&alert.name, &alert.message))), time(at, Clock::Seconds)];
    // A box of its own, so that the day that begins with it stands above it.
    el("li").class("room-line").of([el("div").class(format!("room-alert {class}")).of([
        icon(drawing, mark),
        el("div").class("room-body").of([el("p").class("room-what").of(head), el("p").class("room-fact").of(said)]),
        el("a").class("button").attr("href", "/alerts").text("Evidence"),
    ])])
}

/// What is so of an alert whose name stands above it.
pub(super) fn fact<'a>(name: &str, message: &'a str) -> &'a str {
    let fact = message.strip_prefix(name).and_then(|rest| rest.strip_prefix(" is "));
    fact.unwrap_or(message).trim_end_matches('.')
}

/// Two letters that stand for a name.
pub(super) fn initials(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().take(2).collect();
    let letters: String = match words[..] {
        [first, second] => first.chars().take(1).chain(second.chars().take(1)).collect(),
        _ => name.chars().take(2).collect(),
    };
    letters.to_uppercase()
}
