//! What the tiles say.

use super::counted;
use crate::components::tile::{TileText, says};
use crate::element::El;
use crate::format;
use crate::model::{AlertLevel, Stats};

fn tile(label: &'static str, value: String, unit: &'static str, detail: String) -> Vec<El> {
    says(label, "", TileText { value: Some(value), unit, detail, firing: None })
}

fn decimal(number: f64) -> String {
    format::decimal(number as f32)
}

/// Milliseconds, or seconds where there are many.
fn span(ms: f64) -> (String, &'static str) {
    if ms < 1_000.0 { (decimal(ms), "ms") } else { (decimal(ms / 1_000.0), "s") }
}

pub(super) fn followers(stats: &Stats) -> Vec<El> {
    let all = stats.streams + stats.inside;
    let programs = counted(all.saturating_sub(stats.browsers), "program", "programs");
    let detail = format!("{}, {programs}", counted(stats.browsers, "browser", "browsers"));
    tile("Followers", format::count(all), "", detail)
}

pub(super) fn published(stats: &Stats) -> Vec<El> {
    let detail = format!("{} since the start", format::count(stats.totals.published));
    tile("Published", decimal(stats.rates.published), "/s", detail)
}

pub(super) fn delivered(stats: &Stats) -> Vec<El> {
    let bytes = format::rate(stats.rates.bytes as f32);
    tile("Delivered", decimal(stats.rates.delivered), "/s", format!("{} {} to all", bytes.value, bytes.unit))
}

pub(super) fn lag(stats: &Stats) -> Vec<El> {
    let (p99, unit) = span(stats.lag.p99_ms);
    let (worst, worst_unit) = span(stats.lag.worst_ms);
    tile("Lag, p99", p99, unit, format!("worst {worst} {worst_unit}"))
}

pub(super) fn resumed(stats: &Stats) -> Vec<El> {
    let (complete, with_gap) = (stats.totals.resumed, stats.totals.resumed_with_gap);
    let detail = format!("{} complete, {} with a gap", format::count(complete), format::count(with_gap));
    tile("Resumed", format::count(complete + with_gap), "", detail)
}

pub(super) fn lost(stats: &Stats) -> Vec<El> {
    let (missed, gaps) = (stats.totals.missed, stats.totals.gaps);
    let detail =
        if gaps == 0 { "no gap so far".to_owned() } else { format!("in {}, each told", counted(gaps, "gap", "gaps")) };
    let unit = if missed == 1 { "event" } else { "events" };
    let firing = (missed > 0).then_some(AlertLevel::Warning);
    says("Lost", "", TileText { value: Some(format::count(missed)), unit, detail, firing })
}
