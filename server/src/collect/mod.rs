//! What the operating system says.
//!
//! - [`Source`]: where samples come from: this machine, or a made-up one (`--demo`)
//! - [`spawn`]: the thread that samples it and publishes what it says
//! - `system`: this machine, composed of `cpu`, `memory`, `network`, `disks`, `filesystems`, `processes`, `users`, `host`
//! - [`Readings`]: what the system says beyond that, read by `linux` or `elsewhere`, and `gpu`
//! - `paced`: what is read on threads of its own, so that no sample waits for it
//! - `prober`: what may never answer, asked without waiting for it
//! - `rate`: counters to rates per second
//! - `demo`: the made-up machine

mod cpu;
mod demo;
mod disks;
#[cfg(not(target_os = "linux"))]
mod elsewhere;
mod filesystems;
#[cfg(any(target_os = "linux", windows))]
mod gpu;
mod host;
#[cfg(target_os = "linux")]
mod linux;
mod memory;
mod network;
mod paced;
mod percent;
mod prober;
mod processes;
mod rate;
pub mod readings;
mod sampler;
mod system;
mod users;

use std::sync::Arc;
use std::time::Duration;

use app::model::{Host, Metrics, Process};

pub use readings::{Latest, Readings};
pub use sampler::spawn;

/// How the machine is watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Time between two samples. Default: 1 s, the pace at which a person can follow a number.
    pub interval: Duration,
    /// Watch a made-up machine instead of this one. Default: no.
    pub demo: bool,
    /// Time between two readings of what changes slowly or costs more: file systems, sensors, clocks, batteries, TCP
    /// sockets by state, sessions, graphics processors. Default: 10 s, more often than Prometheus usually asks.
    pub slow: Duration,
    /// TCP sockets up to which they are counted by state. Default: 10,000, which takes about 10 ms.
    pub tcp_sockets: u64,
    /// Tell the command lines of processes. Default: no, for secrets stand in them.
    pub command_lines: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(1),
            demo: false,
            slow: Duration::from_secs(10),
            tcp_sockets: 10_000,
            command_lines: false,
        }
    }
}

/// Where samples come from.
pub trait Source: Send {
    /// What doesn't change while opsglass runs.
    fn host(&self) -> Host;

    /// Takes one sample; none until the processors have been read twice. `processes` says whether the process table is
    /// read too: otherwise the last one is repeated with its own older timestamp, and the people on the machine with it.
    fn sample(&mut self, processes: bool) -> Option<Metrics>;

    /// What the system said beyond the last sample; none where the source knows no more than the sample.
    fn readings(&mut self) -> Option<Readings> {
        None
    }

    /// All processes, where they have been read for the last sample and are more than it has in it.
    fn processes(&mut self) -> Option<Arc<Vec<Process>>> {
        None
    }

    /// Samples of the hour before the first, oldest first, where the source knows them.
    fn past(&mut self) -> Vec<Metrics> {
        Vec::new()
    }
}

/// The source that `config` asks for. Quick: nothing is read here but the processors' first counters; what may take long
/// is read on threads that are started.
pub fn source(config: &Config) -> Box<dyn Source> {
    if config.demo {
        Box::new(demo::Demo::new(config.interval))
    } else {
        Box::new(system::OperatingSystem::new(config))
    }
}
