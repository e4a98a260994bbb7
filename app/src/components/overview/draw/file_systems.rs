//! The file systems: how full each is, as a bar and in figures.

use super::{Hanging, Machine, WAITING, card};
use crate::components::icon::{Icon, icon};
use crate::components::table::{cell, column, row_name};
use crate::element::{El, el};
use crate::format::{self, fixed};
use crate::model::FileSystem;

/// Percent from which on it counts as full, where the bar has its tick: the level at which an alert fires.
const FULL: u8 = 90;
const GIB: f32 = 1_073_741_824.0;

pub(super) fn file_systems(machine: &Machine<'_>) -> Vec<El> {
    let columns = vec![
        column("Mounted at", ""),
        column("Bar", "w-1/5"),
        column("Used of size, GiB", "files-size w-[118px]"),
        column("Used", "w-[72px]"),
    ];
    let rows = match machine.metrics {
        None => Err(WAITING),
        Some(metrics) if metrics.file_systems.is_empty() && machine.hanging.is_empty() => {
            Err("No file system that holds data is mounted.")
        }
        Some(metrics) => Ok(rows(&metrics.file_systems, machine.hanging)),
    };
    let listed = machine.metrics.map_or(0, |metrics| metrics.file_systems.len());
    let note = match machine.file_systems {
        all if all > listed => format!("GiB used, the fullest {listed} of {all}"),
        _ => "GiB used".to_owned(),
    };
    card("File systems", note, "files", columns, rows)
}

/// By mount, so that one that begins to hang keeps its place.
fn rows(known: &[FileSystem], hanging: &[Hanging<'_>]) -> Vec<El> {
    let known = known.iter().map(|files| (&*files.mount, row(files)));
    let mut rows: Vec<_> = known.chain(hanging.iter().map(|place| (place.mount, silent(place)))).collect();
    rows.sort_by_key(|&(mount, _)| mount);
    rows.into_iter().map(|(_, row)| row).collect()
}

fn row(files: &FileSystem) -> El {
    let class = if files.percent >= f32::from(FULL) { "is-full" } else { "" };
    let read_only = if files.read_only { ", read-only" } else { "" };
    let about = format!("{} on {}, {}{read_only}", files.device, files.mount, files.kind);
    el("tr").class(class).of([
        row_name(about).text(files.mount.clone()),
        el("td").class("files-bar").of([bar(files.percent)]),
        cell("files-size", format!("{} of {}", used(files.used), size(files.total))),
        cell("files-percent", format!("{} %", fixed(files.percent, 1))),
    ])
}

/// Of one that doesn't answer there are no figures.
fn silent(Hanging { mount, device, kind }: &Hanging<'_>) -> El {
    let says = [icon(Icon::Warning, "icon text-warn-mark"), el("span").text("does not answer")];
    el("tr").of([
        row_name(format!("{device} on {mount}, {kind}")).text((*mount).to_owned()),
        el("td"),
        el("td").class("files-size"),
        el("td").class("files-silent").of([el("div").of(says)]),
    ])
}

fn bar(percent: f32) -> El {
    let path = |class, d: String| el("path").class(class).attr("d", d);
    el("svg").attr("viewBox", "0 0 100 8").attr("preserveAspectRatio", "none").attr("aria-hidden", "true").of([
        path("bar-track", "M0 2H100V6H0Z".to_owned()),
        path("bar-fill", format!("M0 2H{}V6H0Z", fixed(percent, 1))),
        path("bar-tick", format!("M{FULL} 0h1.5V8h-1.5Z")),
    ])
}

fn used(bytes: u64) -> String {
    match bytes as f32 / GIB {
        gib if gib < 1.0 => fixed(gib, 2),
        gib => format::decimal(gib),
    }
}

fn size(bytes: u64) -> String {
    match bytes as f32 / GIB {
        gib if gib < 1.0 => fixed(gib, 2),
        gib if gib < 100.0 => format::decimal(gib),
        gib => format::whole(gib),
    }
}
