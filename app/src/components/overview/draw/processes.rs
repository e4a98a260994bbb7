//! The processes: how many there are, and rows of them.

use super::{Machine, WAITING};
use crate::components::table::{cell, row_name};
use crate::element::{El, el, words};
use crate::filter::Filter;
use crate::format;
use crate::model::{Process, ProcessQuery, ProcessSort, ProcessTable};

/// Rows of the busiest; what doesn't fit is scrolled to.
const BUSIEST: usize = 20;
/// Rows of what is looked for.
const FOUND: usize = 100;
/// What the letters stand for, in the order in which they are told, and whether also in short.
const STATES: [(&str, &str, bool); 8] = [
    ("R", "running", true),
    ("D", "waiting for a disk", true),
    ("T", "stopped", true),
    ("t", "traced", true),
    ("Z", "zombie", true),
    ("S", "sleeping", false),
    ("I", "idle", false),
    ("X", "dead", false),
];

/// How many there are: in short what is worth a look, in full on hovering.
pub(super) fn counts(machine: &Machine<'_>) -> Vec<El> {
    let note = el("p").class("card-note");
    let Some(table) = table(machine) else { return vec![note] };
    let count = |number: u32| format::count(u64::from(number));
    let (mut short, mut full) = (count(table.total), format!("{} in all", count(table.total)));
    for (letter, word, is_told) in STATES {
        let number = table.states.get(letter).copied().unwrap_or(0);
        let said = format!(", {} {word}", count(number));
        if number > 0 {
            full.push_str(&said);
        }
        if letter == "R" || number > 0 && is_told {
            short.push_str(&said);
        }
    }
    vec![note.attr("title", full).text(short)]
}

pub(super) fn busiest(machine: &Machine<'_>) -> Vec<El> {
    let Some(table) = table(machine) else { return vec![says(WAITING.to_owned())] };
    let mut processes: Vec<&Process> = table.top.iter().collect();
    sort(&mut processes, ProcessSort::Cpu);
    processes.into_iter().take(BUSIEST).map(row).collect()
}

fn table<'a>(machine: &Machine<'a>) -> Option<&'a ProcessTable> {
    machine.metrics.and_then(|metrics| metrics.processes.as_ref())
}

/// The rows of those among `all` that `query` asks for, in words.
pub fn processes(all: &[Process], query: &ProcessQuery) -> Vec<String> {
    let found = query.select(all);
    let mut rows: Vec<El> = found.iter().take(FOUND).map(|process| row(process)).collect();
    match found.len() {
        0 => rows.push(says("No process is like that.".to_owned())),
        count if count > FOUND => rows.push(says(format!("and {} more", format::count((count - FOUND) as u64)))),
        _ => {}
    }
    words(&rows)
}

impl ProcessQuery {
    /// Those among `all` that are asked for, in order. The filter is held against name, account, number and command line.
    pub fn select<'a>(&self, all: &'a [Process]) -> Vec<&'a Process> {
        let filter = Filter::new(&self.filter);
        let admits = |process: &&Process| {
            let pid = process.pid.to_string();
            let texts = [Some(&process.name), process.user.as_ref(), Some(&pid), process.command.as_ref()];
            filter.admits(&texts.into_iter().flatten().map(String::as_str))
        };
        let mut found: Vec<&Process> = all.iter().filter(admits).collect();
        sort(&mut found, self.sort);
        found
    }
}

fn sort(processes: &mut [&Process], by: ProcessSort) {
    processes.sort_by(|a, b| {
        let memory = b.memory.cmp(&a.memory);
        match by {
            ProcessSort::Cpu => b.cpu.total_cmp(&a.cpu).then(memory),
            ProcessSort::Memory => memory,
            ProcessSort::Name => a.name.to_lowercase().cmp(&b.name.to_lowercase()).then(a.pid.cmp(&b.pid)),
        }
    });
}

fn row(process: &Process) -> El {
    let memory = format::bytes(process.memory);
    let user = process.user.as_ref().map(|user| format!(" {user}")).unwrap_or_default();
    let mut name = vec![el("span").text(process.name.clone()), el("span").class("process-user").text(user.clone())];
    if let Some(command) = &process.command {
        name.push(el("span").class("process-user").text(format!(" {command}")));
    }
    let about = process.command.as_ref().map(|command| format!(": {command}")).unwrap_or_default();
    el("tr").of([
        row_name(format!("{}{user}{about}", process.name)).of(name),
        cell("column-pid", process.pid.to_string()),
        cell("strong", format::decimal(process.cpu)),
        cell("strong", format!("{} {}", memory.value, memory.unit)),
    ])
}

/// A row that says something of the others.
fn says(text: String) -> El {
    el("tr").of([el("td").attr("colspan", "4").class("hint").text(text)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn process(pid: u32, name: &str, cpu: f32, memory: u64) -> Process {
        let user = Some("app".to_owned());
        Process { pid, started: 0, name: name.to_owned(), command: None, user, cpu, memory }
    }

    fn found(filter: &str, sort: ProcessSort, all: &[Process]) -> Vec<u32> {
        let query = ProcessQuery { sort, filter: filter.to_owned() };
        query.select(all).into_iter().map(|process| process.pid).collect()
    }

    #[test]
    fn any_of_them_can_be_found_and_sorted() {
        let mut all = vec![process(7, "nginx", 1.0, 30), process(12, "Cron", 5.0, 10), process(70, "node", 5.0, 20)];
        all[0].command = Some("nginx -g daemon".to_owned());
        assert_eq!(found("", ProcessSort::Cpu, &all), [70, 12, 7]);
        assert_eq!(found("", ProcessSort::Memory, &all), [7, 70, 12]);
        assert_eq!(found("", ProcessSort::Name, &all), [12, 7, 70]);
        assert_eq!(found("N -daemon", ProcessSort::Name, &all), [12, 70]);
        assert_eq!(found("7 app", ProcessSort::Name, &all), [7, 70], "by number and account");
        assert!(found("nobody", ProcessSort::Cpu, &all).is_empty());
    }

    #[test]
    fn what_is_not_shown_is_counted() {
        let all: Vec<Process> = (0..FOUND as u32 + 5).map(|pid| process(pid, "x", 0.0, 0)).collect();
        let said = processes(&all, &ProcessQuery { filter: "x".to_owned(), ..ProcessQuery::default() });
        assert!(said.contains(&"=and 5 more".to_owned()));
        assert!(processes(&[], &ProcessQuery::default()).contains(&"=No process is like that.".to_owned()));
    }
}
