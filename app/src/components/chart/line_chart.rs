use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use super::card::Chart;
use super::legend::legend;
use super::marks::{Dot, Label, Marks};
use super::note::Note;
use super::scale::{Axis, Following};
use super::stack::{self, Arrangement, Trace, total, value};
use super::threshold::{label_right, threshold};
use super::timeline::Timeline;
use super::window::HEIGHT;
use super::{tooltip, window};
use crate::live::Live;
use crate::series::{History, Series};

/// A chart of lines over time.
pub(super) struct LineChart {
    pub(super) timeline: Timeline,
    pub(super) title: &'static str,
    pub(super) traces: fn(Live) -> &'static [Trace],
    pub(super) arrangement: Arrangement,
    pub(super) axis: Following,
    /// The sum of the traces means something: the tooltip says it, and needs the room.
    pub(super) summed: bool,
    /// A level to stay below.
    pub(super) threshold: Option<Threshold>,
    /// The unit in the title row, as markup.
    pub(super) unit: fn(Timeline, &Axis) -> String,
    /// What the chart shows, for those who don't see it.
    pub(super) summary: fn(Live, &Axis) -> String,
    /// What to say on a host that knows none of the values.
    pub(super) absent: &'static str,
}

/// A level over the data, and the end of it where its name stands.
pub(super) struct Threshold {
    name: &'static str,
    level: f32,
    /// The name stands at the right end.
    right: AtomicBool,
}

impl Threshold {
    /// The level at which the critical alert fires, over the sum of the traces.
    pub(super) fn critical(level: f32) -> Self {
        Self::new("critical", level)
    }

    /// A level that is worth a look.
    pub(super) fn warn(level: f32) -> Self {
        Self::new("warn", level)
    }

    fn new(name: &'static str, level: f32) -> Self {
        Self { name, level, right: AtomicBool::new(false) }
    }

    fn write(&self, chart: &LineChart, axis: &Axis) -> String {
        let timeline = chart.timeline;
        let ends = ends(&timeline.history.read(), &timeline.window(), axis, chart.traces());
        let right = label_right(ends.0, ends.1, Some(self.right.load(Relaxed)));
        self.right.store(right, Relaxed);
        threshold(self.name, &axis.write_level(self.level), axis.y(self.level) / HEIGHT * 100.0, right)
    }
}

/// How high the data reach in the first and the last quarter of the window.
fn ends(history: &History, window: &window::Window, axis: &Axis, traces: &[Trace]) -> (f32, f32) {
    let mut ends = (0.0_f32, 0.0_f32);
    for (sample, time) in history.times().enumerate() {
        let height = axis.share(total(history, traces, sample).unwrap_or(0.0));
        match window.share(time) {
            share if share < 0.25 => ends.0 = ends.0.max(height),
            share if share > 0.75 => ends.1 = ends.1.max(height),
            _ => {}
        }
    }
    ends
}

