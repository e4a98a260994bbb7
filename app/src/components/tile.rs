//! A tile: one value of the machine, large, with its last minutes as a line.

use super::chart::{Timeline, sparkline};
#[cfg(feature = "ssr")]
use super::icon::icon;
#[cfg(feature = "ssr")]
use super::level::{level_icon, level_mark, level_text, level_word};
use crate::element::{El, el};
#[cfg(feature = "ssr")]
use crate::model::AlertLevel;
use crate::series::Series;

/// What a tile says at one moment.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TileText {
    /// The value; `None` shows a dash.
    pub value: Option<String>,
    /// Its unit, where that stands apart from the value.
    pub unit: &'static str,
    /// The line below.
    pub detail: String,
    /// The level of the alert that fires for it.
    pub firing: Option<AlertLevel>,
}

#[cfg(feature = "ssr")]
impl TileText {
    /// A tile without a value, and why.
    pub fn absent(unit: &'static str, why: &str) -> Self {
        Self { value: None, unit, detail: why.to_owned(), firing: None }
    }
}

/// A tile that holds `says`, and under it a line, where there is one to draw.
pub fn tile(timeline: Timeline, says: El, series: Option<Series>, max: Option<f32>) -> El {
    let mut holds = vec![says];
    if let Some(series) = series {
        holds.push(el("div").fixed(|line| line.class("tile-line")).of([sparkline(timeline, series, max)]));
    }
    el("section").fixed(|tile| tile.class("card tile")).of(holds)
}

/// What a tile says.
#[cfg(feature = "ssr")]
pub(super) fn says(label: &'static str, id: &'static str, text: TileText) -> Vec<El> {
    let (value_class, detail_class) = match text.value {
        Some(_) => ("tile-value", "tile-detail truncate"),
        None => ("tile-value text-fg-3", "tile-detail"),
    };
    let mut head = vec![el("h2").class("tile-label").text(label)];
    head.extend(text.firing.map(status));
    let value = el("span").class("live-value").text(text.value.unwrap_or_else(|| "–".to_owned()));
    let value = if id.is_empty() { value } else { value.attr("id", id) };
    vec![
        el("div").class("flex items-center justify-between gap-1").of(head),
        el("p").class(value_class).of([value, el("span").class("unit").text(text.unit)]),
        el("p").class(detail_class).attr("title", text.detail.clone()).text(text.detail),
    ]
}

#[cfg(feature = "ssr")]
fn status(level: AlertLevel) -> El {
    el("span")
        .class("flex items-center gap-1 font-medium text-small")
        .of([icon(level_icon(level), level_mark(level)), el("span").class(level_text(level)).text(level_word(level))])
}
