//! The process table, by far the dearest part, and with it the people who own the processes.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Instant, SystemTime};

use app::model::{Process, ProcessTable, UserUsage};
use sysinfo::{
    MINIMUM_CPU_UPDATE_INTERVAL, Pid, ProcessRefreshKind, ProcessStatus, ProcessesToUpdate, System, ThreadKind,
    UpdateKind,
};

use super::percent::one_decimal;
use super::readings::ProcessCounts;
use super::users::{Names, Share, people};

/// Of the processes that use most processor, and of those that use most memory, so many are listed.
const TOP: usize = 20;

/// What the processes said when they were last read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reading {
    /// The processes that use most.
    pub(super) table: ProcessTable,
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
    /// Not shared with the processors' part: a process's use is measured against the time since that `System` last read
    /// the processors, which would be one tick while the processes were read five ticks ago.
    system: Option<System>,
    names: Names,
    read_at: Option<Instant>,
    latest: Option<Reading>,
}

impl Processes {
    /// Nothing is read yet.
    pub(super) fn new() -> Self {
        let system = System::new().inspect_err(|error| tracing::warn!(%error, "can't read the processes"));
        Self { system: system.ok(), names: Names::default(), read_at: None, latest: None }
    }

    /// Reads all processes. Too soon after the reading before, the last one stays: sysinfo wouldn't measure it.
    pub(super) fn refresh(&mut self) {
        let Some(system) = &mut self.system else { return };
        let first = self.read_at.is_none();
        if self.read_at.is_some_and(|at| at.elapsed() < MINIMUM_CPU_UPDATE_INTERVAL) {
            return;
        }
        // Whose a process is can change (a login), and asking each time costs nothing more.
        let kind = ProcessRefreshKind::nothing().with_cpu().with_memory().with_user(UpdateKind::Always).without_tasks();
        system.refresh_processes_specifics(ProcessesToUpdate::All, true, kind);
        let now = Instant::now();
        self.read_at = Some(now);
        if !first {
            self.names.learn(system.processes().values().filter_map(sysinfo::Process::user_id), now);
            self.latest = Some(reading(system, &self.names));
        }
    }

    /// The last reading; none until there were two.
    pub(super) fn latest(&self) -> Option<&Reading> {
        self.latest.as_ref()
    }
}

fn reading(system: &System, names: &Names) -> Reading {
    let is_process = |process: &&sysinfo::Process| process.thread_kind() != Some(ThreadKind::Userland);
    let processes = || system.processes().values().filter(is_process);
    let running = processes().filter(|process| process.status() == ProcessStatus::Run).count();
    let usages = processes().map(|process| (process.pid(), process.cpu_usage(), process.memory())).collect();
    let table = ProcessTable {
        timestamp: SystemTime::now().into(),
        total: u32::try_from(processes().count()).unwrap_or(u32::MAX),
        running: u32::try_from(running).unwrap_or(u32::MAX),
        top: top(usages).into_iter().filter_map(|pid| Some(describe(system.process(pid)?, names))).collect(),
    };
    let (active_users, users) = people(processes().filter_map(share), names);
    let mut states = BTreeMap::new();
    for process in processes() {
        *states.entry(letter(process.status())).or_default() += 1;
    }
    let counts = ProcessCounts { total: u64::from(table.total), states };
    Reading { table, active_users, users, counts }
}

/// As `ps` shows it.
fn letter(status: ProcessStatus) -> char {
    match status {
        ProcessStatus::Idle => 'I',
        ProcessStatus::Run => 'R',
        ProcessStatus::Sleep => 'S',
        ProcessStatus::Stop => 'T',
        ProcessStatus::Zombie => 'Z',
        ProcessStatus::Tracing => 't',
        ProcessStatus::Dead => 'X',
        ProcessStatus::Parked => 'P',
        ProcessStatus::UninterruptibleDiskSleep => 'D',
        _ => '?',
    }
}

fn describe(process: &sysinfo::Process, names: &Names) -> Process {
    Process {
        pid: process.pid().as_u32(),
        started: process.start_time(),
        name: process.name().to_string_lossy().into_owned(),
        user: process.user_id().map(|uid| names.name(uid)),
        cpu: one_decimal(process.cpu_usage()),
        memory: process.memory(),
    }
}

/// None for what runs for nobody: the kernel's own threads, and what has ended.
fn share(process: &sysinfo::Process) -> Option<Share<'_>> {
    let ended = matches!(process.status(), ProcessStatus::Zombie | ProcessStatus::Dead);
    if ended || process.thread_kind() == Some(ThreadKind::Kernel) {
        return None;
    }
    Some(Share { uid: process.user_id()?, cpu: process.cpu_usage(), memory: process.memory() })
}

/// The first by processor and the first by memory, each once; by processor, then memory.
fn top(mut usages: Vec<(Pid, f32, u64)>) -> Vec<Pid> {
    usages.sort_unstable_by(|a, b| b.2.cmp(&a.2).then(a.0.cmp(&b.0)));
    let mut listed: BTreeSet<Pid> = usages.iter().take(TOP).map(|usage| usage.0).collect();
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
        let busy = (0..30).map(|n| (Pid::from_u32(n), 90.0 - n as f32, 1));
        let large = (100..130).map(|n| (Pid::from_u32(n), 0.0, 1_000_000 - u64::from(n)));
        let both = std::iter::once((Pid::from_u32(500), 99.0, 9_000_000));
        let pids: Vec<u32> = top(busy.chain(large).chain(both).collect()).into_iter().map(Pid::as_u32).collect();
        let expected: Vec<u32> = std::iter::once(500).chain(0..19).chain(100..119).collect();
        assert_eq!(pids, expected);
        assert!(top(Vec::new()).is_empty());
    }

    #[test]
    fn this_process_is_one_and_its_threads_are_none() {
        let threads: Vec<_> = (0..8).map(|_| std::thread::spawn(std::thread::park)).collect();
        let mut processes = Processes::new();
        processes.refresh();
        assert_eq!(processes.latest(), None, "the first reading is void");
        processes.refresh();
        assert_eq!(processes.latest(), None, "too soon");
        std::thread::sleep(MINIMUM_CPU_UPDATE_INTERVAL);
        processes.refresh();

        let reading = processes.latest().unwrap();
        let system = processes.system.as_ref().unwrap();
        let own = system.process(Pid::from_u32(std::process::id())).expect("our own process");
        assert!(own.memory() > 0 && own.thread_kind().is_none());
        let tasks: Vec<u32> = std::fs::read_dir("/proc/self/task")
            .map(|entries| entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect())
            .unwrap_or_default();
        for task in tasks.into_iter().filter(|&task| task != std::process::id()) {
            assert!(system.process(Pid::from_u32(task)).is_none(), "thread {task}");
        }
        assert_eq!(reading.counts.states.values().sum::<u64>(), u64::from(reading.table.total));
        assert!(reading.table.total > 0 && reading.table.running <= reading.table.total);
        assert!(!reading.table.top.is_empty() && reading.table.top.len() <= 2 * TOP);
        assert_eq!(reading.active_users.is_some(), cfg!(unix));
        threads.iter().for_each(|thread| thread.thread().unpark());
    }
}
