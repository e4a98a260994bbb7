//! The pages: one island, and what each place has between the bars.

pub mod alerts;
mod chat;
mod connections;
mod logs;
pub mod not_found;
pub mod overview;
#[cfg(feature = "ssr")]
mod sign_in;

use leptos::prelude::*;

pub use logs::LogStart;
pub use not_found::NotFound;
#[cfg(feature = "ssr")]
pub use sign_in::{Landing, SignIn};
#[cfg(feature = "ssr")]
pub(crate) use sign_in::{landing, sign_in};

use crate::components::chart::Timeline;
use crate::components::{announcements, follow_title, health_line, help, key_bar, submit, tab_bar, top_bar};
use crate::element::{El, el, moving};
use crate::live::Live;
use crate::model::{ProcessQuery, Snapshot};
use crate::place::Place;
use crate::range::Range;

/// What a page starts from.
#[derive(Debug, Clone)]
pub struct Start {
    /// Which page it is.
    pub place: Place,
    /// What it shows, as of one cursor.
    pub snapshot: Snapshot,
    /// How far back the charts look.
    pub range: Range,
    /// The processes that are looked for, or the followers.
    pub processes: ProcessQuery,
    /// What the page of the log begins with; none for other pages, and none in the browser.
    pub logs: Option<LogStart>,
}

impl Start {
    /// A page whose address asks for nothing of its own.
    pub fn new(place: Place, snapshot: Snapshot, range: Range) -> Self {
        Self { place, snapshot, range, processes: ProcessQuery::default(), logs: None }
    }

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
        let place = attribute("data-place").unwrap_or_default();
        let place = Place::ALL.into_iter().find(|known| known.path() == place).unwrap_or_default();
        let snapshot = attribute("data-snapshot").and_then(|json| Snapshot::from_json(&json));
        let range = attribute("data-range").and_then(|range| range.parse().ok()).unwrap_or_default();
        let Some(snapshot) = snapshot else { wasm_bindgen::throw_str("the page carries no snapshot") };
        let sort = attribute("data-sort").and_then(|sort| sort.parse().ok()).unwrap_or_default();
        let processes = ProcessQuery { sort, filter: attribute("data-filter").unwrap_or_default() };
        Self { processes, ..Self::new(place, snapshot, range) }
    }
}

/// A whole page body. An island: the snapshot it is drawn from travels in the page, and the stream goes on from there.
#[island]
pub fn Page() -> impl IntoView {
    let Start { place, snapshot, range, processes, logs } = Start::take();
    let cursor = snapshot.cursor;
    let live = Live::new(place, snapshot, range);
    if !processes.is_plain() {
        let part = if place == Place::Connections { connections::FOLLOWERS } else { overview::PROCESSES };
        live.found.set(live.parts.read_untracked().get(part).cloned().unwrap_or_default());
        live.query.set(processes);
    }
    follow_title(live);
    live.start(cursor);
    let timeline = Timeline::new(live);
    let board = match place {
        Place::Overview => overview::board(timeline),
        Place::Alerts => alerts::board(live),
        Place::Logs => logs::board(timeline, logs.as_ref()),
        Place::Chat => chat::board(live),
        Place::Connections => connections::board(timeline),
    };
    frame(live, board)
}

/// What all pages have around their board.
fn frame(live: Live, board: El) -> El {
    let main = el("main").fixed(|main| main.attr("id", "main").attr("tabindex", "-1")).of([health_line(live), board]);
    let page = el("div").class(moving(move || if live.is_stale() { "page is-stale" } else { "page" }.to_owned()));
    page.on("submit", |event| submit(&event)).of([
        top_bar(live),
        main,
        key_bar(live),
        tab_bar(live),
        help(live.place),
        announcements(live),
    ])
}
