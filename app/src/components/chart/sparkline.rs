//! The small line in a tile.

use super::path::Shape;
use super::scale::{Axis, Following, round_max};
use super::stack::{Trace, highest, value, vertices};
use super::timeline::Timeline;
use super::window::HEIGHT;
#[cfg(feature = "ssr")]
use super::{gaps::gaps, window::Window};
#[cfg(feature = "ssr")]
use crate::components::position::{at, by};
use crate::element::{El, el, moving};
#[cfg(feature = "ssr")]
use crate::model::Timestamp;
#[cfg(feature = "ssr")]
use crate::range::Range;
#[cfg(feature = "ssr")]
use crate::series::History;
use crate::series::Series;

/// Room at the top and the bottom for the line's own width, in the drawing's units.
const MARGIN: f32 = 4.0;

/// A small line of one series, without axes, as wide as its place and 34 px high. What it shows, the tile around it says
/// in words, so it is hidden from those who don't see it.
///
/// `max` is the value at the top; without one, it is a round number that the data don't pass.
pub fn sparkline(timeline: Timeline, series: Series, max: Option<f32>) -> El {
    let scale = move |before: Option<&Axis>| {
        let max = max.unwrap_or_else(|| {
            let trace = Trace { key: "", name: "", series, color: 1 };
            let highest = highest(&timeline.history.read(), &timeline.window(), &[trace]);
            round_max(highest, before.map(|before| before.max))
        });
        Axis { max, ..Axis::PERCENT }
    };
    let axis = Following::new(scale);
    let html = moving(move || {
        let (window, axis, history) = (timeline.window(), axis.now(), timeline.history.read());
        let y = |sample| Some(HEIGHT - MARGIN - axis.share(value(&history, series, sample)?) * (HEIGHT - 2.0 * MARGIN));
        let shape = Shape::draw(&vertices(&history, &window, 0, &y), HEIGHT);
        // Without a line there is no hole in it.
        let gaps = if shape.line.is_empty() { String::new() } else { timeline.gaps() };
        format!("{}{gaps}", svg(series as usize, &shape))
    });
    // Numbers and fixed words, as in a chart's card: nothing in it comes from the machine.
    el("div").fixed(|spark| spark.class("chart-spark").attr("aria-hidden", "true")).markup(html)
}

/// The same of the sum of some series, for what the server draws for all readers: up to the newest sample, as far back as
/// `range`.
#[cfg(feature = "ssr")]
pub fn sparkline_of(history: &History, range: Range, series: &[Series], max: Option<f32>) -> Vec<El> {
    let window = Window::new(history.last().map(Timestamp::ms), 0, false, range);
    // Of what the host can tell.
    let sum = |sample| {
        let known = series.iter().filter_map(|&series| value(history, series, sample));
        known.reduce(|sum, value| sum + value)
    };
    let seen = history.times().enumerate().filter(|&(_, time)| window.contains(time));
    let max = max.unwrap_or_else(|| round_max(seen.filter_map(|(sample, _)| sum(sample)).fold(0.0, f32::max), None));
    let axis = Axis { max, ..Axis::PERCENT };
    let y = |sample| Some(HEIGHT - MARGIN - axis.share(sum(sample)?) * (HEIGHT - 2.0 * MARGIN));
    let Shape { line, area } = Shape::draw(&vertices(history, &window, 0, &y), HEIGHT);
    let path = |class: &'static str, d: String| el("path").class(class).attr("d", d);
    let svg =
        el("svg").class("chart-svg is-single").attr("viewBox", "0 0 1000 100").attr("preserveAspectRatio", "none");
    let is_drawn = !line.is_empty();
    let mut parts = vec![svg.of([path("chart-area chart-c1", area), path("chart-line chart-c1", line)])];
    let gap = |gap: &super::gaps::Gap| el("i").class(format!("chart-gap {} {}", at(gap.left), by(gap.width)));
    if is_drawn {
        parts.extend(gaps(history, &window, 0).iter().map(gap));
    }
    parts
}

fn svg(id: usize, Shape { line, area }: &Shape) -> String {
    format!(
        "<svg class=\"chart-svg\" viewBox=\"0 0 1000 100\" preserveAspectRatio=\"none\">\
         <linearGradient id=\"spark-{id}\" gradientUnits=\"userSpaceOnUse\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"100\">\
         <stop offset=\"0\"/><stop offset=\"1\"/></linearGradient>\
         <path fill=\"url(#spark-{id})\" d=\"{area}\"/><path class=\"chart-line chart-c1\" d=\"{line}\"/></svg>"
    )
}
