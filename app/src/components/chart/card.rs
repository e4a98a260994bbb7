use std::sync::Arc;

use leptos::prelude::*;

use super::crosshair;
use super::marks::{Marks, marks};
use super::note::Note;
use super::timeline::Timeline;

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
/// What is inside is written as markup, which is set at once: elements and signals for each of its hundred parts would be
/// a quarter of what the browser has to load. It consists of numbers and of words that stand in this program; nothing in
/// it ever comes from the machine, so there is nothing to escape.
pub(super) fn card(timeline: Timeline, chart: Arc<dyn Chart>) -> AnyView {
    let title = chart.title();
    let class = if chart.is_tall() { "card chart-card is-tall" } else { "card chart-card" };
    let part = move |write: fn(Timeline, &dyn Chart) -> String| {
        let chart = Arc::clone(&chart);
        Signal::derive(move || write(timeline, &*chart))
    };
    let head = part(|_, chart| format!("<h2>{}</h2>{}", chart.title(), chart.head()));
    let drawing = part(|_, chart| chart.drawing());
    let marks = part(|timeline, chart| marks(timeline, chart.title(), &chart.marks()));
    let note = part(|_, chart| chart.note().map_or_else(String::new, |note| note.markup()));
    let summary = part(|timeline, chart| {
        let range = timeline.live.range.get().label();
        format!("{}, {}, last {range}. Arrow keys move through time.", chart.title(), chart.summary())
    });
    let is_empty = move || note.with(|note| !note.is_empty());
    view! {
        <section class=class>
            <header class="chart-head" inner_html=head></header>
            <div
                class="chart-plot"
                class:is-empty=is_empty
                role="group"
                tabindex=move || if is_empty() { "-1" } else { "0" }
                aria-label=summary
                on:pointermove=move |event| crosshair::point(timeline, title, &event)
                on:pointerdown=move |event| crosshair::point(timeline, title, &event)
                on:pointerleave=move |event| crosshair::leave(timeline, &event)
                on:keydown=move |event| crosshair::key(timeline, title, &event)
                on:blur=move |_| timeline.crosshair.clear()
            >
                // Apart, so that a move of the crosshair doesn't draw the lines anew.
                <div class="chart-drawing" aria-hidden="true">
                    <div class="contents" inner_html=drawing></div>
                    <div class="contents" inner_html=marks></div>
                </div>
                <div class="contents" inner_html=note></div>
            </div>
        </section>
    }
    .into_any()
}
