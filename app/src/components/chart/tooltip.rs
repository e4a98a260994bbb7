use leptos::prelude::*;

use super::timeline::Timeline;
use crate::format;
use crate::model::Timestamp;

/// How far the tooltip reaches from the crosshair, in pixels: its distance and its width in the style sheet.
pub(super) const REACH: f64 = 10.0 + 144.0;

/// A line of the tooltip.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    /// The series' colour; none for what is not drawn.
    pub(super) color: Option<u8>,
    pub(super) name: String,
    pub(super) value: String,
}

/// What the chart under the pointer says of the crosshair's instant.
pub(super) fn tooltip(timeline: Timeline, chart: &'static str, rows: Signal<Vec<Row>>) -> impl IntoView {
    move || {
        let over = timeline.crosshair.over.get().filter(|over| over.chart == chart)?;
        let reading = timeline.reading.get()?;
        let side = if over.flip { "right" } else { "left" };
        let share = if over.flip { 1.0 - reading.share } else { reading.share };
        let style = format!("{side}:calc({:.2}% + 10px)", share * 100.0);
        let time = format::clock(Timestamp::from_ms(reading.at), timeline.live.offset_min.get());
        let back = timeline.window.with(|window| window.to.saturating_sub(reading.at)) / 1_000;
        let rows = rows.get().into_iter().map(|row| {
            let swatch = row.color.map_or_else(String::new, |color| format!("chart-swatch chart-c{color}"));
            view! {
                <i class=swatch></i>
                <span>{row.name}</span>
                <b>{row.value}</b>
            }
        });
        Some(view! {
            <div class="chart-tip" style=style>
                <p>
                    <span>{time}</span>
                    <span>{format!("-{}", format::countdown(back))}</span>
                </p>
                {rows.collect_view()}
            </div>
        })
    }
}
