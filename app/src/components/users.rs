//! Who is on the machine, and what they use.

use super::table::{Table, cell, column, row_name};
use super::tiles::{ABSENT, WAITING};
use crate::element::{El, el};
use crate::format;
use crate::live::Live;
use crate::model::UserUsage;

/// The card of users.
pub fn users(live: Live) -> El {
    let table = Table {
        part: "part-users",
        title: "Users",
        note: el("p").fixed(|note| note.class("card-note").text("CPU in % of one core")),
        class: "grid-table users",
        columns: vec![
            column("Account", ""),
            column("Processes", "w-[78px]"),
            column("CPU %", "w-[52px]"),
            column("Memory", "w-[82px]"),
        ],
        fills: false,
    };
    table.card(
        move || live.metrics.read().iter().flat_map(|metrics| &metrics.users).map(row).collect(),
        move || why_empty(live),
    )
}

/// Why there are no rows.
fn why_empty(live: Live) -> Option<&'static str> {
    match &*live.metrics.read() {
        None => Some(WAITING),
        Some(metrics) if metrics.active_users.is_none() => Some(ABSENT),
        Some(metrics) => metrics.users.is_empty().then_some("Nobody is on this machine."),
    }
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
