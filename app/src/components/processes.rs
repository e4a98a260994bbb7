//! The processes that use most, by processor or by memory.

use super::icon::{Icon, icon};
use super::table::{Table, cell, column, row_name};
use super::tiles::WAITING;
use crate::element::{El, el, moving};
use crate::format;
use crate::live::Live;
use crate::model::{Process, ProcessTable};
use crate::order::ordered;
use crate::watched::Watched;

/// Rows at most; what doesn't fit is scrolled to.
const ROWS: usize = 20;

/// The table of processes.
pub fn processes(live: Live) -> El {
    let by_memory = Watched::new(false);
    let counts = move || live.metrics.read().as_ref().and_then(|metrics| metrics.processes.as_ref()).map(counts);
    let table = Table {
        part: "part-processes",
        title: "Processes",
        note: el("p").fixed(|note| note.class("card-note")).text(moving(move || counts().unwrap_or_default())),
        class: "grid-table",
        columns: vec![
            column("Process", ""),
            column("PID", "column-pid w-[76px]"),
            header("CPU %", false, by_memory),
            header("Memory", true, by_memory),
        ],
        fills: true,
    };
    table.card(move || rows(live, by_memory.get()), move || counts().is_none().then_some(WAITING))
}

fn counts(table: &ProcessTable) -> String {
    format!("{}, {} running", format::count(u64::from(table.total)), format::count(u64::from(table.running)))
}

/// The head of a column that the table can be sorted by: memory, else processor.
fn header(label: &'static str, memory: bool, by_memory: Watched<bool>) -> El {
    let sorted = moving(move || if by_memory.get() == memory { "descending" } else { "none" }.to_owned());
    let button = el("button").fixed(|button| {
        let content = [el("span").text(label), icon(Icon::ArrowDown, "icon-12")];
        button.attr("type", "button").class("sort").of(content)
    });
    el("th")
        .fixed(|column| column.attr("scope", "col").class("w-[96px]"))
        .attr("aria-sort", sorted)
        .of([button.on("click", move |_| by_memory.set(memory))])
}

fn rows(live: Live, by_memory: bool) -> Vec<El> {
    let metrics = live.metrics.read();
    let Some(table) = metrics.as_ref().and_then(|metrics| metrics.processes.as_ref()) else { return Vec::new() };
    let processes = ordered(table.top.iter(), |a, b| {
        let memory = b.memory.cmp(&a.memory);
        if by_memory { memory } else { b.cpu.total_cmp(&a.cpu).then(memory) }
    });
    processes.into_iter().take(ROWS).map(row).collect()
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
