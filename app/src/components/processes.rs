//! The processes that use most, by processor or by memory.

use leptos::prelude::*;

use super::icon::{Icon, icon};
use super::table::{Table, cell, column, row_name};
use super::tiles::WAITING;
use crate::element::{El, el, moving};
use crate::format;
use crate::live::Live;
use crate::model::{Process, ProcessTable};

/// Rows at most; what doesn't fit is scrolled to.
const ROWS: usize = 20;

/// What the table is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Cpu,
    Memory,
}

/// The table of processes.
pub fn processes(live: Live) -> El {
    let sort = RwSignal::new(Sort::Cpu);
    let counts = move || {
        live.metrics.with(|metrics| metrics.as_ref().and_then(|metrics| metrics.processes.as_ref()).map(counts))
    };
    let table = Table {
        part: "part-processes",
        title: "Processes",
        note: el("p").class("card-note").text(moving(move || counts().unwrap_or_default())),
        class: "grid-table",
        columns: vec![
            column("Process", ""),
            column("PID", "column-pid w-[76px]"),
            header("CPU %", Sort::Cpu, sort),
            header("Memory", Sort::Memory, sort),
        ],
        fills: true,
    };
    table.card(move || rows(live, sort.get()), move || counts().is_none().then_some(WAITING))
}

fn counts(table: &ProcessTable) -> String {
    format!("{}, {} running", format::count(u64::from(table.total)), format::count(u64::from(table.running)))
}

fn header(label: &'static str, by: Sort, sort: RwSignal<Sort>) -> El {
    let sorted = moving(move || if sort.get() == by { "descending" } else { "none" }.to_owned());
    let button = el("button").attr("type", "button").class("sort").on("click", move |_| sort.set(by));
    el("th")
        .attr("scope", "col")
        .class("w-[96px]")
        .attr("aria-sort", sorted)
        .of([button.of([el("span").text(label), icon(Icon::ArrowDown, "icon-12")])])
}

fn rows(live: Live, sort: Sort) -> Vec<El> {
    live.metrics.with(|metrics| {
        let Some(table) = metrics.as_ref().and_then(|metrics| metrics.processes.as_ref()) else { return Vec::new() };
        let mut processes: Vec<&Process> = table.top.iter().collect();
        processes.sort_by(|a, b| match sort {
            Sort::Cpu => b.cpu.total_cmp(&a.cpu).then(b.memory.cmp(&a.memory)),
            Sort::Memory => b.memory.cmp(&a.memory),
        });
        processes.into_iter().take(ROWS).map(row).collect()
    })
}

fn row(process: &Process) -> El {
    let memory = format::bytes(process.memory);
    let user = process.user.as_ref().map(|user| format!(" {user}")).unwrap_or_default();
    let name = [el("span").text(process.name.clone()), el("span").class("process-user").text(user.clone())];
    el("tr").of([
        row_name(format!("{}{user}", process.name)).of(name),
        cell("column-pid", process.pid.to_string()),
        cell("strong", format::decimal(process.cpu)),
        cell("strong", format!("{} {}", memory.value, memory.unit)),
    ])
}
