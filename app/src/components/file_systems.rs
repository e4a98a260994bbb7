//! The file systems: how full each is, as a bar and in figures.

use super::table::{Table, cell, column, row_name};
use super::tiles::WAITING;
use crate::element::{El, el};
use crate::format::{self, fixed};
use crate::live::Live;
use crate::model::FileSystem;

/// Percent from which on it counts as full, where the bar has its tick: the level at which an alert fires.
const FULL: u8 = 90;
const GIB: f32 = 1_073_741_824.0;

/// The card of file systems.
pub fn file_systems(live: Live) -> El {
    let table = Table {
        part: "part-files",
        title: "File systems",
        note: el("p").fixed(|note| note.class("card-note").text("GiB used")),
        class: "files",
        columns: vec![
            column("Mounted at", ""),
            column("Bar", "w-1/5"),
            column("Used of size, GiB", "files-size w-[118px]"),
            column("Used", "w-[72px]"),
        ],
        fills: false,
    };
    table.card(
        move || live.metrics.read().iter().flat_map(|metrics| &metrics.file_systems).map(row).collect(),
        move || why_empty(live),
    )
}

/// Why there are no rows.
fn why_empty(live: Live) -> Option<&'static str> {
    match &*live.metrics.read() {
        None => Some(WAITING),
        Some(metrics) => metrics.file_systems.is_empty().then_some("No file system that holds data is mounted."),
    }
}

fn row(files: &FileSystem) -> El {
    let class = if files.percent >= f32::from(FULL) { "is-full" } else { "" };
    let read_only = if files.read_only { ", read-only" } else { "" };
    let about = format!("{} on {}, {}{read_only}", files.device, files.mount, files.kind);
    el("tr").class(class).of([
        row_name(about).text(files.mount.clone()),
        el("td").class("files-bar").markup(bar(files.percent)),
        cell("files-size", format!("{} of {}", used(files.used), size(files.total))),
        cell("files-percent", format!("{} %", fixed(files.percent, 1))),
    ])
}

/// The bar as markup: a number and fixed words.
fn bar(percent: f32) -> String {
    let percent = fixed(percent, 1);
    format!(
        "<svg viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
         <rect class=\"bar-track\" y=\"2\" width=\"100\" height=\"4\"/>\
         <rect class=\"bar-fill\" y=\"2\" width=\"{percent}\" height=\"4\"/>\
         <rect class=\"bar-tick\" x=\"{FULL}\" width=\"1.5\" height=\"8\"/></svg>"
    )
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
