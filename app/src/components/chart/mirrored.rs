use leptos::prelude::*;

use super::line_chart::LineChart;
use super::scale::Axis;
use super::stack::{Arrangement, Trace, highest};
use super::timeline::Timeline;
use crate::live::Live;

/// A chart of two rates that go opposite ways, on one scale.
pub(super) fn card(live: Live, title: &'static str, traces: &'static [Trace; 2], absent: &'static str) -> AnyView {
    let timeline = Timeline::of(live);
    let series = traces.map(|trace| trace.series);
    let axis = Memo::new(move |before: Option<&Axis>| {
        let window = timeline.window.get();
        Axis::of_rate(timeline.history.with(|history| highest(history, &window, &series)), before)
    });
    let chart = LineChart {
        timeline,
        title,
        traces: Memo::new(move |_| &traces[..]),
        arrangement: Arrangement::Mirrored,
        axis,
        summed: false,
        level: None,
        absent,
    };
    let unit = move || axis.get().unit_name();
    // The unit changes with the scale; what the plot is called does not.
    chart.card(unit.into_any(), Signal::stored("bytes per second".to_owned()))
}
