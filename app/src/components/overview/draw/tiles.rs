//! What the tiles say.

use super::{ABSENT, Machine, WAITING};
use crate::components::tile::{TileText, says};
use crate::element::El;
use crate::format;
use crate::model::{AlertLevel, AlertState, Metrics};
use crate::range::Range;
use crate::series::Series;

pub(super) fn cpu(machine: &Machine<'_>, range: Range) -> Vec<El> {
    let cores = match machine.host.cores {
        1 => "1 core".to_owned(),
        cores => format!("{cores} cores"),
    };
    let detail = match peak(machine, range) {
        Some(peak) => format!("{cores}, peak {}", format::fixed(peak, 1)),
        None => cores,
    };
    let text = said(machine, "", "cpu", |metrics| Some((format!("{}%", format::fixed(metrics.cpu, 1)), detail)));
    says("CPU", "cpu-usage", text)
}

pub(super) fn memory(machine: &Machine<'_>) -> Vec<El> {
    let text = said(machine, "", "memory", |metrics| {
        let memory = metrics.memory_bytes;
        let scale = format::Scale::of_bytes(memory.total as f32);
        let (used, total) = (scale.write(memory.used as f32), scale.write(memory.total as f32));
        Some((format!("{}%", format::fixed(metrics.memory, 1)), format!("{used} of {total} {}", scale.unit)))
    });
    says("Memory", "memory-usage", text)
}

pub(super) fn users(machine: &Machine<'_>) -> Vec<El> {
    let text = said(machine, "", "users", |metrics| {
        let names: Vec<String> = metrics.users.iter().map(|user| user.name.clone()).collect();
        let names = if names.is_empty() { "nobody".to_owned() } else { names.join(", ") };
        Some((metrics.active_users?.to_string(), names))
    });
    says("Active users", "active-users", text)
}

pub(super) fn load(machine: &Machine<'_>) -> Vec<El> {
    let text = said(machine, "1 min", "load", |metrics| {
        let load = metrics.load?;
        let detail = format!("5m {}, 15m {}", format::load(load.five), format::load(load.fifteen));
        Some((format::load(load.one), detail))
    });
    says("Load", "", text)
}

pub(super) fn network(machine: &Machine<'_>) -> Vec<El> {
    let rates = |metrics: &Metrics| (metrics.network.received, metrics.network.sent);
    says("Network in", "", traffic(machine, "network", "out", rates))
}

pub(super) fn disk(machine: &Machine<'_>) -> Vec<El> {
    let rates = |metrics: &Metrics| (metrics.disk.written, metrics.disk.read);
    says("Disk write", "", traffic(machine, "disk", "read", rates))
}

fn traffic(
    machine: &Machine<'_>,
    rule: &str,
    other: &'static str,
    rates: fn(&Metrics) -> (Option<u64>, Option<u64>),
) -> TileText {
    let unit = machine.metrics.and_then(|metrics| rates(metrics).0).map(|bytes| format::rate(bytes as f32).unit);
    said(machine, unit.unwrap_or("MiB/s"), rule, |metrics| {
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

/// `text` of the newest sample, or why there is nothing to say.
fn said(
    machine: &Machine<'_>,
    unit: &'static str,
    rule: &str,
    text: impl FnOnce(&Metrics) -> Option<(String, String)>,
) -> TileText {
    match machine.metrics.map(text) {
        None => TileText::absent(unit, WAITING),
        Some(None) => TileText::absent(unit, ABSENT),
        Some(Some((value, detail))) => TileText { value: Some(value), unit, detail, firing: firing(machine, rule) },
    }
}

/// The worst level at which `rule` fires, for whatever it fires.
fn firing(machine: &Machine<'_>, rule: &str) -> Option<AlertLevel> {
    let of_rule = |id: &str| id.split(':').next() == Some(rule);
    let firing = machine.alerts.heard(AlertState::Firing);
    firing.into_iter().find(|alert| of_rule(&alert.id)).map(|alert| alert.level)
}

/// The highest use of the processors in the range.
fn peak(machine: &Machine<'_>, range: Range) -> Option<f32> {
    let history = machine.history;
    let from = history.last()?.minus(range.ms()).ms();
    let values = history.times().zip(history.column(Series::Cpu)).rev();
    values.take_while(|&(time, _)| time >= from).filter_map(|(_, &value)| value).max_by(f32::total_cmp)
}
