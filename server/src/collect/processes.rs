//! The process table, by far the dearest part, and with it the people who own the processes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use app::model::{Process, ProcessTable, UserUsage};
use sysinfo::{MINIMUM_CPU_UPDATE_INTERVAL, Uid};

#[cfg(not(target_os = "linux"))]
use super::elsewhere::Table;
#[cfg(target_os = "linux")]
use super::linux::Table;
use super::percent::one_decimal;
use super::readings::ProcessCounts;
use super::users::{Names, Share, people};

/// Of the processes that use most processor, and of those that use most memory, so many are listed.
const TOP: usize = 20;

/// One process.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    /// Its number.
    pub(super) pid: u32,
    /// Seconds since 1970.
    pub(super) started: u64,
    /// What it calls itself.
    pub(super) name: String,
    /// Who started it.
    pub(super) uid: Option<Uid>,
    /// Percent of one core, since the reading before; 0 in its first.
    pub(super) cpu: f32,
    /// Resident bytes.
    pub(super) memory: u64,
    /// Its command line, where that may be told.
    pub(super) command: Option<String>,
    /// Its state as `ps` shows it: `R`, `S`, ...
    pub(super) state: char,
    /// A thread of the kernel.
    pub(super) kernel: bool,
}

/// What the processes said when they were last read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reading {
    /// The processes that use most.
    pub(super) table: ProcessTable,
    /// All processes, in no order.
    pub(super) all: Arc<Vec<Process>>,
    /// People who own a running process.
    pub(super) active_users: Option<u32>,
    /// What they use.
    pub(super) users: Vec<UserUsage>,
    /// All processes by state.
    pub(super) counts: ProcessCounts,
}

/// Remembers the last reading.
#[derive(Debug)]
pub(super) struct Processes {
    table: Table,
    names: Names,
    read_at: Option<Instant>,
    latest: Option<Reading>,
}

impl Processes {
    /// Nothing is read yet.
    pub(super) fn new(command_lines: bool) -> Self {
        Self { table: Table::new(command_lines), names: Names::default(), read_at: None, latest: None }
    }

    /// Reads all processes. Too soon after the reading before, the last one stays: there is too little to measure.
    pub(super) fn refresh(&mut self) {
        let first = self.read_at.is_none();
        if self.read_at.is_some_and(|at| at.elapsed() < MINIMUM_CPU_UPDATE_INTERVAL) {
            return;
        }
        self.table.refresh();
        let now = Instant::now();
        self.read_at = Some(now);
        if !first {
            self.names.learn(self.table.rows().filter_map(|row| row.uid.as_ref()), now);
            self.latest = Some(reading(self.table.rows(), &self.names));
        }
    }

    /// The last reading; none until there were two.
    pub(super) fn latest(&self) -> Option<&Reading> {
        self.latest.as_ref()
    }
}

fn reading<'a>(rows: impl Iterator<Item = &'a Row> + Clone, names: &Names) -> Reading {
    let mut counts = ProcessCounts::default();
    for row in rows.clone() {
        counts.total += 1;
        *counts.states.entry(row.state).or_default() += 1;
    }
    let number = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    let listed = top(rows.clone().map(|row| (row.pid, row.cpu, row.memory)).collect());
    let all: Vec<Process> = rows.clone().map(|row| describe(row, names)).collect();
    let by_number: BTreeMap<u32, &Process> = all.iter().map(|process| (process.pid, process)).collect();
    let states = counts.states.iter().map(|(state, &count)| (state.to_string(), number(count)));
    let table = ProcessTable {
        timestamp: SystemTime::now().into(),
        total: number(counts.total),
        running: number(counts.states.get(&'R').copied().unwrap_or(0)),
        states: states.collect(),
        top: listed.into_iter().filter_map(|pid| by_number.get(&pid).copied().cloned()).collect(),
    };
    let (active_users, users) = people(rows.filter_map(share), names);
    Reading { table, all: Arc::new(all), active_users, users, counts }
}

fn describe(row: &Row, names: &Names) -> Process {
    Process {
        pid: row.pid,
        started: row.started,
        name: row.name.clone(),
        command: row.command.clone(),
        user: row.uid.as_ref().map(|uid| names.name(uid)),
        cpu: one_decimal(row.cpu),
        memory: row.memory,
    }
}

/// None for what runs for nobody: the kernel's own threads, and what has ended.
fn share(row: &Row) -> Option<Share<'_>> {
    let ended = ['Z', 'X', 'x'].contains(&row.state);
    let somebodys = !ended && !row.kernel;
    Some(Share { uid: row.uid.as_ref().filter(|_| somebodys)?, cpu: row.cpu, memory: row.memory })
}

/// The first by processor and the first by memory, each once; by processor, then memory.
fn top(mut usages: Vec<(u32, f32, u64)>) -> Vec<u32> {
    usages.sort_unstable_by(|a, b| b.2.cmp(&a.2).then(a.0.cmp(&b.0)));
    let mut listed: BTreeSet<u32> = usages.iter().take(TOP).map(|usage| usage.0).collect();
    // Stable, so that among equals by processor the order by memory stays.
    usages.sort_by(|a, b| b.1.total_cmp(&a.1));
    listed.extend(usages.iter().take(TOP).map(|usage| usage.0));
    usages.into_iter().map(|usage| usage.0).filter(|pid| listed.contains(pid)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn top_is_the_union_of_the_first_by_each() {
        let busy = (0..30).map(|n| (n, 90.0 - n as f32, 1));
        let large = (100..130).map(|n| (n, 0.0, 1_000_000 - u64::from(n)));
        let both = std::iter::once((500, 99.0, 9_000_000));
        let pids = top(busy.chain(large).chain(both).collect());
        let expected: Vec<u32> = std::iter::once(500).chain(0..19).chain(100..119).collect();
        assert_eq!(pids, expected);
        assert!(top(Vec::new()).is_empty());
    }

    #[test]
    fn this_process_is_one_and_its_threads_are_none() {
        let threads: Vec<_> = (0..8).map(|_| std::thread::spawn(std::thread::park)).collect();
        let mut processes = Processes::new(false);
        processes.refresh();
        assert_eq!(processes.latest(), None, "the first reading is void");
        processes.refresh();
        assert_eq!(processes.latest(), None, "too soon");
        std::thread::sleep(MINIMUM_CPU_UPDATE_INTERVAL);
        processes.refresh();

        let reading = processes.latest().unwrap();
        let is_process = |pid| processes.table.rows().any(|row| row.pid == pid);
        assert!(is_process(std::process::id()), "our own process");
        let tasks: Vec<u32> = std::fs::read_dir("/proc/self/task")
            .map(|entries| entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect())
            .unwrap_or_default();
        for task in tasks.into_iter().filter(|&task| task != std::process::id()) {
            assert!(!is_process(task), "thread {task}");
        }
        assert_eq!(reading.counts.states.values().sum::<u64>(), u64::from(reading.table.total));
        assert!(reading.table.total > 0 && reading.table.running <= reading.table.total);
        assert!(!reading.table.top.is_empty() && reading.table.top.len() <= 2 * TOP);
        assert_eq!(reading.active_users.is_some(), cfg!(unix));
        threads.iter().for_each(|thread| thread.thread().unpark());
    }
}
