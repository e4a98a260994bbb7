//! What the server draws of the log.
#![cfg(feature = "ssr")]
#![allow(clippy::unwrap_used, reason = "a fixture that can't be made is a failed test")]

#[allow(dead_code, reason = "what other tests need of it")]
mod fixture;

use app::components::logs::{Figures, Filters, draw};
use app::model::{AlertLevel, AlertState, Drawn, LogLevel, LogRow, LogSummary, LogView, Snapshot};
use app::pages::{LogStart, Start};
use app::place::Place;
use app::range::Range;
use app::shell::{Page, Scripts, shell};
use fixture::{alert, now, render, snapshot};
use leptos::config::LeptosOptions;
use leptos::prelude::provide_context;

fn row(seq: u64, level: LogLevel, message: &str, marks: &[u32]) -> LogRow {
    LogRow {
        seq,
        at: now().minus(10_000 - seq),
        level,
        source: "app".to_owned(),
        message: message.to_owned(),
        marks: marks.to_vec(),
    }
}

fn view() -> LogView {
    LogView {
        cursor: snapshot().cursor,
        lines: vec![
            row(7, LogLevel::Info, "🙂 checkout order=88213 total=129.00 EUR", &[12, 23]),
            row(8, LogLevel::Error, "payment provider timed out, order=88213", &[28, 39]),
        ],
        more: true,
        complete: true,
        looked: 18_402,
        found: 1_281,
        errors: 14,
        target: None,
        problem: None,
        summary: Some(LogSummary {
            levels: [0, 3_870, 1_204, 63, 14],
            sources: vec![("nginx".to_owned(), 9_000), ("app".to_owned(), 402)],
        }),
    }
}

fn page(view: LogView, filters: Filters) -> String {
    let parts = draw(Figures { firing: &[], lately: [1, 2], came: 3 });
    let drawn = Some(Drawn { at: now(), point: Vec::new(), cores: Vec::new(), alerts: Vec::new(), parts });
    let snapshot = Snapshot { metrics: None, drawn, ..snapshot() };
    let logs = Some(LogStart { view, filters });
    let start = Start { logs, ..Start::new(Place::Logs, snapshot, Range::FifteenMinutes) };
    let options = LeptosOptions::builder().output_name("opsglass").build();
    let scripts =
        ["/alerts.js", "/logs.js", "/logs/ask.js", "/logs/list.js", "/logs-of-others/x.js", "/palette/draw.js"];
    render(|| {
        provide_context(Scripts(scripts.map(str::to_owned).into()));
        shell(options, Page::Live(start), None)
    })
}

/// The text between the bars, a line an element that holds any.
fn text(html: &str) -> String {
    let main = html.split_once("<main").map_or(html, |(_, main)| main);
    let main = main.split_once("</main>").map_or(main, |(main, _)| main);
    let pieces = main.replace("<!>", "");
    let pieces = pieces.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, words)| words).trim());
    pieces.filter(|words| !words.is_empty()).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_page() {
    let typed = "order=88213 -\"healthz\"".to_owned();
    let levels = vec![LogLevel::Error];
    let html = page(view(), Filters { typed, is_regex: true, levels, sources: vec!["gone".to_owned()] });
    insta::assert_snapshot!("logs", text(&html));
    assert!(html.contains("value=\"order=88213 -&quot;healthz&quot;\""), "{html}");
    assert_eq!(html.matches(" checked=\"\"").count(), 3, "the pattern, a level, and a source that has no line");
    assert_eq!(html.matches("<mark>order=88213</mark>").count(), 2);
    assert!(html.contains("<script type=\"module\" src=\"/logs.js\">"));
    let early = |path: &str| html.contains(&format!("<link rel=\"modulepreload\" href=\"{path}\">"));
    assert!(early("/logs/ask.js") && early("/logs/list.js"), "{html}");
    assert!(!early("/logs-of-others/x.js") && !early("/palette/draw.js"), "and no part of another");
}

#[test]
fn a_line_is_text() {
    let hostile = "</span><script>alert(1)</script>";
    let html = page(LogView { lines: vec![row(1, LogLevel::Warn, hostile, &[7, 15])], ..view() }, Filters::default());
    assert!(html.contains("<mark>&lt;script&gt;</mark>"), "{html}");
    assert!(!html.contains("<script>alert"));
}

#[test]
fn a_link_leads_to_its_line() {
    let html = page(LogView { target: Some(8), ..view() }, Filters::default());
    assert_eq!(html.matches("log-error is-current is-target").count(), 1);
}

#[test]
fn why_there_is_nothing() {
    let none = LogView { lines: Vec::new(), ..view() };
    assert!(page(none.clone(), Filters::default()).contains("No line matches."));
    assert!(page(LogView { looked: 0, ..none.clone() }, Filters::default()).contains("No line has come in yet."));
    let problem = Some("expected a regular expression".to_owned());
    let html = page(LogView { problem, ..none }, Filters::default());
    assert!(html.contains("expected a regular expression") && html.contains("aria-invalid=\"true\""));
}

#[test]
fn the_worst_that_fires_is_named() {
    let firing = [
        alert("cpu", "CPU saturated", AlertLevel::Critical, AlertState::Firing, 78),
        alert("swap", "Swap in use", AlertLevel::Warning, AlertState::Firing, 252),
    ];
    let parts = draw(Figures { firing: &firing, lately: [0, 1], came: 0 });
    assert!(parts[0].contains(&"=2 alerts firing".to_owned()), "{parts:?}");
    let cause = "0 errors, 1 warning in the last minute.";
    assert!(parts[0].iter().any(|word| word.starts_with('=') && word.ends_with(cause)), "{parts:?}");
}
