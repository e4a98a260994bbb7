//! The overview: the machine at a glance.

use leptos::prelude::*;

use crate::components::chart::Timeline;
use crate::components::{
    alerts, announcements, chart, file_systems, follow_title, health_line, help, key_bar, log_tail, processes,
    range_picker, tab_bar, tiles, top_bar, users,
};
use crate::element::{El, el, moving};
use crate::live::Live;
use crate::model::Snapshot;
use crate::range::Range;

/// The level at which the alert on processor use becomes critical, percent: drawn into its chart.
const CPU_CRITICAL: Option<f32> = Some(95.0);

/// What the page starts from.
#[derive(Debug, Clone)]
pub struct Start {
    /// The machine as of one cursor.
    pub snapshot: Snapshot,
    /// How far back the charts look.
    pub range: Range,
}

impl Start {
    /// What the document around the page provides.
    #[cfg(feature = "ssr")]
    fn take() -> Self {
        expect_context()
    }

    /// What the document around the page carries in its body's attributes.
    #[cfg(not(feature = "ssr"))]
    fn take() -> Self {
        let body = document().body();
        let attribute = |name| body.as_ref().and_then(|body| body.get_attribute(name));
        let snapshot = attribute("data-snapshot").and_then(|json| Snapshot::from_json(&json));
        let range = attribute("data-range").and_then(|range| range.parse().ok()).unwrap_or_default();
        let Some(snapshot) = snapshot else { wasm_bindgen::throw_str("the page carries no snapshot") };
        Self { snapshot, range }
    }
}

/// The whole page body. An island: the snapshot it is drawn from travels in the page, and the stream goes on from there.
#[island]
pub fn Overview() -> impl IntoView {
    let Start { snapshot, range } = Start::take();
    let live = Live::new(snapshot, range);
    follow_title(live);
    live.start();
    page(live)
}

fn page(live: Live) -> El {
    let timeline = Timeline::new(live);
    let charts = [
        chart::cpu_by_mode(timeline, CPU_CRITICAL),
        chart::cpu_by_core(timeline),
        chart::memory(timeline),
        chart::network(timeline),
        chart::disk(timeline),
    ];
    let board = el("div").fixed(|board| board.class("board")).of([
        tiles(timeline),
        el("div").fixed(|rail| rail.class("rail")).of([alerts(live), file_systems(live), users(live)]),
        range_picker(live, "range needs-js on-phone"),
        el("div").fixed(|it| it.class("charts").attr("id", "part-charts")).of(charts),
        el("div").fixed(|lists| lists.class("lists")).of([processes(live), log_tail(live)]),
    ]);
    let main = el("main").fixed(|main| main.attr("id", "main").attr("tabindex", "-1")).of([health_line(live), board]);
    el("div").class(moving(move || if live.is_stale() { "page is-stale" } else { "page" }.to_owned())).of([
        top_bar(live),
        main,
        key_bar(live),
        tab_bar(live),
        help(),
        announcements(live),
    ])
}
