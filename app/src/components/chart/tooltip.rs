use super::timeline::Timeline;
use crate::components::position::at;
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

/// Writes what the chart under the pointer says of the crosshair's instant.
pub(super) fn tooltip(timeline: Timeline, chart: &'static str, rows: &[Row], html: &mut String) {
    let Some(over) = timeline.crosshair.get().filter(|over| over.chart == chart) else { return };
    let Some(reading) = timeline.reading() else { return };
    let (side, share) = if over.flip { (" is-left", 1.0 - reading.share) } else { ("", reading.share) };
    let at = at(share * 100.0);
    let time = format::clock(Timestamp::from_ms(reading.at), timeline.live.offset_min());
    let back = timeline.window().to.saturating_sub(reading.at) / 1_000;
    let back = format::countdown(back);
    html.push_str(&format!("<div class=\"chart-tip{side} {at}\"><p><span>{time}</span><span>-{back}</span></p>"));
    for Row { color, name, value } in rows {
        let swatch = color.map_or_else(String::new, |color| format!("chart-swatch chart-c{color}"));
        html.push_str(&format!("<i class=\"{swatch}\"></i><span>{name}</span><b>{value}</b>"));
    }
    html.push_str("</div>");
}
