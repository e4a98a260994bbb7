//! The processes that use most, by processor or by memory.

use leptos::prelude::*;

use super::icon::{Icon, icon};
use super::tiles::WAITING;
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
#[component]
pub fn Processes(
    /// What the page knows.
    live: Live,
) -> impl IntoView {
    let sort = RwSignal::new(Sort::Cpu);
    let table = move |read: fn(&ProcessTable) -> String| {
        live.metrics.with(|metrics| metrics.as_ref().and_then(|metrics| metrics.processes.as_ref()).map(read))
    };
    view! {
        <section class="card part-processes" id="part-processes">
            <div class="card-head">
                <h2 class="card-title">"Processes"</h2>
                <p class="card-note">{move || table(counts)}</p>
            </div>
            <div class="fill">
                <div class="scroll" tabindex="0" role="region" aria-label="Processes">
                    <table class="grid-table">
                        <thead>
                            <tr>
                                <th scope="col">"Process"</th>
                                <th scope="col" class="column-pid w-[76px]">"PID"</th>
                                {header("CPU %", Sort::Cpu, sort)}
                                {header("Memory", Sort::Memory, sort)}
                            </tr>
                        </thead>
                        <tbody>{move || rows(live, sort.get())}</tbody>
                    </table>
                    {move || table(counts).is_none().then(|| view! { <p class="hint">{WAITING}</p> })}
                </div>
            </div>
        </section>
    }
    .into_any()
}

fn counts(table: &ProcessTable) -> String {
    format!("{}, {} running", format::count(u64::from(table.total)), format::count(u64::from(table.running)))
}

fn header(label: &'static str, by: Sort, sort: RwSignal<Sort>) -> impl IntoView {
    view! {
        <th scope="col" class="w-[96px]" aria-sort=move || if sort.get() == by { "descending" } else { "none" }>
            <button type="button" class="sort" on:click=move |_| sort.set(by)>
                {label}
                {icon(Icon::ArrowDown, "icon-12")}
            </button>
        </th>
    }
}

fn rows(live: Live, sort: Sort) -> impl IntoView {
    live.metrics.with(|metrics| {
        let table = metrics.as_ref().and_then(|metrics| metrics.processes.as_ref())?;
        let mut processes: Vec<&Process> = table.top.iter().collect();
        processes.sort_by(|a, b| match sort {
            Sort::Cpu => b.cpu.total_cmp(&a.cpu).then(b.memory.cmp(&a.memory)),
            Sort::Memory => b.memory.cmp(&a.memory),
        });
        Some(processes.into_iter().take(ROWS).map(row).collect::<Vec<_>>())
    })
}

fn row(process: &Process) -> impl IntoView + use<> {
    let memory = format::bytes(process.memory);
    let user = process.user.clone().map(|user| format!(" {user}")).unwrap_or_default();
    let whole = format!("{}{user}", process.name);
    view! {
        <tr>
            <th scope="row" title=whole>
                {process.name.clone()}
                <span class="process-user">{user}</span>
            </th>
            <td class="column-pid">{process.pid.to_string()}</td>
            <td class="strong">{format::decimal(process.cpu)}</td>
            <td class="strong">{format!("{} {}", memory.value, memory.unit)}</td>
        </tr>
    }
}
