use super::timeline::Timeline;
use super::tooltip::{self, tooltip};
use crate::components::position::{at, by};
use crate::format;
use crate::model::Timestamp;

/// A name beside the plot.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Label {
    /// Percent from the top.
    pub(super) top: f32,
    pub(super) text: String,
}

/// Where a line meets the crosshair.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Dot {
    /// Percent from the top.
    pub(super) top: f32,
    pub(super) color: u8,
}

/// What a chart has to say over its drawing.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Marks {
    /// Markup right over the drawing.
    pub(super) over: String,
    /// The names of the values, at the right edge.
    pub(super) labels: Vec<Label>,
    /// Of the crosshair.
    pub(super) dots: Vec<Dot>,
    /// Of the tooltip.
    pub(super) rows: Vec<tooltip::Row>,
}

/// Writes what all plots have over their drawing: gaps, axes, crosshair and tooltip.
pub(super) fn marks(timeline: Timeline, chart: &'static str, marks: &Marks) -> String {
    let mut html = timeline.gaps();
    html.push_str(&marks.over);
    for Label { top, text } in &marks.labels {
        html.push_str(&format!("<span class=\"chart-y {}\">{text}</span>", by(*top)));
    }
    time_axis(timeline, &mut html);
    hair(timeline, &marks.dots, &mut html);
    tooltip(timeline, chart, &marks.rows, &mut html);
    html
}

fn time_axis(timeline: Timeline, html: &mut String) {
    html.push_str(&timeline.ticks());
    // While samples come the right edge is now; afterwards it is said how old the newest is.
    let end = match timeline.window() {
        window if !window.stale => "now".to_owned(),
        window => window.last.map_or_else(String::new, |last| clock(timeline, last)),
    };
    let is_covered = timeline.reading().is_some_and(|reading| reading.share > 0.8);
    let class = if is_covered { "chart-now is-covered" } else { "chart-now" };
    html.push_str(&format!("<span class=\"{class}\">{end}</span>"));
}

fn hair(timeline: Timeline, dots: &[Dot], html: &mut String) {
    let Some(reading) = timeline.reading() else { return };
    let left = at(reading.share * 100.0);
    html.push_str(&format!("<i class=\"chart-hair {left}\"></i>"));
    for Dot { top, color } in dots {
        html.push_str(&format!("<i class=\"chart-dot chart-c{color} {left} {}\"></i>", by(*top)));
    }
    let time = clock(timeline, reading.at);
    html.push_str(&format!("<span class=\"chart-chip {left}\">{time}</span>"));
}

fn clock(timeline: Timeline, at: u64) -> String {
    format::clock(Timestamp::from_ms(at), timeline.live.offset_min())
}
