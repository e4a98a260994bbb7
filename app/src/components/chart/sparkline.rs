//! The small line in a tile.

use leptos::prelude::*;

use super::path::Shape;
use super::scale::{Axis, round_max};
use super::stack::{highest, value, vertices};
use super::timeline::Timeline;
use super::window::HEIGHT;
use crate::element::{El, el, moving};
use crate::live::Live;
use crate::series::Series;

/// Room at the top and the bottom for the line's own width, in the drawing's units.
const MARGIN: f32 = 4.0;

/// A small line of one series, without axes, as wide as its place and 34 px high. What it shows, the tile around it says
/// in words, so it is hidden from those who don't see it.
///
/// `max` is the value at the top; without one, it is a round number that the data don't pass.
pub fn sparkline(live: Live, series: Series, max: Option<f32>) -> El {
    let timeline = Timeline::of(live);
    let max = Memo::new(move |before: Option<&f32>| {
        max.unwrap_or_else(|| {
            let window = timeline.window.get();
            round_max(timeline.history.with(|history| highest(history, &window, series)), before.copied())
        })
    });
    let html = moving(move || {
        let (window, axis) = (timeline.window.get(), Axis { max: max.get(), ..Axis::PERCENT });
        let shape = timeline.history.with(|history| {
            let y =
                |sample| Some(HEIGHT - MARGIN - axis.share(value(history, series, sample)?) * (HEIGHT - 2.0 * MARGIN));
            Shape::draw(&vertices(history, &window, y), HEIGHT)
        });
        // Without a line there is no hole in it.
        let gaps = if shape.line.is_empty() { String::new() } else { timeline.gaps.get() };
        format!("{}{gaps}", svg(series as usize, &shape))
    });
    // Numbers and fixed words, as in a chart's card: nothing in it comes from the machine.
    el("div").class("chart-spark").attr("aria-hidden", "true").markup(html)
}

fn svg(id: usize, Shape { line, area }: &Shape) -> String {
    format!(
        "<svg class=\"chart-svg\" viewBox=\"0 0 1000 100\" preserveAspectRatio=\"none\">\
         <linearGradient id=\"spark-{id}\" gradientUnits=\"userSpaceOnUse\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"100\">\
         <stop offset=\"0\"/><stop offset=\"1\"/></linearGradient>\
         <path fill=\"url(#spark-{id})\" d=\"{area}\"/><path class=\"chart-line chart-c1\" d=\"{line}\"/></svg>"
    )
}
