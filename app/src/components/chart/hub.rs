//! What the hub publishes, and how long it waits for its followers.

use std::sync::Arc;

use super::card::card;
use super::line_chart::{LineChart, Threshold};
use super::scale::{Axis, Following, Unit, round_max};
use super::stack::{Arrangement, Trace, highest};
use super::timeline::Timeline;
use crate::element::El;
use crate::format::Scale;
use crate::live::Live;
use crate::series::Series;

/// Waiting for longer than this, in milliseconds, is more than a network takes.
const LATE: f32 = 50.0;
/// What a chart with that level reaches up to at least.
const LATE_MAX: f32 = 60.0;

/// Events published a second.
pub fn published(timeline: Timeline) -> El {
    const TRACES: [Trace; 1] = [Trace { key: "rate", name: "all", series: Series::Published, color: 1 }];
    line(timeline, "Published", |_| &TRACES, ["events/s", "thousand events/s"], None)
}

/// How long events wait for their followers, in milliseconds.
pub fn lag(timeline: Timeline) -> El {
    const TRACES: [Trace; 1] = [Trace { key: "rate", name: "p99", series: Series::Lag, color: 1 }];
    line(timeline, "Lag", |_| &TRACES, ["ms", "s"], Some(LATE))
}

/// `units` are that of the values, and that of a thousand.
fn line(
    timeline: Timeline,
    title: &'static str,
    traces: fn(Live) -> &'static [Trace],
    units: [&'static str; 2],
    warn: Option<f32>,
) -> El {
    let axis = Following::new(move |before| {
        let highest = highest(&timeline.history.read(), &timeline.window(), traces(timeline.live));
        let highest = if warn.is_some() { highest.max(LATE_MAX) } else { highest };
        let max = round_max(highest, before.map(|before| before.max));
        let [unit, thousand] = units;
        let scaled = Unit::Scaled(Scale { factor: 1_000.0, unit: thousand });
        Axis { max, unit: if max < 1_000.0 { Unit::Plain(unit) } else { scaled } }
    });
    let chart = LineChart {
        timeline,
        title,
        traces,
        arrangement: Arrangement::Stacked,
        axis,
        summed: false,
        threshold: warn.map(Threshold::warn),
        unit: |_, axis| axis.unit_name().to_owned(),
        summary: |_, axis| axis.unit_name().to_owned(),
        absent: "",
    };
    card(timeline, Arc::new(chart))
}
