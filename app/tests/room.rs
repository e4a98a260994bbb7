//! What the server draws beside the lines of the war room.
#![cfg(feature = "ssr")]
#![allow(clippy::unwrap_used, reason = "a fixture that can't be made is a failed test")]

#[allow(dead_code, reason = "what other tests need of it")]
mod fixture;

use std::collections::BTreeMap;

use app::components::chat::{Guest, Room, draw};
use app::element::{Reader, elements};
use app::model::{Alert, AlertLevel, AlertState, ChatPerson, Drawn, Metrics, Snapshot, Timestamp};
use app::pages::Start;
use app::place::Place;
use app::range::Range;
use app::series::History;
use app::shell::{Page, shell};
use fixture::{alert, metrics, now, render, snapshot};
use leptos::config::LeptosOptions;
use leptos::prelude::*;

fn person(username: &str, ago: u64, role: Option<&'static str>) -> ChatPerson {
    ChatPerson { username: username.to_owned(), since: now().minus(ago * 60_000), role }
}

fn firing() -> [Alert; 2] {
    [
        alert("filesystem:/var", "/var nearly full", AlertLevel::Warning, AlertState::Firing, 900),
        alert("cpu", "CPU saturated", AlertLevel::Critical, AlertState::Firing, 78),
    ]
}

/// A quarter of an hour, of which some minutes are missing.
fn history() -> History {
    let mut history = History::new(1_000);
    for second in (0..900).filter(|second| !(200..320).contains(second)) {
        let sample =
            Metrics { timestamp: now().minus(899_000 - second * 1_000), cpu: (second / 10) as f32, ..metrics() };
        history.push(&sample, u64::MAX);
    }
    history
}

fn parts(
    here: &[ChatPerson],
    firing: &[Alert],
    acknowledged: &[(&str, &str)],
    metrics: Option<&Metrics>,
) -> Vec<Vec<String>> {
    let acknowledged: BTreeMap<String, String> =
        acknowledged.iter().map(|(id, by)| ((*id).to_owned(), (*by).to_owned())).collect();
    let history = if metrics.is_some() { history() } else { History::new(1_000) };
    draw(&Room { here, firing, acknowledged: &acknowledged, metrics, history: &history, now: now(), is_failing: false })
}

/// As a reader's browser makes elements of it, one a line.
fn html(words: &[String]) -> String {
    let reader = Reader { client: "", offset_min: 0, now: Timestamp::default() };
    let mut html = String::new();
    for element in elements(words, reader) {
        html.push_str(&Owner::new().with(|| element.to_html()));
    }
    html.replace("<!>", "").replace("><", ">\n<")
}

#[test]
fn beside_the_lines() {
    let here = [person("mira", 10, Some("admin")), person("by their own word", 50, None)];
    let parts = parts(&here, &firing(), &[("filesystem:/var", "mira"), ("gone", "jonas")], Some(&metrics()));
    for (part, name) in [(1, "here"), (2, "firing"), (3, "now")] {
        insta::assert_snapshot!(format!("room_{name}"), html(&parts[part]));
    }
    assert_eq!(html(&parts[3]).matches("chart-gap").count(), 5, "each line says where nothing is known");
}

#[test]
fn names_are_text() {
    let hostile = "<img src=x onerror=boom()>";
    let firing = [Alert { name: hostile.to_owned(), message: hostile.to_owned(), ..firing()[1].clone() }];
    let parts = parts(&[person(hostile, 1, None)], &firing, &[("cpu", hostile)], None);
    let html: String = parts.iter().map(|part| html(part)).collect();
    assert!(!html.contains("<img") && html.contains("&lt;img src=x onerror=boom()&gt;"), "{html}");
}

#[test]
fn a_poor_host_and_a_quiet_one() {
    let parts = parts(
        &[],
        &[],
        &[],
        Some(&Metrics { load: None, network: Default::default(), disk: Default::default(), ..metrics() }),
    );
    assert_eq!(html(&parts[3]).matches("<dt>").count(), 2);
    assert!(html(&parts[1]).contains("Nobody.") && html(&parts[2]).contains("Nothing fires."));
}

#[test]
fn only_the_room_can_be_searched() {
    let page = |place| {
        let parts = parts(&[], &[], &[], None);
        let drawn = Some(Drawn { at: now(), point: Vec::new(), cores: Vec::new(), alerts: Vec::new(), parts });
        let start = Start::new(place, Snapshot { metrics: None, drawn, ..snapshot() }, Range::FifteenMinutes);
        let options = LeptosOptions::builder().output_name("opsglass").build();
        render(|| {
            provide_context(Guest::default());
            shell(options, Page::Live(start), None)
        })
    };
    assert_eq!(page(Place::Chat).matches("id=\"room-find\"").count(), 1);
    assert!(!page(Place::Connections).contains("room-find"));
}
