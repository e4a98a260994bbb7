//! Memory by kind.

use leptos::prelude::*;

use super::line_chart::LineChart;
use super::scale::Axis;
use super::stack::{Arrangement, Trace};
use super::timeline::Timeline;
use crate::live::Live;
use crate::series::Series;

const TRACES: [Trace; 2] = [
    Trace { name: "used", series: Series::MemoryUsed, color: 1 },
    Trace { name: "cache", series: Series::MemoryCache, color: 4 },
];

/// Memory by kind, in bytes of all there is.
#[component]
pub fn MemoryChart(
    /// The page's state.
    live: Live,
    /// The level of memory in use at which the critical alert fires, in percent.
    #[prop(optional_no_strip)]
    critical: Option<f32>,
) -> impl IntoView {
    let total = Memo::new(move |_| {
        live.metrics.with(|metrics| metrics.as_ref().map_or(0.0, |metrics| metrics.memory_bytes.total as f32))
    });
    let axis = Memo::new(move |_| Axis::of_total(total.get()));
    let chart = LineChart {
        timeline: Timeline::of(live),
        title: "Memory",
        traces: Memo::new(|_| &TRACES[..]),
        arrangement: Arrangement::Stacked,
        axis,
        summed: false,
        level: critical.map(|level| ("critical", Signal::derive(move || total.get() * level / 100.0))),
        absent: "The system does not say how its memory is used.",
    };
    let unit = view! {
        {move || axis.get().unit_name()}
        <span class="chart-of-total">{move || format!(" of {}", axis.get().write(total.get()))}</span>
    };
    let summary = move || format!("{} of {}", axis.get().unit_name(), axis.get().write(total.get()));
    chart.card(unit.into_any(), Signal::derive(summary))
}
