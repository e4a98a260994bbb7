//! How many lines come into the log.

use std::sync::Arc;

use super::card::card;
use super::line_chart::LineChart;
use super::scale::{Axis, Following, Unit, round_max};
use super::stack::{Arrangement, Trace, highest};
use super::timeline::Timeline;
use crate::element::El;
use crate::format::Scale;
use crate::series::Series;

/// The colours beyond the six are those of the status.
const TRACES: [Trace; 3] = [
    Trace { key: "errors", name: "errors", series: Series::LogErrors, color: 7 },
    Trace { key: "warnings", name: "warnings", series: Series::LogWarnings, color: 8 },
    Trace { key: "others", name: "others", series: Series::LogOthers, color: 6 },
];

/// Log lines a second by how loud they are, when they came.
pub fn log_lines(timeline: Timeline) -> El {
    let axis = Following::new(move |before| {
        let highest = |trace: &Trace| highest(&timeline.history.read(), &timeline.window(), trace.series);
        let max = round_max(TRACES.iter().map(highest).sum(), before.map(|before| before.max));
        let thousand = Unit::Scaled(Scale { factor: 1_000.0, unit: "thousand lines/s" });
        Axis { max, unit: if max < 1_000.0 { Unit::Plain("lines/s") } else { thousand } }
    });
    let chart = LineChart {
        timeline,
        title: "Lines",
        traces: |_| &TRACES,
        arrangement: Arrangement::Stacked,
        axis,
        summed: false,
        threshold: None,
        unit: |_, axis| axis.unit_name().to_owned(),
        summary: |_, axis| axis.unit_name().to_owned(),
        absent: "",
    };
    card(timeline, Arc::new(chart))
}