impl Chart for LineChart {
    fn title(&self) -> &'static str {
        self.title
    }

    fn is_tall(&self) -> bool {
        self.summed
    }

    fn summary(&self) -> String {
        (self.summary)(self.timeline.live, &self.axis.now())
    }

    fn head(&self) -> String {
        let axis = self.axis.now();
        let write = |trace: &Trace| self.value(trace.series).map_or("–".to_owned(), |value| axis.write(value));
        let values: Vec<String> = self.traces().iter().map(write).collect();
        let unit = (self.unit)(self.timeline, &axis);
        format!("<span class=\"chart-unit\">{unit}</span>{}", legend(self.traces(), &values))
    }

    fn drawing(&self) -> String {
        let (window, axis, traces) = (self.timeline.window(), self.axis.now(), self.traces());
        let shapes = stack::shapes(&self.timeline.history.read(), &window, traces, self.arrangement, &axis);
        let (grid, base, kind) = match self.arrangement {
            Arrangement::Stacked => ("M0 0H1000M0 25H1000M0 50H1000M0 75H1000", "M0 100H1000", "is-stacked"),
            Arrangement::Bars => ("M0 0H1000M0 25H1000M0 50H1000M0 75H1000", "M0 100H1000", "is-bars"),
            Arrangement::Mirrored => ("M0 0H1000M0 25H1000M0 75H1000M0 100H1000", "M0 50H1000", "is-mirrored"),
        };
        let single = if traces.len() == 1 { " is-single" } else { "" };
        let path = |class: &str, d: &str| format!("<path class=\"{class}\" d=\"{d}\"/>");
        let mut svg =
            format!("<svg class=\"chart-svg {kind}{single}\" viewBox=\"0 0 1000 100\" preserveAspectRatio=\"none\">");
        // From the last to the first: an area reaches down to the base, and those before it cover their part of it.
        for (shape, trace) in shapes.iter().zip(traces).rev() {
            svg.push_str(&path(&format!("chart-area chart-c{}", trace.color), &shape.area));
        }
        svg.push_str(&path("chart-grid", grid));
        svg.push_str(&path("chart-base", base));
        for (shape, trace) in shapes.iter().zip(traces).rev() {
            svg.push_str(&path(&format!("chart-line chart-c{}", trace.color), &shape.line));
        }
        svg.push_str("</svg>");
        svg
    }

    fn marks(&self) -> Marks {
        let axis = self.axis.now();
        let over = match &self.threshold {
            _ if self.arrangement == Arrangement::Mirrored => self.halves(),
            Some(threshold) => threshold.write(self, &axis),
            None => String::new(),
        };
        Marks { over, labels: self.labels(&axis), dots: self.dots(&axis), rows: self.rows(&axis) }
    }

    fn note(&self) -> Option<Note> {
        let series: Vec<Series> = self.traces().iter().map(|trace| trace.series).collect();
        Note::about(self.timeline.live, &series, self.absent)
    }
}

impl LineChart {
    fn traces(&self) -> &'static [Trace] {
        (self.traces)(self.timeline.live)
    }

    /// What the upper and the lower half show.
    fn halves(&self) -> String {
        let write = |(trace, class): (&Trace, &str)| format!("<span class=\"{class}\">{}</span>", trace.name);
        self.traces().iter().zip(["chart-half", "chart-half is-lower"]).map(write).collect()
    }

    fn labels(&self, axis: &Axis) -> Vec<Label> {
        let shares = match self.arrangement {
            Arrangement::Stacked | Arrangement::Bars => [1.0, 0.75, 0.5, 0.25, 0.0],
            Arrangement::Mirrored => [1.0, 0.5, 0.0, 0.5, 1.0],
        };
        let label = |(row, share): (usize, f32)| Label { top: row as f32 * 25.0, text: axis.mark(share * axis.max) };
        shares.into_iter().enumerate().map(label).collect()
    }

    /// The value of `series` now, or at the crosshair.
    fn value(&self, series: Series) -> Option<f32> {
        let Timeline { live, history, .. } = self.timeline;
        match self.timeline.reading() {
            Some(reading) => value(&history.read(), series, reading.sample?),
            None => {
                let history = live.history.read();
                value(&history, series, history.len().checked_sub(1)?)
            }
        }
    }

    fn dots(&self, axis: &Axis) -> Vec<Dot> {
        let Some(sample) = self.timeline.reading().and_then(|reading| reading.sample) else { return vec![] };
        let traces = self.traces();
        let history = self.timeline.history.read();
        {
            let dot = |(index, trace): (usize, &Trace)| {
                let top = self.arrangement.y(&history, traces, index, sample, axis)?;
                Some(Dot { top: top / HEIGHT * 100.0, color: trace.color })
            };
            traces.iter().enumerate().rev().filter_map(dot).collect()
        }
    }

    fn rows(&self, axis: &Axis) -> Vec<tooltip::Row> {
        let traces = self.traces();
        let unit = axis.unit_name();
        let row = |color, name: &str, value: Option<f32>| {
            let value = value.map_or("–".to_owned(), |value| format!("{} {unit}", axis.write(value)));
            tooltip::Row { color, name: name.to_owned(), value }
        };
        let mut rows: Vec<tooltip::Row> =
            traces.iter().map(|trace| row(Some(trace.color), trace.name, self.value(trace.series))).collect();
        if self.summed && traces.len() > 1 {
            rows.push(row(None, "total", traces.iter().map(|trace| self.value(trace.series)).sum()));
        }
        rows
    }
}
