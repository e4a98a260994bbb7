//! The six tiles, and what each of them says.

use super::chart::Timeline;
use super::{Tile, TileText};
use crate::element::{El, el};
use crate::format;
use crate::live::Live;
use crate::model::{AlertLevel, AlertState, Metrics};
use crate::series::Series;

/// Said until there are two readings to compare.
pub(super) const WAITING: &str = "waiting for a second sample";
/// Said of what this host can't tell.
pub(super) const ABSENT: &str = "not available on this host";

/// The row of tiles.
pub fn tiles(timeline: Timeline) -> El {
    let tile = |label, id, series, max, text| Tile { label, id, series, max, text }.draw(timeline);
    let percent = Some(100.0);
    el("div").fixed(|tiles| tiles.class("tiles")).of([
        tile("CPU", "cpu-usage", Series::Cpu, percent, cpu),
        tile("Memory", "memory-usage", Series::MemoryUsed, memory_total(timeline.live()), memory),
        tile("Active users", "active-users", Series::Users, None, users),
        tile("Load", "", Series::Load, None, load),
        tile("Network in", "", Series::NetworkReceived, None, network),
        tile("Disk write", "", Series::DiskWritten, None, disk),
    ])
}

fn memory_total(live: Live) -> Option<f32> {
    live.metrics.read_untracked().as_ref().map(|metrics| metrics.memory_bytes.total as f32)
}

fn cpu(live: Live) -> TileText {
    let cores = live.host.read_untracked().cores;
    let cores = if cores == 1 { "1 core".to_owned() } else { format!("{cores} cores") };
    let detail = match peak(live) {
        Some(peak) => format!("{cores}, peak {}", format::fixed(peak, 1)),
        None => cores,
    };
    said(live, "", "cpu", |metrics| Some((format!("{}%", format::fixed(metrics.cpu, 1)), detail)))
}

fn memory(live: Live) -> TileText {
    said(live, "", "memory", |metrics| {
        let memory = metrics.memory_bytes;
        let scale = format::Scale::of_bytes(memory.total as f32);
        let (used, total) = (scale.write(memory.used as f32), scale.write(memory.total as f32));
        Some((format!("{}%", format::fixed(metrics.memory, 1)), format!("{used} of {total} {}", scale.unit)))
    })
}

fn users(live: Live) -> TileText {
    said(live, "", "users", |metrics| {
        let names: Vec<String> = metrics.users.iter().map(|user| user.name.clone()).collect();
        let names = if names.is_empty() { "nobody".to_owned() } else { names.join(", ") };
        Some((metrics.active_users?.to_string(), names))
    })
}

fn load(live: Live) -> TileText {
    said(live, "1 min", "load", |metrics| {
        let load = metrics.load?;
        let detail = format!("5m {}, 15m {}", format::load(load.five), format::load(load.fifteen));
        Some((format::load(load.one), detail))
    })
}

fn network(live: Live) -> TileText {
    traffic(live, "network", "out", |metrics| (metrics.network.received, metrics.network.sent))
}

fn disk(live: Live) -> TileText {
    traffic(live, "disk", "read", |metrics| (metrics.disk.written, metrics.disk.read))
}

fn traffic(live: Live, rule: &str, other: &'static str, rates: fn(&Metrics) -> (Option<u64>, Option<u64>)) -> TileText {
    let unit = live.metrics.read().as_ref().and_then(|metrics| rates(metrics).0).map(rate_unit);
    said(live, unit.unwrap_or("MiB/s"), rule, |metrics| {
        let (shown, beside) = rates(metrics);
        let detail = match beside {
            Some(beside) => {
                let beside = format::rate(beside as f32);
                format!("{} {} {other}", beside.value, beside.unit)
            }
            None => format!("– {other}"),
        };
        Some((format::rate(shown? as f32).value, detail))
    })
}

fn rate_unit(bytes: u64) -> &'static str {
    format::rate(bytes as f32).unit
}

/// `text` of the newest sample, or why there is nothing to say.
fn said(
    live: Live,
    unit: &'static str,
    rule: &str,
    text: impl FnOnce(&Metrics) -> Option<(String, String)>,
) -> TileText {
    let firing = firing(live, rule);
    match live.metrics.read().as_ref().map(text) {
        None => TileText::absent(unit, WAITING),
        Some(None) => TileText::absent(unit, ABSENT),
        Some(Some((value, detail))) => TileText { value: Some(value), unit, detail, firing },
    }
}

/// The worst level at which `rule` fires, for whatever it fires.
fn firing(live: Live, rule: &str) -> Option<AlertLevel> {
    let of_rule = |id: &str| id.split(':').next() == Some(rule);
    let alerts = live.alerts.read();
    alerts.in_state(AlertState::Firing).iter().find(|alert| of_rule(&alert.id)).map(|alert| alert.level)
}

/// The highest use of the processors in the range that is shown.
fn peak(live: Live) -> Option<f32> {
    let range_ms = live.range().ms();
    let history = live.history.read();
    let from = history.last()?.minus(range_ms).ms();
    let values = history.times().zip(history.column(Series::Cpu)).rev();
    values.take_while(|&(time, _)| time >= from).filter_map(|(_, &value)| value).max_by(f32::total_cmp)
}
