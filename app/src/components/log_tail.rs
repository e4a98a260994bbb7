//! The last lines of the log. The list starts at its foot and stays there while lines come in, until the reader scrolls
//! up: its scroller runs from the bottom, so the browser does that by itself, before and without any script.

use leptos::html::Div;
use leptos::prelude::*;

use super::hint::hint;
use super::icon::{Icon, icon};
use crate::format;
use crate::live::{Live, Lost};
use crate::model::{LogLevel, NumberedLog, Timestamp};

/// How far from the foot one still follows, in pixels: less than a row.
const NEAR: i32 = 16;
/// The span whose errors and warnings are counted, in milliseconds.
const COUNTED_MS: u64 = 60_000;

/// The log's tail.
#[component]
pub fn LogView(
    /// What the page knows.
    live: Live,
) -> impl IntoView {
    let scroller = NodeRef::<Div>::new();
    let following = RwSignal::new(true);
    let wrapped = RwSignal::new(false);
    // Who has scrolled up reads: the lines stand still until the foot is reached again.
    let lines = Memo::new(move |before: Option<&Vec<Line>>| match before {
        Some(before) if !following.get() => before.clone(),
        _ => lines(live),
    });
    let look = move |_| {
        if let Some(scroller) = scroller.get_untracked() {
            // From the foot upwards the place counts down from 0.
            following.set(scroller.scroll_top().abs() < NEAR);
        }
    };
    let jump = move |_| {
        if let Some(scroller) = scroller.get_untracked() {
            scroller.set_scroll_top(0);
        }
    };
    view! {
        <section class="card part-log" id="part-log">
            <div class="card-head">
                <h2 class="card-title">"Log"</h2>
                <p class="card-note">{move || counts(live)}</p>
                <button
                    type="button"
                    class="ghost needs-js"
                    aria-pressed=move || if wrapped.get() { "true" } else { "false" }
                    on:click=move |_| wrapped.update(|wrapped| *wrapped = !*wrapped)
                >
                    {icon(Icon::Wrap, "icon")}
                    <span class="ghost-word">"wrap"</span>
                </button>
                <button type="button" class="ghost follow needs-js" aria-disabled=move || if following.get() { "true" } else { "false" } on:click=jump>
                    {move || icon(if live.is_stale() { Icon::Retry } else { Icon::ArrowDown }, "icon")}
                    {move || follow_word(live, following.get()).to_owned()}
                </button>
            </div>
            <div class="fill fill-log">
                <div
                    class="scroll log-scroller"
                    class:is-wrapped=move || wrapped.get()
                    node_ref=scroller
                    on:scroll=look
                    tabindex="0"
                    role="region"
                    aria-label="Log lines"
                >
                    <div id="logs">
                        <For each=move || lines.get() key=|line| line.key let:line>
                            {line.draw()}
                        </For>
                    </div>
                    {move || hint(is_empty(live).then_some("No line has come in yet."))}
                </div>
            </div>
        </section>
    }
    .into_any()
}

fn is_empty(live: Live) -> bool {
    live.logs.with(|tail| tail.lines().is_empty())
}

fn follow_word(live: Live, following: bool) -> &'static str {
    match (following, live.is_stale()) {
        (false, _) => "jump to newest",
        (true, true) => "waiting",
        (true, false) => "following",
    }
}

fn counts(live: Live) -> String {
    let from = live.now.get().minus(COUNTED_MS);
    let (errors, warnings) = live.logs.with(|tail| {
        let lately = tail.lines().iter().rev().take_while(|line| line.entry.timestamp >= from);
        lately.fold((0_u64, 0_u64), |(errors, warnings), line| match line.entry.level {
            LogLevel::Error => (errors + 1, warnings),
            LogLevel::Warn => (errors, warnings + 1),
            LogLevel::Trace | LogLevel::Debug | LogLevel::Info => (errors, warnings),
        })
    });
    let counted = |count, word| if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") };
    match (errors, warnings) {
        (0, 0) => "no errors in 1 min".to_owned(),
        (errors, 0) => format!("{} in 1 min", counted(errors, "error")),
        (0, warnings) => format!("{} in 1 min", counted(warnings, "warning")),
        _ => format!("{}, {} in 1 min", counted(errors, "error"), counted(warnings, "warning")),
    }
}

/// A row as it is drawn. A row never changes: another time zone makes it another row, and so does another life of the
/// server, which counts from the start again: hence the time beside the number.
#[derive(Debug, Clone, PartialEq)]
struct Line {
    key: (u64, u64, i32, bool),
    at: Timestamp,
    what: What,
}

#[derive(Debug, Clone, PartialEq)]
enum What {
    Entry(NumberedLog),
    Lost(Lost),
}

fn lines(live: Live) -> Vec<Line> {
    let offset = live.offset_min.get();
    let entry = |line: &NumberedLog| Line {
        key: (line.seq, line.entry.timestamp.ms(), offset, false),
        at: line.entry.timestamp,
        what: What::Entry(line.clone()),
    };
    let mut lines: Vec<Line> = live.logs.with(|tail| tail.lines().iter().map(entry).collect());
    if let Some(lost) = live.lost.get() {
        let place = lines.iter().position(|line| line.key.0 > lost.last).unwrap_or(lines.len());
        // What is left begins at its own time, not at that of the reconnect.
        let to = lines.get(place).map_or(lost.to, |line| line.at.min(lost.to));
        let key = (lost.last, to.ms(), offset, true);
        lines.insert(place, Line { key, at: to, what: What::Lost(Lost { to, ..lost }) });
    }
    lines
}

impl Line {
    fn draw(self) -> AnyView {
        let (_, _, offset, _) = self.key;
        match self.what {
            What::Entry(line) => entry(line, offset),
            What::Lost(lost) => gap(&lost, offset),
        }
    }
}

fn entry(line: NumberedLog, offset_min: i32) -> AnyView {
    let entry = line.entry;
    let class = match entry.level {
        LogLevel::Trace => "log-entry log-trace",
        LogLevel::Debug => "log-entry log-debug",
        LogLevel::Info => "log-entry log-info",
        LogLevel::Warn => "log-entry log-warn",
        LogLevel::Error => "log-entry log-error",
    };
    view! {
        <div class=class>
            <span class="timestamp">{format::clock(entry.timestamp, offset_min)}</span>
            <span class="level">{entry.level.as_str()}</span>
            <span class="source">{entry.unit.unwrap_or(entry.source)}</span>
            <span class="message">{entry.message}</span>
        </div>
    }
    .into_any()
}

fn gap(lost: &Lost, offset_min: i32) -> AnyView {
    let (from, to) = (format::clock(lost.from, offset_min), format::clock(lost.to, offset_min));
    let count = format::count(lost.count);
    let lines = if lost.count == 1 { "line was" } else { "lines were" };
    view! {
        <div class="log-gap">
            <p>
                {icon(Icon::Gap, "icon text-warn-mark")}
                {format!("{count} log {lines} lost between {from} and {to}")}
            </p>
        </div>
    }
    .into_any()
}
