//! Memory by kind.

use std::sync::Arc;

use super::card::card;
use super::line_chart::LineChart;
use super::scale::{Axis, Following};
use super::stack::{Arrangement, Trace};
use super::timeline::Timeline;
use crate::element::El;
use crate::live::Live;
use crate::series::Series;

const TRACES: [Trace; 2] = [
    Trace { key: "used", name: "used", series: Series::MemoryUsed, color: 1 },
    Trace { key: "cache", name: "cache", series: Series::MemoryCache, color: 4 },
];

/// Memory by kind, in bytes of all there is.
pub fn memory(timeline: Timeline) -> El {
    let chart = LineChart {
        timeline,
        title: "Memory",
        traces: |_| &TRACES,
        arrangement: Arrangement::Stacked,
        axis: Following::new(move |_| Axis::of_total(total(timeline.live))),
        summed: false,
        threshold: None,
        unit: |timeline, axis| {
            match total(timeline.live) {
                // A host that can't tell.
                0.0 => String::new(),
                total => format!("{}<span class=\"chart-of-total\"> of {}</span>", axis.unit_name(), axis.write(total)),
            }
        },
        summary: |live, axis| format!("{} of {}", axis.unit_name(), axis.write(total(live))),
        absent: "The system does not say how its memory is used.",
    };
    card(timeline, Arc::new(chart))
}

/// All the memory there is, in bytes.
fn total(live: Live) -> f32 {
    live.host.read_untracked().memory as f32
}
