use leptos::prelude::*;

use super::crosshair;
use super::note::{Note, note_view};
use super::timeline::Timeline;
use super::tooltip::{self, tooltip};
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

/// What differs between plots.
pub(super) struct Parts {
    /// The chart's title; names the plot among the page's.
    pub(super) title: &'static str,
    /// What it shows, for those who don't see it, without the values.
    pub(super) summary: Signal<String>,
    /// The SVG.
    pub(super) drawing: AnyView,
    /// What is written over the drawing.
    pub(super) writing: AnyView,
    pub(super) labels: Signal<Vec<Label>>,
    pub(super) dots: Signal<Vec<Dot>>,
    pub(super) rows: Signal<Vec<tooltip::Row>>,
    pub(super) note: Memo<Option<Note>>,
}

/// The frame that all plots share: axes, gaps, crosshair and tooltip around and over a drawing.
pub(super) fn plot(timeline: Timeline, parts: Parts) -> AnyView {
    let Parts { title, summary, drawing, writing, labels, dots, rows, note } = parts;
    let empty = move || note.with(Option::is_some);
    let summary = move || {
        format!("{title}, {}, last {}. Arrow keys move through time.", summary.get(), timeline.live.range.get().label())
    };
    view! {
        <div
            class="chart-plot"
            class:is-empty=empty
            role="group"
            tabindex=move || if empty() { "-1" } else { "0" }
            aria-label=summary
            on:pointermove=move |event| crosshair::point(timeline, title, &event)
            on:pointerdown=move |event| crosshair::point(timeline, title, &event)
            on:pointerleave=move |event| crosshair::leave(timeline, &event)
            on:keydown=move |event| crosshair::key(timeline, title, &event)
            on:blur=move |_| timeline.crosshair.clear()
        >
            <div class="chart-drawing" aria-hidden="true">
                {drawing}
                {gaps(timeline)}
                {writing}
                {value_axis(labels)}
                {time_axis(timeline)}
                {hair(timeline, dots)}
                {tooltip(timeline, title, rows)}
            </div>
            {note_view(note)}
        </div>
    }
    .into_any()
}

/// Stretches without samples, hatched.
pub(super) fn gaps(timeline: Timeline) -> AnyView {
    let gaps = move || {
        timeline.gaps.with(|gaps| {
            let gap = gaps.iter().map(|gap| {
                let style = format!("left:{:.2}%;width:{:.2}%", gap.left, gap.width);
                let class = if gap.open { "chart-gap is-open" } else { "chart-gap" };
                view! { <div class=class style=style><span>"no data"</span></div> }
            });
            gap.collect_view()
        })
    };
    gaps.into_any()
}

fn value_axis(labels: Signal<Vec<Label>>) -> AnyView {
    let label = |label: Label| {
        let style = format!("top:{:.1}%", label.top);
        view! { <span class="chart-y" style=style>{label.text}</span> }
    };
    (move || labels.get().into_iter().map(label).collect_view()).into_any()
}

fn time_axis(timeline: Timeline) -> AnyView {
    let ticks = move || {
        timeline.ticks.with(|ticks| {
            let tick = ticks.iter().map(|tick| {
                let style = format!("left:{:.2}%", tick.left);
                view! { <span class=format!("chart-x{}", tick.class) style=style><span>{tick.label.clone()}</span></span> }
            });
            tick.collect_view()
        })
    };
    // While samples come the right edge is now; afterwards it is said how old the newest is.
    let end = move || match timeline.window.get() {
        window if !window.stale => "now".to_owned(),
        window => window.last.map_or_else(String::new, |last| clock(timeline, last)),
    };
    let covered = move || timeline.reading.get().is_some_and(|reading| reading.share > 0.8);
    view! {
        {ticks}
        <span class="chart-now" class:is-covered=covered>{end}</span>
    }
    .into_any()
}

fn hair(timeline: Timeline, dots: Signal<Vec<Dot>>) -> AnyView {
    let hair = move || {
        let reading = timeline.reading.get()?;
        let left = reading.share * 100.0;
        let dot = |dot: Dot| {
            let style = format!("left:{left:.2}%;top:{:.1}%", dot.top);
            view! { <i class=format!("chart-dot chart-c{}", dot.color) style=style></i> }
        };
        Some(view! {
            <i class="chart-hair" style=format!("left:{left:.2}%")></i>
            {dots.get().into_iter().map(dot).collect_view()}
            <span class="chart-chip" style=format!("--at:{left:.2}%")>{clock(timeline, reading.at)}</span>
        })
    };
    hair.into_any()
}

fn clock(timeline: Timeline, at: u64) -> String {
    format::clock(Timestamp::from_ms(at), timeline.live.offset_min.get())
}
