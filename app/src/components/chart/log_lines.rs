//! How many lines come into the log.

use std::sync::Arc;

use super::card::card;
use super::line_chart::LineChart;
use super::scale::{Axis, Following, Unit, round_max};
use super::stack::{Arrangement, Trace, highest};
use super::timeline::Timeline;
use crate::element::El;
use crate::format::{self, Scale};
use crate::series::Series;

/// The colours beyond the six are those of the status.
const TRACES: [Trace; 3] = [
    Trace { key: "errors", name: "errors", series: Series::LogErrors, color: 7 },
    Trace { key: "warnings", name: "warnings", series: Series::LogWarnings, color: 8 },
    Trace { key: "others", name: "others", series: Series::LogOthers, color: 6 },
];
/// From so many on they are told in thousands: an axis has room for five characters.
const MANY: f32 = 10_000.0;

/// Log lines in ten seconds by how loud they are, when they came.
pub fn log_lines(timeline: Timeline) -> El {
    let axis = Following::new(move |before| {
        let max = round_max(peak(timeline), before.map(|before| before.max));
        let (factor, unit) = if max < MANY { (1.0, "") } else { (1_000.0, "thousand") };
        Axis { max, unit: Unit::Scaled(Scale { factor, unit }) }
    });
    let chart = LineChart {
        timeline,
        title: "Lines",
        traces: |_| &TRACES,
        arrangement: Arrangement::Bars,
        axis,
        summed: false,
        threshold: None,
        unit: |timeline, _| format!("per 10 s, peak {}", format::whole(peak(timeline))),
        summary: |_, axis| format!("{} per 10 s", axis.unit_name()),
        absent: "",
    };
    card(timeline, Arc::new(chart))
}

fn peak(timeline: Timeline) -> f32 {
    highest(&timeline.history.read(), &timeline.window(), &TRACES)
}
