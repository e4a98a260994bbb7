//! The use of each core.

use leptos::prelude::*;

use super::card::card;
use super::heat::{self, Heat, LEVELS, Rows};
use super::note::Note;
use super::plot::{Label, Parts, plot};
use super::timeline::Timeline;
use super::tooltip::Row;
use crate::format;
use crate::live::Live;
use crate::series::Series;

const TITLE: &str = "CPU by core";

/// The use of each core over time, a row a core, the busier the brighter.
#[component]
pub fn CpuByCore(
    /// The page's state.
    live: Live,
) -> impl IntoView {
    let timeline = Timeline::of(live);
    let heat = Memo::new_owning(move |before: Option<Heat>| {
        let window = timeline.window.get();
        let before = before.unwrap_or_default();
        (timeline.history.with(|history| heat::heat(before, history, &window)), true)
    });
    let rows = Memo::new(move |_| heat.with(|heat| heat.rows));
    let unit = move || match rows.get().group {
        0 | 1 => "%".to_owned(),
        group => format!("%, groups of {group}"),
    };
    let parts = Parts {
        title: TITLE,
        summary: Signal::stored("percent of each core".to_owned()),
        drawing: drawing(heat, rows),
        writing: ().into_any(),
        labels: Signal::derive(move || labels(rows.get())),
        dots: Signal::stored(Vec::new()),
        rows: Signal::derive(move || tooltip_rows(timeline)),
        note: note(timeline),
    };
    card(TITLE, true, unit.into_any(), legend(timeline), plot(timeline, parts))
}

fn note(timeline: Timeline) -> Memo<Option<Note>> {
    let Timeline { live, history, .. } = timeline;
    Memo::new(move |_| {
        let no_cores = history.with(|history| history.cores().iter().all(Vec::is_empty));
        Note::about(live, &[Series::Cpu], "").or(no_cores.then_some(Note::Absent("No core can be read.")))
    })
}

fn drawing(heat: Memo<Heat>, rows: Memo<Rows>) -> AnyView {
    let shade = |level: usize| {
        let d = move || heat.with(|heat| heat.paths[level].clone());
        view! { <path class=format!("chart-heat chart-h{level}") d=d></path> }
    };
    // A line of the card's colour between two rows, one pixel wide however high they are.
    let between = move || {
        let count = rows.get().count;
        (1..count).map(|row| format!("M0 {:.1}H1000", row as f32 * 100.0 / count as f32)).collect::<String>()
    };
    view! {
        <svg class="chart-svg" viewBox="0 0 1000 100" preserveAspectRatio="none">
            {(0..LEVELS).map(shade).collect_view()}
            <path class="chart-rows" d=between></path>
        </svg>
    }
    .into_any()
}

fn labels(rows: Rows) -> Vec<Label> {
    let label = |row: usize| Label {
        top: (row as f32 + 0.5) * 100.0 / rows.count as f32,
        text: (row * rows.group).to_string(),
    };
    rows.labelled().into_iter().map(label).collect()
}

/// The use of each core now, or at the crosshair; nothing in a gap.
fn cores(timeline: Timeline) -> Vec<u8> {
    let cores = match timeline.reading.get() {
        Some(reading) => timeline.history.with(|history| history.cores().get(reading.sample?).cloned()),
        None => timeline.live.history.with(|history| history.cores().back().cloned()),
    };
    cores.unwrap_or_default()
}

fn legend(timeline: Timeline) -> AnyView {
    let busiest = move || {
        heat::busiest(&cores(timeline)).map_or("–".to_owned(), |(core, percent)| format!("core {core}, {percent}"))
    };
    let shade = |level: usize| view! { <i class=format!("chart-shade chart-h{level}")></i> };
    view! {
        <div class="chart-legend">
            <span class="chart-key chart-busiest">"busiest "<b>{busiest}</b></span>
            <span class="chart-shades" aria-hidden="true">"0" {(0..LEVELS).map(shade).collect_view()} "100"</span>
        </div>
    }
    .into_any()
}

fn tooltip_rows(timeline: Timeline) -> Vec<Row> {
    let cores = cores(timeline);
    let Some((core, percent)) = heat::busiest(&cores) else {
        return vec![Row { color: None, name: "busiest".to_owned(), value: "–".to_owned() }];
    };
    let mean = cores.iter().map(|&percent| f32::from(percent)).sum::<f32>() / cores.len() as f32;
    vec![
        Row { color: None, name: format!("core {core}"), value: format!("{percent} %") },
        Row { color: None, name: "mean".to_owned(), value: format!("{} %", format::whole(mean)) },
    ]
}
