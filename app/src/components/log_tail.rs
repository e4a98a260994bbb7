//! The last lines of the log. The list starts at its foot and stays there while lines come in, until the reader scrolls
//! up: its scroller runs from the bottom, so the browser does that by itself, before and without any script.

use std::sync::{Mutex, PoisonError};

use leptos::prelude::*;
use leptos::web_sys::Element;

use super::hint::hint;
use super::icon::{Icon, icon};
use super::table::scrolls;
use crate::element::{El, el, moving};
use crate::format;
use crate::live::{Live, Lost};
use crate::model::{LogEntry, LogLevel, NumberedLog, Timestamp};
use crate::watched::Watched;

/// How far from the foot one still follows, in pixels: less than a row.
const NEAR: i32 = 16;
/// The span whose errors and warnings are counted, in milliseconds.
const COUNTED_MS: u64 = 60_000;

/// What scrolls.
const SCROLLER: &str = "log-scroller";

/// The log's tail.
pub fn log_tail(live: Live) -> El {
    let following = Watched::new(true);
    let wrapped = Watched::new(false);
    // Who has scrolled up reads: the lines stand still until the foot is reached again.
    let shown = Mutex::new(None);
    let rows = move || {
        let mut shown = shown.lock().unwrap_or_else(PoisonError::into_inner);
        if following.get() || shown.is_none() {
            *shown = Some(lines(live));
        }
        shown.iter().flatten().map(Line::draw).collect()
    };
    let is_empty = move || live.logs.read().tail.lines().is_empty();
    let logs = el("div").fixed(|logs| logs.attr("id", "logs")).rows(rows);
    let scroller = el("div")
        .fixed(|region| scrolls(region.attr("id", SCROLLER), "Log lines"))
        .class(moving(move || {
            if wrapped.get() { "scroll log-scroller is-wrapped" } else { "scroll log-scroller" }.into()
        }))
        // From the foot upwards the place counts down from 0.
        .on("scroll", move |event| following.set(event_target::<Element>(&event).scroll_top().abs() < NEAR))
        .of([logs, hint(move || is_empty().then_some("No line has come in yet."))]);
    el("section").fixed(|card| card.class("card part-log").attr("id", "part-log")).of([
        el("div").fixed(|head| head.class("card-head")).of([
            el("h2").fixed(|title| title.class("card-title").text("Log")),
            el("p").fixed(|note| note.class("card-note")).text(moving(move || counts(live))),
            wrap_button(wrapped),
            follow_button(live, following),
        ]),
        el("div").fixed(|fill| fill.class("fill fill-log")).of([scroller]),
    ])
}

fn wrap_button(wrapped: Watched<bool>) -> El {
    el("button")
        .fixed(|button| {
            let content = [icon(Icon::Wrap, "icon"), el("span").class("ghost-word").text("wrap")];
            button.attr("type", "button").class("ghost needs-js").of(content)
        })
        .attr("aria-pressed", moving(move || wrapped.get().to_string()))
        .on("click", move |_| wrapped.set(!wrapped.get_untracked()))
}

fn follow_button(live: Live, following: Watched<bool>) -> El {
    let says = move || {
        let drawing = if live.is_stale() { Icon::Retry } else { Icon::ArrowDown };
        vec![icon(drawing, "icon"), el("span").text(follow_word(live, following.get()))]
    };
    el("button")
        .fixed(|button| button.attr("type", "button").class("ghost follow needs-js"))
        .attr("aria-disabled", moving(move || following.get().to_string()))
        .on("click", |_| {
            if let Some(scroller) = document().get_element_by_id(SCROLLER) {
                scroller.set_scroll_top(0);
            }
        })
        .rows(says)
}

fn follow_word(live: Live, following: bool) -> &'static str {
    match (following, live.is_stale()) {
        (false, _) => "jump to newest",
        (true, true) => "waiting",
        (true, false) => "following",
    }
}

fn counts(live: Live) -> String {
    if live.is_stale() {
        return String::new();
    }
    let from = live.now.get().minus(COUNTED_MS);
    let logs = live.logs.read();
    let lately = logs.tail.lines().iter().rev().take_while(|line| line.entry.timestamp >= from);
    let (errors, warnings) = lately.fold((0_u64, 0_u64), |(errors, warnings), line| match line.entry.level {
        LogLevel::Error => (errors + 1, warnings),
        LogLevel::Warn => (errors, warnings + 1),
        LogLevel::Trace | LogLevel::Debug | LogLevel::Info => (errors, warnings),
    });
    let counted = |count, word| if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") };
    match (errors, warnings) {
        (0, 0) => "no errors in 1 min".to_owned(),
        (errors, 0) => format!("{} in 1 min", counted(errors, "error")),
        (0, warnings) => format!("{} in 1 min", counted(warnings, "warning")),
        _ => format!("{}, {} in 1 min", counted(errors, "error"), counted(warnings, "warning")),
    }
}

/// A row as it is drawn.
#[derive(Debug, Clone, PartialEq)]
struct Line {
    seq: u64,
    at: Timestamp,
    offset_min: i32,
    what: What,
}

#[derive(Debug, Clone, PartialEq)]
enum What {
    Entry(NumberedLog),
    Lost(Lost),
}

fn lines(live: Live) -> Vec<Line> {
    let offset_min = live.offset_min();
    let entry = |line: &NumberedLog| Line {
        seq: line.seq,
        at: line.entry.timestamp,
        offset_min,
        what: What::Entry(line.clone()),
    };
    let logs = live.logs.read();
    let mut lines: Vec<Line> = logs.tail.lines().iter().map(entry).collect();
    if let Some(lost) = logs.lost.clone() {
        let place = lines.iter().position(|line| line.seq > lost.last).unwrap_or(lines.len());
        // What is left begins at its own time, not at that of the reconnect.
        let to = lines.get(place).map_or(lost.to, |line| line.at.min(lost.to));
        lines.insert(place, Line { seq: lost.last, at: to, offset_min, what: What::Lost(Lost { to, ..lost }) });
    }
    lines
}

impl Line {
    fn draw(&self) -> El {
        match &self.what {
            What::Entry(line) => entry(&line.entry, self.offset_min).key(self.seq * 2),
            What::Lost(lost) => gap(lost, self.offset_min).key(self.seq * 2 + 1),
        }
    }
}

fn entry(entry: &LogEntry, offset_min: i32) -> El {
    let class = match entry.level {
        LogLevel::Trace => "log-entry log-trace",
        LogLevel::Debug => "log-entry log-debug",
        LogLevel::Info => "log-entry log-info",
        LogLevel::Warn => "log-entry log-warn",
        LogLevel::Error => "log-entry log-error",
    };
    let part = |class: &'static str, text: String| el("span").class(class).text(text);
    el("div").class(class).of([
        part("timestamp", format::clock(entry.timestamp, offset_min)),
        part("level", entry.level.as_str().to_owned()),
        part("source", entry.unit.as_ref().unwrap_or(&entry.source).clone()),
        part("message", entry.message.clone()),
    ])
}

fn gap(lost: &Lost, offset_min: i32) -> El {
    let (from, to) = (format::clock(lost.from, offset_min), format::clock(lost.to, offset_min));
    let count = format::count(lost.count);
    let lines = if lost.count == 1 { "line was" } else { "lines were" };
    let said = format!("{count} log {lines} lost between {from} and {to}");
    el("div").class("log-gap").of([el("p").of([icon(Icon::Gap, "icon text-warn-mark"), el("span").text(said)])])
}
