use std::sync::Arc;

use leptos::wasm_bindgen::JsCast as _;

use super::alert_marks::alert_marks;
use super::crosshair;
use super::marks::{Marks, marks};
use super::note::Note;
use super::timeline::Timeline;
use crate::element::{El, el, moving};

/// What differs between charts. All of it reads signals, and is asked again when they change.
pub(super) trait Chart: Send + Sync {
    /// Names the chart among the page's.
    fn title(&self) -> &'static str;
    /// It shows more detail than others, and needs the room.
    fn is_tall(&self) -> bool;
    /// What it shows, for those who don't see it, without the values.
    fn summary(&self) -> String;
    /// The unit, and names and values now or at the crosshair, as markup.
    fn head(&self) -> String;
    /// The SVG.
    fn drawing(&self) -> String;
    /// What stands over the SVG.
    fn marks(&self) -> Marks;
    /// What is said in place of lines.
    fn note(&self) -> Option<Note>;
}

/// A chart's card: title, unit and legend in one row, and the plot under it.
///
/// What is inside is written as markup, which is set at once. It consists of numbers and of words that stand in this
/// program; nothing in it ever comes from the machine, so there is nothing to escape.
pub(super) fn card(timeline: Timeline, chart: Arc<dyn Chart>) -> El {
    let title = chart.title();
    let part = |class: &'static str, write: fn(Timeline, &dyn Chart) -> String| {
        let chart = Arc::clone(&chart);
        el("div").fixed(|part| part.class(class)).markup(moving(move || write(timeline, &*chart)))
    };
    let head = part("chart-head", |_, chart| format!("<h2>{}</h2>{}", chart.title(), chart.head()));
    // Apart, so that a move of the crosshair doesn't draw the lines anew.
    let drawing = el("div").fixed(|it| it.class("chart-drawing").attr("aria-hidden", "true")).of([
        part("contents", |_, chart| chart.drawing()),
        part("contents", |timeline, chart| marks(timeline, chart.title(), &chart.marks())),
    ]);
    let note = part("contents", |_, chart| chart.note().map_or_else(String::new, |note| note.markup()));
    let alerts = el("div").fixed(|it| it.class("contents")).rows(move || alert_marks(timeline));
    let (noted, class) =
        (Arc::clone(&chart), if chart.is_tall() { "card chart-card is-tall" } else { "card chart-card" });
    let is_empty = Arc::new(move || noted.note().is_some());
    let is_reached = Arc::clone(&is_empty);
    let plot = el("div")
        .class(moving(move || if is_empty() { "chart-plot is-empty" } else { "chart-plot" }.to_owned()))
        .fixed(|plot| plot.attr("role", "group"))
        .attr("tabindex", moving(move || if is_reached() { "-1" } else { "0" }.to_owned()))
        .attr("aria-label", moving(move || summary(timeline, &*chart)))
        .on("pointermove", move |event| crosshair::point(timeline, title, event.unchecked_ref()))
        .on("pointerdown", move |event| crosshair::point(timeline, title, event.unchecked_ref()))
        .on("pointerleave", move |event| crosshair::leave(timeline, event.unchecked_ref()))
        .on("keydown", move |event| crosshair::key(timeline, title, event.unchecked_ref()))
        .on("blur", move |_| timeline.crosshair.set(None))
        .of([drawing, alerts, note]);
    el("section").fixed(|card| card.class(class)).of([head, plot])
}

fn summary(timeline: Timeline, chart: &dyn Chart) -> String {
    let range = timeline.live.range().label();
    format!("{}, {}, last {range}. Arrow keys move through time.", chart.title(), chart.summary())
}
