//! What the operating system says.
//!
//! - [`Source`]: where samples come from: this machine, or a made-up one (`--demo`)
//! - [`spawn`]: the thread that samples it and publishes what it says
//! - `system`: this machine, composed of `cpu`, `memory`, `network`, `disks`, `filesystems`, `processes`, `users`, `host`
//! - `rate`: counters to rates per second
//! - `demo`: the made-up machine

mod cpu;
mod demo;
mod disks;
mod filesystems;
mod host;
mod memory;
mod network;
mod percent;
mod processes;
mod rate;
mod sampler;
mod system;
mod users;

use std::time::Duration;

use app::model::{Host, Metrics};

pub use sampler::spawn;

/// How the machine is watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Time between two samples. Default: 1 s, the pace at which a person can follow a number.
    pub interval: Duration,
    /// Watch a made-up machine instead of this one. Default: no.
    pub demo: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self { interval: Duration::from_secs(1), demo: false }
    }
}

/// Where samples come from.
pub trait Source: Send {
    /// What doesn't change while opsglass runs.
    fn host(&self) -> Host;

    /// Takes one sample; none until the processors have been read twice. `processes` says whether the process table is
    /// read too: otherwise the last one is repeated with its own older timestamp, and the people on the machine with it.
    fn sample(&mut self, processes: bool) -> Option<Metrics>;

    /// Samples of the hour before the first, oldest first, where the source knows them.
    fn past(&mut self) -> Vec<Metrics> {
        Vec::new()
    }
}

/// The source that `config` asks for. Quick: nothing is read but the processors' first counters.
pub fn source(config: &Config) -> Box<dyn Source> {
    if config.demo {
        Box::new(demo::Demo::new(config.interval))
    } else {
        Box::new(system::OperatingSystem::new(config.interval))
    }
}
