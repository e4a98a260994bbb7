//! How the machine does, and has done for a quarter of an hour.

use super::side::head;
use crate::components::chart::sparkline_of;
use crate::element::{El, el};
use crate::format;
use crate::model::Metrics;
use crate::range::Range;
use crate::series::{History, Series};

const RANGE: Range = Range::FifteenMinutes;
/// Points of a line: it is a hundred pixels wide.
const POINTS: u64 = 60;

pub(super) fn now(metrics: Option<&Metrics>, history: &History) -> Vec<El> {
    let head = head("Now", el("p").text(format!("last {}", RANGE.label())));
    let Some(metrics) = metrics else {
        return vec![head, el("p").class("hint").text("The first values come in a second.")];
    };
    let thinned = history.thinned_to(RANGE.ms(), RANGE.ms() / POINTS);
    let mut rows = Vec::new();
    let mut row = |name: &'static str, value: String, series: &[Series], max: Option<f32>| {
        let line = el("dd").class("chart-spark").attr("aria-hidden", "true");
        let line = line.of(sparkline_of(&thinned, RANGE, series, max));
        rows.extend([el("dt").text(name), line, el("dd").text(value)]);
    };
    let percent = |value| format!("{} %", format::fixed(value, 1));
    row("CPU", percent(metrics.cpu), &[Series::Cpu], Some(100.0));
    row("Memory", percent(metrics.memory), &[Series::MemoryUsed], Some(metrics.memory_bytes.total as f32));
    if let Some(load) = metrics.load {
        row("Load", format::load(load.one), &[Series::Load], None);
    }
    let (network, disk) = (&metrics.network, &metrics.disk);
    if let Some(rate) = rate(network.received, network.sent) {
        row("Network", rate, &[Series::NetworkReceived, Series::NetworkSent], None);
    }
    if let Some(rate) = rate(disk.read, disk.written) {
        row("Disk", rate, &[Series::DiskRead, Series::DiskWritten], None);
    }
    vec![head, el("dl").class("room-now").of(rows)]
}

/// Both ways together, as far as they are known.
fn rate(one: Option<u64>, other: Option<u64>) -> Option<String> {
    let bytes = one.into_iter().chain(other).reduce(u64::saturating_add)?;
    let rate = format::rate(bytes as f32);
    Some(format!("{} {}", rate.value, rate.unit))
}
