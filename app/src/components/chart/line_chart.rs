use leptos::prelude::*;

use super::card::card;
use super::legend::legend;
use super::note::Note;
use super::path::Shape;
use super::plot::{Dot, Label, Parts, plot};
use super::scale::Axis;
use super::stack::{self, Arrangement, Trace, total, value};
use super::threshold::{label_right, threshold};
use super::timeline::Timeline;
use super::tooltip::Row;
use super::window::HEIGHT;
use crate::series::{History, Series};

/// A level at which an alert fires: `critical` or `warning`, and the value.
pub(super) type Level = Option<(&'static str, Signal<f32>)>;

/// A chart of lines over time. A handle: copies share the signals.
#[derive(Clone, Copy)]
pub(super) struct LineChart {
    pub(super) timeline: Timeline,
    pub(super) title: &'static str,
    pub(super) traces: Memo<&'static [Trace]>,
    pub(super) arrangement: Arrangement,
    pub(super) axis: Memo<Axis>,
    /// The sum of the traces means something: the tooltip says it, and needs the room.
    pub(super) summed: bool,
    pub(super) level: Level,
    /// What to say on a host that knows none of the values.
    pub(super) absent: &'static str,
}

impl LineChart {
    /// The whole card. `unit` stands in the title row, `summary` says the same to those who don't see the chart.
    pub(super) fn card(self, unit: AnyView, summary: Signal<String>) -> AnyView {
        let values = Signal::derive(move || self.written());
        let parts = Parts {
            title: self.title,
            summary,
            drawing: self.drawing(),
            writing: self.writing(),
            labels: Signal::derive(move || self.labels()),
            dots: Signal::derive(move || self.dots()),
            rows: Signal::derive(move || self.rows()),
            note: self.note(),
        };
        card(self.title, self.summed, unit, legend(self.traces, values).into_any(), plot(self.timeline, parts))
    }

    fn note(self) -> Memo<Option<Note>> {
        Memo::new(move |_| {
            let series: Vec<Series> = self.traces.get().iter().map(|trace| trace.series).collect();
            Note::about(self.timeline.live, &series, self.absent)
        })
    }

    fn drawing(self) -> AnyView {
        let Timeline { history, window, .. } = self.timeline;
        let shapes = Memo::new_owning(move |before: Option<Vec<Shape>>| {
            let (window, axis, traces) = (window.get(), self.axis.get(), self.traces.get());
            let before = before.unwrap_or_default();
            let drawn = history.with(|h| stack::shapes(before, h, &window, traces, self.arrangement, &axis));
            (drawn, true)
        });
        let part = move |index: usize, part: fn(&Shape) -> &String| {
            move || shapes.with(|shapes| shapes.get(index).map(part).cloned().unwrap_or_default())
        };
        // From the last to the first: an area reaches down to the base, and those before it cover their part of it.
        let areas = move || {
            let area = |(index, trace): (usize, &Trace)| {
                view! { <path class=format!("chart-area chart-c{}", trace.color) d=part(index, |s| &s.area)></path> }
            };
            self.traces.get().iter().enumerate().rev().map(area).collect_view()
        };
        let lines = move || {
            let line = |(index, trace): (usize, &Trace)| {
                view! { <path class=format!("chart-line chart-c{}", trace.color) d=part(index, |s| &s.line)></path> }
            };
            self.traces.get().iter().enumerate().rev().map(line).collect_view()
        };
        let (grid, base, kind) = match self.arrangement {
            Arrangement::Stacked => ("M0 0H1000M0 25H1000M0 50H1000M0 75H1000", "M0 100H1000", "is-stacked"),
            Arrangement::Mirrored => ("M0 0H1000M0 25H1000M0 75H1000M0 100H1000", "M0 50H1000", "is-mirrored"),
        };
        let single = move || self.traces.get().len() == 1;
        view! {
            <svg class=format!("chart-svg {kind}") class:is-single=single viewBox="0 0 1000 100" preserveAspectRatio="none">
                {areas}
                <path class="chart-grid" d=grid></path>
                <path class="chart-base" d=base></path>
                {lines}
            </svg>
        }
        .into_any()
    }

    fn writing(self) -> AnyView {
        if self.arrangement == Arrangement::Mirrored {
            let half = |(index, trace): (usize, &Trace)| {
                let class = if index == 0 { "chart-half" } else { "chart-half is-lower" };
                view! { <span class=class>{trace.name}</span> }
            };
            return (move || self.traces.get().iter().enumerate().map(half).collect_view()).into_any();
        }
        let Some((word, value)) = self.level else { return ().into_any() };
        let right = Memo::new(move |before: Option<&bool>| {
            let ends = self.timeline.history.with(|history| self.ends(history));
            label_right(ends.0, ends.1, before.copied())
        });
        let text = Signal::derive(move || format!("{word} {}", self.axis.get().write_level(value.get())));
        let top = Signal::derive(move || self.axis.get().y(value.get()) / HEIGHT * 100.0);
        threshold(word, text, top, right)
    }

    /// How high the data reach in the first and the last quarter of the window.
    fn ends(self, history: &History) -> (f32, f32) {
        let (window, axis, traces) = (self.timeline.window.get(), self.axis.get(), self.traces.get());
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

    fn labels(self) -> Vec<Label> {
        let axis = self.axis.get();
        let shares = match self.arrangement {
            Arrangement::Stacked => [1.0, 0.75, 0.5, 0.25, 0.0],
            Arrangement::Mirrored => [1.0, 0.5, 0.0, 0.5, 1.0],
        };
        let label = |(row, share): (usize, f32)| Label { top: row as f32 * 25.0, text: axis.mark(share * axis.max) };
        shares.into_iter().enumerate().map(label).collect()
    }

    /// The value of `series` now, or at the crosshair.
    fn value(self, series: Series) -> Option<f32> {
        let Timeline { live, history, reading, .. } = self.timeline;
        match reading.get() {
            Some(reading) => history.with(|history| value(history, series, reading.sample?)),
            None => live.history.with(|history| value(history, series, history.len().checked_sub(1)?)),
        }
    }

    fn written(self) -> Vec<String> {
        let axis = self.axis.get();
        let write = |trace: &Trace| self.value(trace.series).map_or("–".to_owned(), |value| axis.write(value));
        self.traces.get().iter().map(write).collect()
    }

    fn dots(self) -> Vec<Dot> {
        let Some(sample) = self.timeline.reading.get().and_then(|reading| reading.sample) else { return vec![] };
        let (axis, traces) = (self.axis.get(), self.traces.get());
        self.timeline.history.with(|history| {
            let dot = |(index, trace): (usize, &Trace)| {
                let top = self.arrangement.y(history, traces, index, sample, &axis)?;
                Some(Dot { top: top / HEIGHT * 100.0, color: trace.color })
            };
            traces.iter().enumerate().rev().filter_map(dot).collect()
        })
    }

    fn rows(self) -> Vec<Row> {
        let (axis, traces) = (self.axis.get(), self.traces.get());
        let unit = axis.unit_name();
        let row = |color, name: &str, value: Option<f32>| {
            let value = value.map_or("–".to_owned(), |value| format!("{} {unit}", axis.write(value)));
            Row { color, name: name.to_owned(), value }
        };
        let mut rows: Vec<Row> =
            traces.iter().map(|trace| row(Some(trace.color), trace.name, self.value(trace.series))).collect();
        if self.summed && traces.len() > 1 {
            rows.push(row(None, "total", traces.iter().map(|trace| self.value(trace.series)).sum()));
        }
        rows
    }
}
