//! What the processors do.

use leptos::prelude::*;

use super::line_chart::LineChart;
use super::scale::Axis;
use super::stack::{Arrangement, Trace};
use super::timeline::Timeline;
use crate::live::Live;
use crate::series::Series;

const MODES: [Trace; 4] = [
    Trace { name: "user", series: Series::CpuUser, color: 1 },
    Trace { name: "system", series: Series::CpuSystem, color: 2 },
    Trace { name: "I/O wait", series: Series::CpuIowait, color: 3 },
    Trace { name: "other", series: Series::CpuOther, color: 6 },
];
const IN_ALL: [Trace; 1] = [Trace { name: "used", series: Series::Cpu, color: 1 }];

/// What the processors do, in percent of all cores; on a host that can't tell the modes apart, their use in all.
#[component]
pub fn CpuByMode(
    /// The page's state.
    live: Live,
    /// The level at which the critical alert fires, in percent.
    #[prop(optional_no_strip)]
    critical: Option<f32>,
) -> impl IntoView {
    let has_modes =
        move || live.metrics.with(|metrics| metrics.as_ref().is_none_or(|metrics| metrics.cpu_modes.is_some()));
    let cores = live.host.with_value(|host| host.cores);
    let chart = LineChart {
        timeline: Timeline::of(live),
        title: "CPU by mode",
        traces: Memo::new(move |_| if has_modes() { &MODES[..] } else { &IN_ALL[..] }),
        arrangement: Arrangement::Stacked,
        axis: Memo::new(|_| Axis::PERCENT),
        summed: true,
        level: critical.map(|level| ("critical", Signal::stored(level))),
        absent: "The system does not count processor time.",
    };
    let unit = view! {
        "%"
        <span class="chart-of-cores">{format!(" of {cores} cores")}</span>
    };
    chart.card(unit.into_any(), Signal::stored(format!("percent of {cores} cores")))
}
