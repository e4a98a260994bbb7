//! What the processors do.

use std::sync::Arc;

use super::card::card;
use super::line_chart::{LineChart, Threshold};
use super::scale::{Axis, Following};
use super::stack::{Arrangement, Trace};
use super::timeline::Timeline;
use crate::element::El;
use crate::live::Live;
use crate::series::Series;

const MODES: [Trace; 4] = [
    Trace { key: "user", name: "user", series: Series::CpuUser, color: 1 },
    Trace { key: "system", name: "system", series: Series::CpuSystem, color: 2 },
    Trace { key: "i-o-wait", name: "I/O wait", series: Series::CpuIowait, color: 3 },
    Trace { key: "other", name: "other", series: Series::CpuOther, color: 6 },
];
const IN_ALL: [Trace; 1] = [Trace { key: "used", name: "used", series: Series::Cpu, color: 1 }];

/// What the processors do, in percent of all cores; on a host that can't tell the modes apart, their use in all.
///
/// `critical` is the level at which the critical alert fires, in percent.
pub fn cpu_by_mode(timeline: Timeline, critical: Option<f32>) -> El {
    let axis = Following::new(|_| Axis::PERCENT);
    let chart = LineChart {
        timeline,
        title: "CPU by mode",
        traces,
        arrangement: Arrangement::Stacked,
        axis,
        summed: true,
        threshold: critical.map(Threshold::critical),
        unit: |timeline, _| format!("%<span class=\"chart-of-cores\"> of {} cores</span>", cores(timeline.live)),
        summary: |live, _| format!("percent of {} cores", cores(live)),
        absent: "The system does not count processor time.",
    };
    card(timeline, Arc::new(chart))
}

fn traces(live: Live) -> &'static [Trace] {
    let history = live.history.read();
    // Before the first sample nothing is known of them.
    let has_modes = history.is_empty() || !history.column(Series::CpuUser).is_empty();
    if has_modes { &MODES } else { &IN_ALL }
}

fn cores(live: Live) -> u32 {
    live.host.read_untracked().cores
}
