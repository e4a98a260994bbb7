//! What a server costs, as the system says: processor time and memory of its processes, and the kernel's memory.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use std::{fs, thread};

use anyhow::{Context as _, Result};
use procfs::process::Process;
use procfs::{Current as _, ProcResult};

/// Time between two looks for the highest use.
const SAMPLE: Duration = Duration::from_millis(500);

/// The processes of a server: the one that was named, and all that descend from it. A descendant that has ended costs
/// nothing any more.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    pids: Vec<i32>,
}

/// Memory, in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Memory {
    /// Of the processes (proportional set size).
    pub(crate) user: u64,
    /// What the buffers of TCP hold, on the whole machine, both ends of each connection (`/proc/net/sockstat`).
    pub(crate) buffers: u64,
    /// The kernel's own objects, on the whole machine (`Slab` in `/proc/meminfo`). The heads of small packets are among
    /// them, and counted as buffers as well.
    pub(crate) objects: u64,
}

impl Memory {
    /// What has come on top since then; nothing where it has shrunk.
    pub(crate) fn since(self, before: Self) -> Self {
        self.with(before, u64::saturating_sub)
    }

    /// The share of each of that many.
    pub(crate) fn per(self, count: usize) -> Self {
        let count = u64::try_from(count.max(1)).unwrap_or(u64::MAX);
        self.with(self, |bytes, _| bytes / count)
    }

    fn highest(self, other: Self) -> Self {
        self.with(other, u64::max)
    }

    fn with(self, other: Self, join: impl Fn(u64, u64) -> u64) -> Self {
        Self {
            user: join(self.user, other.user),
            buffers: join(self.buffers, other.buffers),
            objects: join(self.objects, other.objects),
        }
    }
}

impl Server {
    /// That process and its descendants as of now.
    ///
    /// # Errors
    /// When there is no such process.
    pub(crate) fn of(pid: i32) -> Result<Self> {
        Process::new(pid).with_context(|| format!("there is no process {pid}"))?;
        let parents: Vec<(i32, i32)> = procfs::process::all_processes()?
            .filter_map(|process| process.ok()?.stat().ok())
            .map(|stat| (stat.pid, stat.ppid))
            .collect();
        let mut pids = vec![pid];
        let mut at = 0;
        while let Some(&above) = pids.get(at) {
            pids.extend(parents.iter().filter(|(_, parent)| *parent == above).map(|(pid, _)| *pid));
            at += 1;
        }
        Ok(Self { pids })
    }

    /// Processor time since the start, in user mode and in the kernel.
    ///
    /// # Errors
    /// When the server is gone.
    pub(crate) fn cpu(&self) -> Result<Duration> {
        let stats = self.each(Process::stat)?;
        let ticks: u64 = stats.iter().map(|stat| stat.utime + stat.stime).sum();
        Ok(Duration::from_secs_f64(ticks as f64 / procfs::ticks_per_second() as f64))
    }

    /// Memory as of now.
    ///
    /// # Errors
    /// When the server is gone, or may not be looked at.
    pub(crate) fn memory(&self) -> Result<Memory> {
        let mut user = 0;
        for rollup in self.each(Process::smaps_rollup)? {
            let pss = rollup.memory_map_rollup.0.first().and_then(|map| map.extension.map.get("Pss").copied());
            user += pss.context("the system does not tell the memory of a process")?;
        }
        let objects = procfs::Meminfo::current()?.slab;
        let sockstat = fs::read_to_string("/proc/net/sockstat")?;
        let pages = tcp_pages(&sockstat).context("the system does not tell the memory of its sockets")?;
        Ok(Memory { user, buffers: pages * procfs::page_size(), objects })
    }

    // Asks the server, and those of its descendants that there still are.
    fn each<T>(&self, ask: impl Fn(&Process) -> ProcResult<T>) -> Result<Vec<T>> {
        let mut answers = Vec::with_capacity(self.pids.len());
        for (n, pid) in self.pids.iter().enumerate() {
            match Process::new(*pid).and_then(|process| ask(&process)) {
                Ok(answer) => answers.push(answer),
                Err(_) if n > 0 => {}
                Err(error) => return Err(error).context("the server is gone, or cannot be looked at"),
            }
        }
        Ok(answers)
    }

    /// Looks every half second until told to stop, and returns the highest values.
    ///
    /// # Errors
    /// When the server is gone.
    pub(crate) fn peak(&self, stop: &AtomicBool) -> Result<Memory> {
        let mut peak = self.memory()?;
        while !stop.load(Ordering::Relaxed) {
            thread::sleep(SAMPLE);
            peak = peak.highest(self.memory()?);
        }
        Ok(peak)
    }
}

// The pages that TCP buffers take: `TCP: inuse 5 orphan 0 tw 2 alloc 9 mem 3`.
fn tcp_pages(sockstat: &str) -> Option<u64> {
    let line = sockstat.lines().find_map(|line| line.strip_prefix("TCP:"))?;
    let mut words = line.split_whitespace().skip_while(|word| *word != "mem");
    words.nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_uses_something() {
        let own = Server::of(i32::try_from(std::process::id()).unwrap()).unwrap();
        own.cpu().unwrap();
        let memory = own.memory().unwrap();
        assert!(memory.user > 100_000 && memory.objects > 100_000, "{memory:?}");
        assert!(Server::of(i32::MAX).is_err());
    }

    #[test]
    fn the_pages_of_tcp_are_found() {
        let sockstat = "sockets: used 301\nTCP: inuse 5 orphan 0 tw 2 alloc 9 mem 3\nUDP: inuse 3 mem 2\n";
        assert_eq!(tcp_pages(sockstat), Some(3));
        assert_eq!(tcp_pages("sockets: used 301\n"), None);
    }

    #[test]
    fn growth_is_shared_out_and_never_negative() {
        let memory = |user, buffers, objects| Memory { user, buffers, objects };
        assert_eq!(memory(30, 5, 8).since(memory(10, 7, 8)), memory(20, 0, 0));
        assert_eq!(memory(30, 10, 50).per(10), memory(3, 1, 5));
        assert_eq!(memory(30, 10, 50).per(0), memory(30, 10, 50));
        assert_eq!(memory(30, 10, 5).highest(memory(20, 20, 5)), memory(30, 20, 5));
    }
}
