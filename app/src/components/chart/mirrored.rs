use std::sync::Arc;

use super::card::card;
use super::line_chart::LineChart;
use super::scale::{Axis, Following};
use super::stack::{Arrangement, Trace, highest};
use super::timeline::Timeline;
use crate::element::El;
use crate::live::Live;

/// A chart of two rates that go opposite ways, on one scale.
pub(super) fn mirrored(
    timeline: Timeline,
    title: &'static str,
    traces: fn(Live) -> &'static [Trace],
    absent: &'static str,
) -> El {
    let axis = Following::new(move |before| {
        let window = timeline.window();
        let history = timeline.history.read();
        let each = traces(timeline.live).chunks(1).map(|trace| highest(&history, &window, trace));
        let highest = each.fold(0.0, f32::max);
        Axis::of_rate(highest, before)
    });
    let chart = LineChart {
        timeline,
        title,
        traces,
        arrangement: Arrangement::Mirrored,
        axis,
        summed: false,
        threshold: None,
        unit: |_, axis| axis.unit_name().to_owned(),
        // The unit changes with the scale; what the plot is called does not.
        summary: |_, _| "bytes per second".to_owned(),
        absent,
    };
    card(timeline, Arc::new(chart))
}
