//! Processor use: in all, by core, and by kind of work.

use std::time::Instant;

use app::model::CpuModes;
use sysinfo::{MINIMUM_CPU_UPDATE_INTERVAL, System};

use super::percent::one_decimal;

/// Processor use between two readings.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Usage {
    /// Percent of all cores, one decimal.
    pub(super) total: f32,
    /// Percent of each core, one decimal.
    pub(super) cores: Vec<f32>,
    /// Where the system tells them (Linux).
    pub(super) modes: Option<CpuModes>,
    /// Percent that other guests of the host had; within `other` of the modes.
    pub(super) steal: Option<f32>,
}

/// Remembers the last reading.
#[derive(Debug)]
pub(super) struct Cpu {
    read_at: Instant,
    modes: Modes,
    usage: Option<Usage>,
}

impl Cpu {
    /// Takes the first reading.
    pub(super) fn new(system: &mut System) -> Self {
        system.refresh_cpu_usage();
        let mut modes = Modes::default();
        modes.read();
        Self { read_at: Instant::now(), modes, usage: None }
    }

    /// Use since the reading before; none until there are two. Readings too close to each other repeat the last use:
    /// sysinfo doesn't take them.
    pub(super) fn read(&mut self, system: &mut System) -> Option<Usage> {
        if self.read_at.elapsed() >= MINIMUM_CPU_UPDATE_INTERVAL {
            system.refresh_cpu_usage();
            let (modes, steal) = self.modes.read().unzip();
            self.read_at = Instant::now();
            let cores = system.cpus().iter().map(|core| share(core.usage())).collect();
            self.usage = Some(Usage { total: share(system.global_cpu_usage()), cores, modes, steal });
        }
        self.usage.clone()
    }
}

fn share(percent: f32) -> f32 {
    one_decimal(percent).clamp(0.0, 100.0)
}

/// Time by kind of work since boot: user, system, waiting for I/O, interrupts, stolen, idle. In any unit.
type Times = [u64; 6];

#[derive(Debug, Default)]
struct Modes {
    last: Option<Times>,
}

impl Modes {
    fn read(&mut self) -> Option<(CpuModes, f32)> {
        let now = times();
        let last = std::mem::replace(&mut self.last, now);
        between(last?, now?)
    }
}

#[cfg(target_os = "linux")]
fn times() -> Option<Times> {
    use procfs::CurrentSI as _;
    let time = procfs::KernelStats::current().ok()?.total;
    // Guests' time is in `user` and `nice` already.
    let interrupts = [time.irq, time.softirq].into_iter().flatten().sum();
    let (waiting, stolen) = (time.iowait.unwrap_or(0), time.steal.unwrap_or(0));
    Some([time.user + time.nice, time.system, waiting, interrupts, stolen, time.idle])
}

#[cfg(not(target_os = "linux"))]
fn times() -> Option<Times> {
    None
}

/// What was done between two readings, and of its `other` what was stolen.
fn between(before: Times, now: Times) -> Option<(CpuModes, f32)> {
    // Linux's `iowait` and `idle` can go back a little.
    let spent: Times = std::array::from_fn(|kind| now[kind].saturating_sub(before[kind]));
    let all: u64 = spent.iter().sum();
    let percent = |time: u64| share(time as f32 / all as f32 * 100.0);
    let [user, system, iowait, interrupts, stolen, _] = spent;
    let modes = || CpuModes {
        user: percent(user),
        system: percent(system),
        iowait: percent(iowait),
        other: percent(interrupts + stolen),
    };
    (all > 0).then(|| (modes(), percent(stolen)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_are_shares_of_the_time_between() {
        let modes = between([100, 10, 5, 1, 7, 1_000], [150, 20, 4, 2, 9, 1_137]);
        assert_eq!(modes, Some((CpuModes { user: 25.0, system: 5.0, iowait: 0.0, other: 1.5 }, 1.0)));
        assert_eq!(between([1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6]), None, "no time has passed");
    }

    #[test]
    fn the_first_reading_is_void() {
        let mut system = System::new().unwrap();
        let mut cpu = Cpu::new(&mut system);
        assert_eq!(cpu.read(&mut system), None);
        std::thread::sleep(MINIMUM_CPU_UPDATE_INTERVAL);
        let usage = cpu.read(&mut system).unwrap();
        assert!((0.0..=100.0).contains(&usage.total));
        assert!(!usage.cores.is_empty());
        assert_eq!((usage.modes.is_some(), usage.steal.is_some()), (cfg!(target_os = "linux"), usage.modes.is_some()));
        if let Some(modes) = usage.modes {
            assert!(modes.user + modes.system + modes.iowait + modes.other < 100.5, "{modes:?}");
        }
    }
}
