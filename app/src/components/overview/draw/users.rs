//! Who is on the machine, and what they use.

use super::{ABSENT, Machine, WAITING, card};
use crate::components::table::{cell, column, row_name};
use crate::element::{El, el};
use crate::format;
use crate::model::UserUsage;

pub(super) fn users(machine: &Machine<'_>) -> Vec<El> {
    let columns = vec![
        column("Account", ""),
        column("Processes", "w-[78px]"),
        column("CPU %", "w-[52px]"),
        column("Memory", "w-[82px]"),
    ];
    let rows = match machine.metrics {
        None => Err(WAITING),
        Some(metrics) if metrics.active_users.is_none() => Err(ABSENT),
        Some(metrics) if metrics.users.is_empty() => Err("Nobody is on this machine."),
        Some(metrics) => Ok(metrics.users.iter().map(row).collect()),
    };
    card("Users", "CPU in % of one core", "grid-table users", columns, rows)
}

fn row(user: &UserUsage) -> El {
    let memory = format::bytes(user.memory);
    el("tr").of([
        row_name(user.name.clone()).text(user.name.clone()),
        cell("", format::count(u64::from(user.processes))),
        cell("strong", format::decimal(user.cpu)),
        cell("", format!("{} {}", memory.value, memory.unit)),
    ])
}
