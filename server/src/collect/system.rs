//! This machine.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use app::model::{FileSystem, Host, Metrics, Process};
use sysinfo::System;

use super::cpu::Cpu;
use super::disks::Disks;
#[cfg(not(target_os = "linux"))]
use super::elsewhere as beyond;
#[cfg(any(target_os = "linux", windows))]
use super::gpu::Gpus;
#[cfg(target_os = "linux")]
use super::linux as beyond;
use super::network::Network;
use super::paced::Paced;
use super::percent::percent;
use super::processes::Processes;
use super::rate::{Clock, Gains};
use super::readings::{Gpu, Live, Mounts, Readings, ServiceUnit, Slow};
use super::{Config, Source, filesystems, host, memory};

/// A unit that has failed does so for longer, and each look is a program that is started.
const BETWEEN_UNITS: Duration = Duration::from_secs(60);

/// File systems: for the page, and in full.
type Storage = (Vec<FileSystem>, Arc<Mounts>);

/// Reads this machine through its operating system.
#[derive(Debug)]
pub(super) struct OperatingSystem {
    host: Host,
    /// None on a system that sysinfo can't read: then there are no samples.
    processors: Option<(System, Cpu)>,
    clock: Clock,
    network: Network,
    disks: Disks,
    processes: Processes,
    live: beyond::LiveReader,
    gains: Gains,
    storage: Option<Paced<Storage>>,
    slow: Option<Paced<Slow>>,
    gpus: Option<Paced<Vec<Gpu>>>,
    units: Option<Paced<Option<Arc<Vec<ServiceUnit>>>>>,
    readings: Option<Readings>,
}

impl OperatingSystem {
    /// Takes the processors' first reading.
    pub(super) fn new(config: &Config) -> Self {
        let system = System::new().inspect_err(|error| tracing::error!(%error, "can't read this system"));
        let processors = system.ok().map(|mut system| {
            let cpu = Cpu::new(&mut system);
            let memory = memory::read(&mut system).0.total;
            (system, cpu, memory)
        });
        let memory = processors.as_ref().map_or(0, |&(_, _, memory)| memory);
        let processors = processors.map(|(system, cpu, _)| (system, cpu));
        let cores = processors.as_ref().map_or(0, |(system, _)| system.cpus().len());
        Self {
            host: host::read(cores, memory, config.interval),
            processors,
            clock: Clock::default(),
            network: Network::default(),
            disks: Disks::default(),
            processes: Processes::new(config.command_lines),
            live: beyond::LiveReader::new(),
            gains: Gains::default(),
            storage: {
                let mut reader = beyond::MountReader::new();
                paced("collect-mounts", config, move || {
                    let mut mounts = reader.read();
                    mounts.data = filesystems::data(&mounts.known);
                    Some((filesystems::shown(&mounts.data), Arc::new(mounts)))
                })
            },
            slow: {
                let sockets = config.tcp_sockets;
                paced("collect-slow", config, move || Some(beyond::slow(sockets)))
            },
            gpus: gpus(config),
            units: {
                let mut reader = beyond::UnitReader::default();
                let config = Config { slow: config.slow.max(BETWEEN_UNITS), ..config.clone() };
                paced("collect-units", &config, move || reader.read())
            },
            readings: None,
        }
    }
}

/// What is counted and told by the second: context switches, and microseconds that the control group was held back.
fn counted(live: &Live) -> [Option<u64>; 2] {
    let throttled = live.share.and_then(|share| share.throttled);
    [live.kernel.as_ref().map(|kernel| kernel.switches), throttled.map(|seconds| (seconds * 1e6) as u64)]
}

/// Reads at the slow pace, on a thread of its own.
fn paced<T: Send + Sync + 'static>(
    name: &str,
    config: &Config,
    read: impl FnMut() -> Option<T> + Send + 'static,
) -> Option<Paced<T>> {
    Paced::start(name, config.slow, read).inspect_err(|error| tracing::error!(%error, "no thread {name}")).ok()
}

