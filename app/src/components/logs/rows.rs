//! The rows as they are drawn.

use super::{Reading, State, browser};
use crate::components::icon::{Icon, icon};
use crate::element::{El, el};
use crate::format;
use crate::log_list::{Gap, Row};
use crate::model::{LogLevel, LogRow, Timestamp};

/// Those that are in the document.
pub(super) fn draw(reading: Reading) -> Vec<El> {
    let (state, offset_min) = (reading.state.read(), reading.live.offset_min());
    let rows = state.list.rows.get(state.drawn.clone()).unwrap_or_default();
    let draw = |row: &Row| match row {
        Row::Line(row) => line(row, &state, offset_min),
        Row::Gap(row) => gap(*row),
    };
    rows.iter().map(|row| draw(row).key(row.key())).collect()
}

fn line(line: &LogRow, state: &State, offset_min: i32) -> El {
    let class = match line.level {
        LogLevel::Trace => "log-entry log-trace",
        LogLevel::Debug => "log-entry log-debug",
        LogLevel::Info => "log-entry log-info",
        LogLevel::Warn => "log-entry log-warn",
        LogLevel::Error => "log-entry log-error",
    };
    let open = state.open.as_ref().filter(|(seq, _)| *seq == line.seq);
    let mut class = class.to_owned();
    for (is, word) in [
        (line.seq == state.current, " is-current"),
        (line.seq == state.target, " is-target"),
        (open.is_some(), " is-open"),
    ] {
        class.push_str(if is { word } else { "" });
    }
    let part = |class: &'static str, text: String| el("span").class(class).text(text);
    let mut parts = vec![
        part("timestamp", clock(line.at, offset_min)),
        part("level", line.level.as_str().to_owned()),
        part("source", line.source.clone()),
        message(line),
    ];
    parts.extend(open.map(|(_, open)| fields(open, state, line.seq)));
    el("div").class(class).attr(browser::LINE, line.seq.to_string()).of(parts)
}

/// The time of day with milliseconds.
fn clock(at: Timestamp, offset_min: i32) -> String {
    format!("{}.{:03}", format::clock(at, offset_min), at.ms() % 1_000)
}

/// A line as it is copied.
#[cfg(feature = "hydrate")]
pub(super) fn text(line: &LogRow, offset_min: i32) -> String {
    let LogRow { level, source, message, .. } = line;
    format!("{} {level} {source} {message}\n", clock(line.at, offset_min))
}

/// The message, with what was looked for marked. Places that lie on no letter are passed over.
fn message(line: &LogRow) -> El {
    let message = el("span").class("message");
    let text = &line.message;
    let (mut parts, mut done) = (Vec::new(), 0);
    let mut part = |tag: &'static str, text: Option<&str>| {
        parts.extend(text.filter(|text| !text.is_empty()).map(|text| el(tag).text(text.to_owned())));
    };
    for place in line.marks.chunks_exact(2) {
        let (from, to) = (place[0] as usize, place[1] as usize);
        part("span", text.get(done..from));
        part("mark", text.get(from..to));
        done = to;
    }
    part("span", text.get(done..));
    if line.marks.is_empty() { message.text(text.clone()) } else { message.of(parts) }
}

/// What else the line says, and what can be done with it.
fn fields(open: &[Vec<String>], state: &State, seq: u64) -> El {
    let mut rows = Vec::new();
    for field in open {
        if let [name, value] = field.as_slice() {
            rows.push(el("span").class("text-fg-3").text(name.clone()));
            rows.push(el("span").text(value.clone()));
        }
    }
    let link = format!("/logs?line={}", state.list.cursor_at(seq));
    rows.push(el("a").class("log-link").attr("href", link).text("Show around, link to this line"));
    el("div").class("log-fields").of(rows)
}

fn gap(gap: Gap) -> El {
    let count = match gap.count {
        None => "Lines".to_owned(),
        Some(1) => "1 line".to_owned(),
        Some(count) => format!("{} lines", format::count(count)),
    };
    let (drawing, says) = match gap.is_lost {
        true => ("icon text-warn-mark", "no longer kept"),
        false => ("icon", "not shown: they came faster than this page shows"),
    };
    let mut parts = vec![el("p").of([icon(Icon::Gap, drawing), el("b").text(count), el("span").text(says)])];
    if !gap.is_lost {
        let load = el("button").class("log-load").attr("type", "button").attr(browser::GAP, gap.before.to_string());
        parts.push(load.text("Load them"));
    }
    el("div").class("log-gap").of(parts)
}
