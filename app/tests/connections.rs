//! What the server draws of the page about the hub.
#![cfg(feature = "ssr")]
#![allow(clippy::unwrap_used, reason = "a fixture that can't be read is a failed test")]

#[allow(dead_code, reason = "what other tests need of it")]
mod fixture;

use app::components::hub::draw;
use app::live::{Live, Status};
use app::model::{Drawn, Snapshot, Stats};
use app::pages::Start;
use app::place::Place;
use app::range::Range;
use app::series::Series;
use app::shell::{Page, shell};
use fixture::{now, render, snapshot};
use leptos::config::LeptosOptions;

const STATS: &str = include_str!("fixture/stats.json");

fn connections(stats: &str) -> Snapshot {
    let stats: Stats = miniserde::json::from_str(stats).unwrap();
    let mut snapshot = snapshot();
    for second in 0..5 {
        let mut point = vec![None; Series::Published as usize];
        point.extend([Some(38.2), Some(299.0), Some(8.2 + second as f32), Some(14.0)]);
        snapshot.history.push_point(now().plus(1_000 + second * 1_000), &point, Vec::new(), 900_000);
    }
    snapshot.metrics = None;
    snapshot.drawn =
        Some(Drawn { at: now(), point: Vec::new(), cores: Vec::new(), alerts: Vec::new(), parts: draw(&stats) });
    snapshot
}

fn document(snapshot: Snapshot) -> String {
    let options = LeptosOptions::builder().output_name("opsglass").build();
    let start = Start::new(Place::Connections, snapshot, Range::FifteenMinutes);
    render(|| shell(options, Page::Live(start), None))
}

/// The text between the bars, a line an element that holds any.
fn text(html: &str) -> String {
    let main = html.split_once("<main").map_or(html, |(_, main)| main);
    let main = main.split_once("</main>").map_or(main, |(main, _)| main);
    let pieces = main
        .replace("<!>", "")
        .split('<')
        .map(|piece| piece.split_once('>').map_or(piece, |(_, words)| words).trim().to_owned())
        .collect::<Vec<_>>();
    pieces.into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_page() {
    let html = document(connections(STATS));
    insta::assert_snapshot!("connections", text(&html));
    assert!(html.contains("<title>Connections · fra1-web-03 · opsglass</title>"));
    let link = html.split("<a ").find(|link| link.starts_with("href=\"/connections\"")).unwrap();
    assert!(link.contains("aria-current=\"page\"") && link.contains("<span>Connections</span>"), "{link}");
    assert_eq!(html.matches("class=\"strip-mark").count(), 3);
    assert_eq!(html.matches("<h1").count(), 1);
}

#[test]
fn what_is_no_longer_known_is_not_called_live() {
    let html = render(|| {
        let live = Live::new(Place::Connections, connections(STATS), Range::FifteenMinutes);
        live.show_status(Status::Stale { age_seconds: 12 });
        app::components::health_line(live)
    });
    assert!(html.contains("Not known since 10:04:25"), "{html}");
    assert!(!html.contains("about to lose"));
}

#[test]
fn names_are_text() {
    let stats = STATS.replace("ci-runner-2", "</td><img src=x onerror=alert(1)>").replace("deploys", "<script>");
    let html = document(connections(&stats));
    assert!(!html.contains("<img"));
    assert!(html.matches("&lt;img src=x onerror=alert(1)&gt;").count() >= 2);
}