#[cfg(any(target_os = "linux", windows))]
fn gpus(config: &Config) -> Option<Paced<Vec<Gpu>>> {
    let mut gpus = Gpus::default();
    paced("collect-gpus", config, move || gpus.read())
}

#[cfg(not(any(target_os = "linux", windows)))]
fn gpus(_config: &Config) -> Option<Paced<Vec<Gpu>>> {
    None
}

impl Source for OperatingSystem {
    fn host(&self) -> Host {
        self.host.clone()
    }

    fn sample(&mut self, processes: bool) -> Option<Metrics> {
        let (system, cpu) = self.processors.as_mut()?;
        let (now, wall) = (Instant::now(), SystemTime::now());
        // Everything that needs two readings is read before it is known whether there will be a sample.
        let usage = cpu.read(system);
        let elapsed = self.clock.lap(now, wall);
        let mut live = self.live.read();
        [live.switches, live.throttled] = self.gains.update(counted(&live), elapsed);
        let network = self.network.read(&live.interfaces, elapsed);
        let disk = self.disks.read(elapsed);
        if processes {
            self.processes.refresh();
        }
        let usage = usage?;
        live.steal = usage.steal;
        let (memory_bytes, swap) = memory::read(system);
        let reading = self.processes.latest();
        let storage = self.storage.as_ref().and_then(Paced::newest);
        self.readings = Some(Readings {
            taken: wall,
            live,
            processes: reading.map(|reading| reading.counts.clone()),
            mounts: storage.as_ref().map(|storage| Arc::clone(&storage.1)),
            slow: self.slow.as_ref().and_then(Paced::newest),
            gpus: self.gpus.as_ref().and_then(Paced::newest),
            units: self.units.as_ref().and_then(Paced::newest).and_then(|units| (*units).clone()),
            took: now.elapsed(),
        });
        Some(Metrics {
            timestamp: wall.into(),
            cpu: usage.total,
            memory: percent(memory_bytes.used, memory_bytes.total),
            active_users: reading.and_then(|reading| reading.active_users),
            cpu_modes: usage.modes,
            cores: usage.cores,
            memory_bytes,
            swap,
            load: memory::load(),
            uptime: System::uptime().unwrap_or(0),
            network,
            disk,
            file_systems: storage.map(|storage| storage.0.clone()).unwrap_or_default(),
            users: reading.map(|reading| reading.users.clone()).unwrap_or_default(),
            processes: reading.map(|reading| reading.table.clone()),
        })
    }

    fn processes(&mut self) -> Option<Arc<Vec<Process>>> {
        self.processes.latest().map(|reading| Arc::clone(&reading.all))
    }

    fn readings(&mut self) -> Option<Readings> {
        self.readings.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_plausible() {
        let mut source = OperatingSystem::new(&Config::default());
        assert!(source.sample(true).is_none(), "the first reading is void");
        std::thread::sleep(sysinfo::MINIMUM_CPU_UPDATE_INTERVAL);
        let first = source.sample(true).unwrap();
        assert_eq!(first.cores.len(), usize::try_from(source.host().cores).unwrap());
        assert!((0.0..=100.0).contains(&first.cpu) && (0.0..=100.0).contains(&first.memory));
        assert!(first.memory_bytes.total > 0 && first.memory_bytes.used < first.memory_bytes.total);
        assert!(first.uptime > 0);
        assert_eq!(first.load.is_some(), cfg!(unix));
        assert!(first.file_systems.iter().all(|fs| fs.total > 0 && (0.0..=100.0).contains(&fs.percent)));
        let readings = source.readings().unwrap();
        assert_eq!(Some(readings.live.memory[0].value), cfg!(target_os = "linux").then_some(first.memory_bytes.total));
        assert!(first.users.len() <= 32 && first.processes.is_some());

        std::thread::sleep(sysinfo::MINIMUM_CPU_UPDATE_INTERVAL);
        let second = source.sample(false).unwrap();
        assert!(second.timestamp > first.timestamp);
        assert_eq!(second.processes, first.processes, "repeated, with its own timestamp");
        assert_eq!(second.users, first.users);
    }
}
