//! What the overview shows to all its readers alike comes in [parts](Part), which the server draws.

#[cfg(feature = "ssr")]
mod draw;

#[cfg(feature = "ssr")]
pub use draw::{Hanging, Machine, Vital, draw, processes};

use super::chart::Timeline;
use super::drawn::{drawn, place};
use super::tile::tile;
use crate::element::{El, el};
use crate::live::Live;
use crate::series::Series;

/// The parts that the server draws, in the order in which they come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say what is drawn")]
pub enum Part {
    Headline,
    Facts,
    /// With the peak of five minutes; those of the other ranges follow.
    Cpu,
    CpuOfFifteenMinutes,
    CpuOfAnHour,
    Memory,
    Users,
    Load,
    Network,
    Disk,
    Alerts,
    FileSystemTable,
    UserTable,
    Vitals,
    ProcessCounts,
    Processes,
    /// Not elements but the alerts that the charts mark, two words each: when, with a class, and what it says.
    Marks,
}

/// The row of tiles.
pub fn tiles(timeline: Timeline) -> El {
    let live = timeline.live();
    let of = |part: Part, series, max| tile(timeline, place(live, part as usize, "div", "contents"), Some(series), max);
    // The peak that it names is that of the range that is shown.
    let cpu = move || drawn(live, Part::Cpu as usize + live.range() as usize);
    let cpu = el("div").fixed(|place| place.class("contents")).rows(cpu);
    let percent = Some(100.0);
    let memory = Some(live.host.read_untracked().memory as f32);
    el("div").fixed(|tiles| tiles.class("tiles")).of([
        tile(timeline, cpu, Some(Series::Cpu), percent),
        of(Part::Memory, Series::MemoryUsed, memory),
        of(Part::Users, Series::Users, None),
        of(Part::Load, Series::Load, None),
        of(Part::Network, Series::NetworkReceived, None),
        of(Part::Disk, Series::DiskWritten, None),
    ])
}

/// The card of alerts.
pub fn alerts(live: Live) -> El {
    // It says how long ago the rules were checked, so it moves with the clock too.
    let rows = move || {
        live.now.get();
        drawn(live, Part::Alerts as usize)
    };
    el("section").fixed(|card| card.class("card part-alerts").attr("id", "part-alerts")).rows(rows)
}

/// The card of file systems.
pub fn file_systems(live: Live) -> El {
    place(live, Part::FileSystemTable as usize, "section", "card part-files")
        .fixed(|card| card.attr("id", "part-files"))
}

/// The card of sensors and limits.
pub fn vitals(live: Live) -> El {
    place(live, Part::Vitals as usize, "section", "card part-vitals").fixed(|card| card.attr("id", "part-vitals"))
}

/// The card of users.
pub fn users(live: Live) -> El {
    place(live, Part::UserTable as usize, "section", "card part-users").fixed(|card| card.attr("id", "part-users"))
}
