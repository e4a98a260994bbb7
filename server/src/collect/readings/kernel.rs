//! Processors, memory, processes.

/// Kinds of work, in the order of [`CpuTimes::seconds`].
pub const CPU_MODES: [&str; 8] = ["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"];

/// What `/proc/stat` says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Kernel {
    /// Each processor.
    pub cpus: Vec<CpuTimes>,
    /// Interrupts served.
    pub interrupts: u64,
    /// Context switches.
    pub switches: u64,
    /// Processes and threads started.
    pub forks: u64,
    /// Threads that run or could.
    pub running: u64,
    /// Threads that wait for a disk.
    pub blocked: u64,
}

/// What one processor did since boot.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct CpuTimes {
    /// Its number.
    pub cpu: u32,
    /// Seconds by kind of work, see [`CPU_MODES`].
    pub seconds: [f64; 8],
    /// Seconds in guests, and in such of low priority; they are in `user` and `nice` too.
    pub guest: [f64; 2],
}

/// Load averages.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LoadAverages {
    /// Over 1, 5 and 15 minutes.
    pub averages: [f64; 3],
    /// Threads that there are; none where the system doesn't say it with these.
    pub threads: Option<u64>,
}

/// What a [`Field`] is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Bytes.
    Bytes,
    /// A number of things.
    Number,
}

/// A reading by the kernel's own name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The kernel's name, made fit for a metric's.
    pub name: String,
    /// The reading.
    pub value: u64,
    /// What it is in.
    pub unit: Unit,
}

/// A counter by the kernel's own name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// The kernel's name.
    pub name: String,
    /// Some, like `Icmp_InMsgs`, are only ever counted up; a few, like `Tcp_CurrEstab`, are not.
    pub value: i64,
}

/// Time lost for want of one resource.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pressure {
    /// `cpu`, `memory` or `io`.
    pub resource: &'static str,
    /// Some tasks waited.
    pub some: Stall,
    /// All tasks waited; always 0 for processors. None on older kernels.
    pub full: Option<Stall>,
}

/// Time lost.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Stall {
    /// Share of the last 10 s, 60 s and 300 s, 0–1.
    pub shares: [f64; 3],
    /// Seconds since boot.
    pub seconds: f64,
}

/// Open files of the whole system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenFiles {
    /// Handles in use.
    pub allocated: u64,
    /// Handles that there can be.
    pub maximum: u64,
}

/// How many processes are in which state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProcessCounts {
    /// All of them.
    pub total: u64,
    /// By state, the letter that `ps` shows: `R` runs, `S` sleeps, `D` waits for a disk, `Z` has ended ...
    pub states: std::collections::BTreeMap<char, u64>,
}
