//! An event as a person reads it.

use anstyle::{AnsiColor, Color, Style};
use app::format;
use app::model::Timestamp;
use serde_json::Value;

use super::event::Event;
use super::printable::printable;

const DIM: Style = Style::new().dimmed();

/// Where and when a line is shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting {
    /// Now.
    pub(super) now: Timestamp,
    /// When the event before this one came, if one did.
    pub(super) before: Option<Timestamp>,
    /// Whether to use colours.
    pub(super) coloured: bool,
}

/// The line for `event`, without its end.
pub(super) fn line(event: &Event, setting: Setting) -> String {
    let data = event.json.as_ref().unwrap_or(&Value::Null);
    let time = ["timestamp", "since"].iter().find_map(|key| text(data, key)?.parse().ok()).unwrap_or(setting.now);
    let said = match event.name.as_str() {
        "log" if data["message"].is_string() => log(data, setting),
        "alert" if data["message"].is_string() => alert(data, setting),
        "metrics" if data["cpu"].is_number() => metrics(data),
        "gap" if data["missed"].is_u64() => paint(warning(), &gap(data, setting), setting),
        name => format!("{} {}", paint(DIM, &printable(name), setting), printable(&event.data)),
    };
    format!("{} {said}", paint(DIM, &format::clock(time, 0), setting))
}

fn log(data: &Value, setting: Setting) -> String {
    let level = text(data, "level").unwrap_or("info");
    let source = text(data, "unit").or_else(|| text(data, "source")).unwrap_or_default();
    let level = paint(level_style(level), &format!("{:<5}", printable(level)), setting);
    format!("{level} {}  {}", printable(source), printable(text(data, "message").unwrap_or_default()))
}

fn alert(data: &Value, setting: Setting) -> String {
    let (level, state) = (text(data, "level").unwrap_or("info"), text(data, "state"));
    let style = if state == Some("resolved") { level_style("info") } else { level_style(level) };
    let mut line = paint(style, &printable(level), setting);
    if let Some(state) = state {
        line += &format!(" {}", printable(state));
    }
    if let Some(name) = text(data, "name") {
        line += &format!(" {}:", printable(name));
    }
    line + " " + &printable(text(data, "message").unwrap_or_default())
}

fn metrics(data: &Value) -> String {
    let percent = |key: &str| data[key].as_f64().map(|number| format!("{key} {} %", format::decimal(number as f32)));
    let users = data["activeUsers"].as_u64().map(|users| format!("users {}", format::count(users)));
    [percent("cpu"), percent("memory"), users].into_iter().flatten().collect::<Vec<_>>().join("  ")
}

fn gap(data: &Value, setting: Setting) -> String {
    let missed = data["missed"].as_u64().unwrap_or_default();
    let events = if missed == 1 { "event" } else { "events" };
    let now = format::clock(setting.now, 0);
    let when = match setting.before {
        Some(before) => format!("between {} and {now}", format::clock(before, 0)),
        None => format!("before {now}"),
    };
    let (channel, reason) = (text(data, "channel").unwrap_or("?"), text(data, "reason").unwrap_or("no reason given"));
    let missed = format::count(missed);
    format!("gap {}: {missed} {events} lost {when}: {}", printable(channel), printable(reason))
}

fn text<'a>(data: &'a Value, key: &str) -> Option<&'a str> {
    data[key].as_str()
}

fn warning() -> Style {
    level_style("warn")
}

fn level_style(level: &str) -> Style {
    let colour = |colour: AnsiColor| Style::new().fg_color(Some(Color::Ansi(colour)));
    match level {
        "critical" => colour(AnsiColor::Red).bold(),
        "error" => colour(AnsiColor::Red),
        "warn" | "warning" => colour(AnsiColor::Yellow),
        "info" => colour(AnsiColor::Green),
        _ => DIM,
    }
}

fn paint(style: Style, text: &str, setting: Setting) -> String {
    if setting.coloured { format!("{style}{text}{style:#}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests;
