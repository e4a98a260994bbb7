//! A tile: one value of the machine, large, with its last minutes as a line.

use leptos::prelude::*;

use super::chart::Sparkline;
use super::icon::icon;
use super::level::{level_icon, level_mark, level_text, level_word};
use crate::live::Live;
use crate::model::AlertLevel;
use crate::series::Series;

/// What a tile says at one moment.
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

impl TileText {
    /// A tile without a value, and why.
    pub fn absent(unit: &'static str, why: &str) -> Self {
        Self { value: None, unit, detail: why.to_owned(), firing: None }
    }
}

/// A value, its unit, a line of detail and its last minutes.
#[component]
pub fn Tile(
    /// What the page knows.
    live: Live,
    /// What is measured.
    label: &'static str,
    /// The value's id; empty for none.
    id: &'static str,
    /// What the line draws.
    series: Series,
    /// The line's upper end; the highest value drawn where there is none.
    max: Option<f32>,
    /// What the tile says now.
    text: fn(Live) -> TileText,
) -> impl IntoView {
    let id = (!id.is_empty()).then_some(id);
    view! {
        <section class="card tile">
            {move || {
                let text = text(live);
                let whole = text.detail.clone();
                let (value_class, detail_class) = match text.value {
                    Some(_) => ("tile-value", "tile-detail truncate"),
                    None => ("tile-value text-fg-3", "tile-detail"),
                };
                view! {
                    <div class="flex items-center justify-between gap-1">
                        <h2 class="tile-label">{label}</h2>
                        {text.firing.map(status)}
                    </div>
                    <p class=value_class>
                        <span id=id class="live-value">{text.value.unwrap_or_else(|| "–".to_owned())}</span>
                        <span class="unit">{text.unit}</span>
                    </p>
                    <p class=detail_class title=whole>{text.detail}</p>
                }
            }}
            <div class="tile-line">
                <Sparkline live series max/>
            </div>
        </section>
    }
    .into_any()
}

fn status(level: AlertLevel) -> impl IntoView {
    view! {
        <span class="flex items-center gap-1 font-medium text-small">
            {icon(level_icon(level), level_mark(level))}
            <span class=level_text(level)>{level_word(level)}</span>
        </span>
    }
}
