//! What else is known of the machine: limits, sensors, pressure, and what it is.

use super::{ABSENT, Machine, Vital, WAITING, card};
use crate::components::table::{cell, column, row_name};
use crate::element::{El, el};

pub(super) fn vitals(machine: &Machine<'_>) -> Vec<El> {
    let columns = vec![column("What", ""), column("Value", "")];
    let rows = match machine.metrics {
        None => Err(WAITING),
        Some(_) if machine.vitals.is_empty() => Err(ABSENT),
        Some(_) => Ok(machine.vitals.iter().map(row).collect()),
    };
    card("Sensors and limits", "", "vitals", columns, rows)
}

fn row(vital: &Vital) -> El {
    let class = if vital.is_high { "vital-value is-high" } else { "vital-value" };
    el("tr").of([row_name(vital.name.clone()).text(vital.name.clone()), cell(class, vital.value.clone())])
}
