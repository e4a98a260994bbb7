//! What stands under the lines while they stand still: since when, what has come, and the ways on. Never over them.

use super::{Reading, browser};
use crate::components::icon::{Icon, icon};
use crate::element::{El, el, given, moving};
use crate::format;
use crate::log_list::Row;

pub(super) fn bar(reading: Reading) -> El {
    let resume = |button: El| {
        button.attr("type", "button").class("button is-primary").of([el("span").text("Resume"), el("kbd").text("p")])
    };
    el("div").fixed(|bar| bar.class("log-bar needs-js")).attr("hidden", given(move || !reading.stands())).of([
        el("svg").fixed(|_| icon(Icon::Pause, "icon text-accent")),
        el("b").text(moving(move || since(reading))),
        el("span").fixed(|it| it.class("text-fg-2")).text(moving(move || waiting(reading))),
        el("span").fixed(|it| it.class("text-crit")).text(moving(move || errors(reading))),
        el("button")
            .fixed(|button| {
                let says = [icon(Icon::ArrowDown, "icon"), el("span").text("Jump to newest")];
                button.attr("type", "button").class("button").of(says)
            })
            .on("click", move |_| browser::jump(reading)),
        el("button")
            .fixed(resume)
            .attr("hidden", given(move || !reading.live.is_paused()))
            .on("click", move |_| reading.live.toggle_pause()),
    ])
}

fn since(reading: Reading) -> String {
    let word = if reading.live.is_paused() { "Paused at" } else { "Standing at" };
    let state = reading.state.read();
    let last = state.list.rows.iter().rev().find_map(|row| match row {
        Row::Line(line) => Some(line.at),
        Row::Gap(_) => None,
    });
    let at = last.map(|at| format::clock(at, reading.live.offset_min())).unwrap_or_default();
    format!("{word} {at}.")
}

fn waiting(reading: Reading) -> String {
    match reading.state.read().list.waiting.found {
        0 => "No newer lines".to_owned(),
        1 => "1 newer line".to_owned(),
        lines => format!("{} newer lines", format::count(lines)),
    }
}

fn errors(reading: Reading) -> String {
    match reading.state.read().list.waiting.errors {
        0 => String::new(),
        1 => "1 error".to_owned(),
        errors => format!("{} errors", format::count(errors)),
    }
}
