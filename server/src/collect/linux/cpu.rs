//! `/proc/stat`: read here because procfs leaves out the interrupts.

use super::text::text;
use crate::collect::readings::{CpuTimes, Kernel, LoadAverages};

/// Places of `idle` and `iowait`, see [`CPU_MODES`](crate::collect::readings::CPU_MODES).
const WAITING: [usize; 2] = [3, 4];

/// By how many seconds idle time goes back when a processor was taken out and put in again, at least.
const RESET: f64 = 3.0;

/// Reads the processors, and remembers what they said.
#[derive(Debug, Default)]
pub(super) struct Processors {
    last: Vec<CpuTimes>,
}

impl Processors {
    /// The newest counters, and when the system was started, in seconds since 1970.
    pub(super) fn read(&mut self) -> Option<(Kernel, u64)> {
        let (mut kernel, boot_time) = parse(&text("/proc/stat")?, procfs::ticks_per_second() as f64);
        hold(&self.last, &mut kernel.cpus);
        self.last.clone_from(&kernel.cpus);
        Some((kernel, boot_time))
    }
}

/// Linux lets idle times go back a little now and then; whoever takes them for counters would see a reset.
fn hold(before: &[CpuTimes], now: &mut [CpuTimes]) {
    for cpu in now {
        let Some(last) = before.iter().find(|last| last.cpu == cpu.cpu) else { continue };
        for mode in WAITING {
            let back = last.seconds[mode] - cpu.seconds[mode];
            if (0.0..RESET).contains(&back) {
                cpu.seconds[mode] = last.seconds[mode];
            }
        }
    }
}

fn parse(text: &str, ticks: f64) -> (Kernel, u64) {
    let (mut kernel, mut boot_time) = (Kernel::default(), 0);
    for line in text.lines() {
        let mut fields = line.split_ascii_whitespace();
        let Some(name) = fields.next() else { continue };
        if let Some(cpu) = super::text::numbered(name, "cpu") {
            kernel.cpus.push(times(cpu, fields, ticks));
            continue;
        }
        let place = match name {
            "intr" => &mut kernel.interrupts,
            "ctxt" => &mut kernel.switches,
            "btime" => &mut boot_time,
            "processes" => &mut kernel.forks,
            "procs_running" => &mut kernel.running,
            "procs_blocked" => &mut kernel.blocked,
            _ => continue,
        };
        *place = fields.next().and_then(|value| value.parse().ok()).unwrap_or(0);
    }
    (kernel, boot_time)
}

/// Older kernels have fewer fields: what they don't know, they have never done.
fn times<'a>(cpu: u32, fields: impl Iterator<Item = &'a str>, ticks: f64) -> CpuTimes {
    let mut seconds = fields.map(|field| field.parse::<u64>().unwrap_or(0) as f64 / ticks);
    let mut next = || seconds.next().unwrap_or(0.0);
    CpuTimes { cpu, seconds: std::array::from_fn(|_| next()), guest: std::array::from_fn(|_| next()) }
}

/// Load averages; beside them the kernel says how many threads there are.
pub(super) fn load() -> Option<LoadAverages> {
    load_of(&text("/proc/loadavg")?)
}

fn load_of(text: &str) -> Option<LoadAverages> {
    let mut fields = text.split_ascii_whitespace();
    let mut average = || fields.next()?.parse().ok();
    let averages = [average()?, average()?, average()?];
    let threads = fields.next().and_then(|threads| threads.split_once('/')?.1.parse().ok());
    Some(LoadAverages { averages, threads })
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAT: &str = "cpu  1449132 521463 399473 2171132 27984 0 9693 2229 7 9\n\
        cpu0 708189 243236 189702 1135560 8341 1 4020 1072 3 4\n\
        cpu12 740942 278226 209771 1035571\n\
        intr 17821984 0 1 2\nctxt 63115566\nbtime 1795416972\nprocesses 492199\nprocs_running 5\nprocs_blocked 2\n\
        softirq 25508160 0 1247816\n";

    #[test]
    fn counters_of_each_processor_and_of_all() {
        let (kernel, boot_time) = parse(STAT, 100.0);
        let first = CpuTimes {
            cpu: 0,
            seconds: [7081.89, 2432.36, 1897.02, 11355.6, 83.41, 0.01, 40.2, 10.72],
            guest: [0.03, 0.04],
        };
        assert_eq!(kernel.cpus[0], first);
        assert_eq!(kernel.cpus[1].cpu, 12);
        assert_eq!(kernel.cpus[1].seconds[4..], [0.0; 4], "an older kernel");
        assert_eq!(kernel.cpus.len(), 2, "the sum is none");
        assert_eq!((kernel.interrupts, kernel.switches, kernel.forks), (17_821_984, 63_115_566, 492_199));
        assert_eq!((kernel.running, kernel.blocked, boot_time), (5, 2, 1_795_416_972));
        assert_eq!(parse("cpu0 -1 x\nintr\n\nwhat 1", 100.0).0.cpus[0], CpuTimes::default());
    }

    #[test]
    fn idle_time_is_held_but_for_a_reset() {
        let cpu =
            |cpu, idle, user| CpuTimes { cpu, seconds: [user, 0.0, 0.0, idle, 0.0, 0.0, 0.0, 0.0], guest: [0.0; 2] };
        let before = [cpu(0, 100.0, 9.0), cpu(2, 100.0, 9.0)];
        let mut now = [cpu(0, 99.9, 8.0), cpu(1, 5.0, 0.0), cpu(2, 1.0, 0.0)];
        hold(&before, &mut now);
        assert_eq!(now, [cpu(0, 100.0, 8.0), cpu(1, 5.0, 0.0), cpu(2, 1.0, 0.0)]);
    }

    #[test]
    fn load_and_threads() {
        let load = load_of("8.30 5.82 3.84 5/134 5388").unwrap();
        assert_eq!((load.averages, load.threads), ([8.3, 5.82, 3.84], Some(134)));
        assert_eq!(load_of("8.30 5.82"), None);
    }
}
