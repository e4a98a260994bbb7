//! What the system says beyond what a page shows: raw counters and readings, as they are, for whoever asks (`/metrics`).
//!
//! [`Metrics`](app::model::Metrics) is the part that crosses to the page. Here an absent value means that this system
//! can't tell. Counters are the kernel's own, since boot; times are in seconds, sizes in bytes.

mod hardware;
mod host;
mod kernel;
mod latest;
mod network;
mod storage;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

pub use hardware::{Frequency, Gpu, GpuClock, PowerSupply, Quantity, Sensor};
pub use host::{Clock, Host, ServiceUnit, Session, Share, ShareUse};
pub use kernel::{
    CPU_MODES, Count, CpuTimes, Field, Kernel, LoadAverages, OpenFiles, Pressure, ProcessCounts, Stall, Unit,
};
pub use latest::Latest;
pub use network::{Flow, Interface, InterfaceCounters, TcpStates};
pub use storage::{Discards, DiskCounters, Flushes, Mount, MountPoint, Mounts, Operations};

/// All that was known at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Readings {
    /// When the sample was taken.
    pub taken: SystemTime,
    /// How long the sample took, all of it.
    pub took: Duration,
    /// Read with each sample.
    pub live: Live,
    /// Processes, as of the last reading of the process table.
    pub processes: Option<ProcessCounts>,
    /// Mounted file systems; read at the slow pace.
    pub mounts: Option<Arc<Mounts>>,
    /// What changes slowly or costs more; read at the slow pace.
    pub slow: Option<Arc<Slow>>,
    /// Graphics processors; read at the slow pace.
    pub gpus: Option<Arc<Vec<Gpu>>>,
    /// Units of systemd that have failed, or had; read once a minute.
    pub units: Option<Arc<Vec<ServiceUnit>>>,
}

/// What is cheap, and read with each sample.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Live {
    /// When the system was started, in seconds since 1970.
    pub boot_time: Option<u64>,
    /// Processors, interrupts, switches, forks.
    pub kernel: Option<Kernel>,
    /// Percent of the time of all processors, since the sample before, that other guests of the host had.
    pub steal: Option<f32>,
    /// Context switches a second, since the sample before.
    pub switches: Option<u64>,
    /// Microseconds a second, since the sample before, for which its limit held the control group's tasks back.
    pub throttled: Option<u64>,
    /// Load averages and the number of threads.
    pub load: Option<LoadAverages>,
    /// Memory by kind, as the kernel names the kinds.
    pub memory: Vec<Field>,
    /// Paging, faults, and processes killed for want of memory, as the kernel names them.
    pub paging: Vec<Count>,
    /// Time lost for want of a resource.
    pub pressure: Vec<Pressure>,
    /// Disks and what poses as one.
    pub disks: Vec<DiskCounters>,
    /// Network interfaces.
    pub interfaces: Vec<InterfaceCounters>,
    /// What protocols count, as the kernel names it: `Tcp_CurrEstab`.
    pub protocols: Vec<Count>,
    /// Sockets, as the kernel names the kinds.
    pub sockets: Vec<Field>,
    /// Open files of the whole system.
    pub files: Option<OpenFiles>,
    /// What the control group uses of its [`Share`].
    pub share: Option<ShareUse>,
}

/// What changes slowly or costs more than a sample may.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Slow {
    /// Kernel, virtualisation.
    pub host: Host,
    /// How well the clock is kept.
    pub clock: Option<Clock>,
    /// What the control group may use.
    pub share: Option<Share>,
    /// Clocks of the processors.
    pub frequencies: Vec<Frequency>,
    /// Temperatures, fans, voltages.
    pub sensors: Vec<Sensor>,
    /// Batteries and mains.
    pub power: Vec<PowerSupply>,
    /// What interfaces are, beside what they count.
    pub interfaces: Vec<Interface>,
    /// TCP sockets by state; none where there are too many to count.
    pub tcp: Option<TcpStates>,
    /// Who is logged in; none where nobody keeps track.
    pub sessions: Option<Vec<Session>>,
    /// Random bits at hand, and how many there can be.
    pub entropy: Option<(u64, u64)>,
    /// Connections that the firewall tracks, and how many it can.
    pub tracked: Option<(u64, u64)>,
}
