//! The overview: the machine at a glance.

use crate::components::chart::Timeline;
use crate::components::overview::Part;
use crate::components::{alerts, chart, file_systems, log_tail, processes, range_picker, tiles, users, vitals};
use crate::element::{El, el};

/// The level at which the alert on processor use becomes critical, percent: drawn into its chart.
const CPU_CRITICAL: Option<f32> = Some(95.0);

/// The part that is what is looked for, when a page is drawn.
pub(super) const PROCESSES: usize = Part::Processes as usize;

/// What stands between the bars.
pub(super) fn board(timeline: Timeline) -> El {
    let live = timeline.live();
    let charts = [
        chart::cpu_by_mode(timeline, CPU_CRITICAL),
        chart::cpu_by_core(timeline),
        chart::memory(timeline),
        chart::network(timeline),
        chart::disk(timeline),
    ];
    el("div").fixed(|board| board.class("board")).of([
        tiles(timeline),
        el("div").fixed(|rail| rail.class("rail")).of([alerts(live), file_systems(live), users(live), vitals(live)]),
        range_picker(live, "range needs-js on-phone"),
        el("div").fixed(|it| it.class("charts").attr("id", "part-charts")).of(charts),
        el("div").fixed(|lists| lists.class("lists")).of([processes(live), log_tail(live)]),
    ])
}
