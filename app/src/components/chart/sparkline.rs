//! The small line in a tile.

use leptos::prelude::*;

use super::path::Shape;
use super::plot::gaps;
use super::scale::{Axis, round_max};
use super::stack::{highest, value, vertices};
use super::timeline::Timeline;
use super::window::HEIGHT;
use crate::live::Live;
use crate::series::Series;

/// Room at the top and the bottom for the line's own width, in the drawing's units.
const MARGIN: f32 = 4.0;

/// A small line of one series, without axes, as wide as its place and 34 px high. What it shows, the tile around it says
/// in words, so it is hidden from those who don't see it.
#[component]
pub fn Sparkline(
    /// The page's state.
    live: Live,
    /// What it shows.
    series: Series,
    /// The value at the top; without one, a round number that the data don't pass.
    #[prop(optional_no_strip)]
    max: Option<f32>,
) -> impl IntoView {
    let timeline = Timeline::of(live);
    let max = Memo::new(move |before: Option<&f32>| {
        max.unwrap_or_else(|| {
            let window = timeline.window.get();
            round_max(timeline.history.with(|history| highest(history, &window, &[series])), before.copied())
        })
    });
    let shape = Memo::new_owning(move |before: Option<Shape>| {
        let (window, axis) = (timeline.window.get(), Axis { max: max.get(), ..Axis::PERCENT });
        let drawn = timeline.history.with(|history| {
            let y =
                |sample| Some(HEIGHT - MARGIN - axis.share(value(history, series, sample)?) * (HEIGHT - 2.0 * MARGIN));
            Shape::draw(before.unwrap_or_default(), &vertices(history, &window, y), HEIGHT)
        });
        (drawn, true)
    });
    let fill = format!("spark-{}", series as usize);
    view! {
        <div class="chart-spark" class:is-empty=move || shape.with(|shape| shape.line.is_empty()) aria-hidden="true">
            <svg class="chart-svg" viewBox="0 0 1000 100" preserveAspectRatio="none">
                <linearGradient id=fill.clone() gradientUnits="userSpaceOnUse" x1="0" y1="0" x2="0" y2="100">
                    <stop offset="0"></stop>
                    <stop offset="1"></stop>
                </linearGradient>
                <path fill=format!("url(#{fill})") d=move || shape.with(|shape| shape.area.clone())></path>
                <path class="chart-line chart-c1" d=move || shape.with(|shape| shape.line.clone())></path>
            </svg>
            {gaps(timeline)}
        </div>
    }
}
