//! This machine.

use std::time::{Duration, Instant, SystemTime};

use app::model::{Host, Metrics};
use sysinfo::System;

use super::cpu::Cpu;
use super::disks::Disks;
use super::filesystems::FileSystems;
use super::network::Network;
use super::percent::percent;
use super::processes::Processes;
use super::rate::Clock;
use super::{Source, host, memory};

/// Reads this machine through its operating system.
#[derive(Debug)]
pub(super) struct OperatingSystem {
    host: Host,
    /// None on a system that sysinfo can't read: then there are no samples.
    processors: Option<(System, Cpu)>,
    clock: Clock,
    network: Network,
    disks: Disks,
    file_systems: FileSystems,
    processes: Processes,
}

impl OperatingSystem {
    /// Takes the processors' first reading.
    pub(super) fn new(interval: Duration) -> Self {
        let system = System::new().inspect_err(|error| tracing::error!(%error, "can't read this system"));
        let processors = system.ok().map(|mut system| {
            let cpu = Cpu::new(&mut system);
            (system, cpu)
        });
        let cores = processors.as_ref().map_or(0, |(system, _)| system.cpus().len());
        Self {
            host: host::read(cores, interval),
            processors,
            clock: Clock::default(),
            network: Network::new(),
            disks: Disks::default(),
            file_systems: FileSystems::default(),
            processes: Processes::new(),
        }
    }
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
        let network = self.network.read(elapsed);
        let disk = self.disks.read(elapsed);
        if processes {
            self.processes.refresh();
        }
        let usage = usage?;
        let (memory_bytes, swap) = memory::read(system);
        let reading = self.processes.latest();
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
            file_systems: self.file_systems.read(now),
            users: reading.map(|reading| reading.users.clone()).unwrap_or_default(),
            processes: reading.map(|reading| reading.table.clone()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_plausible() {
        let mut source = OperatingSystem::new(Duration::from_secs(1));
        assert!(source.sample(true).is_none(), "the first reading is void");
        std::thread::sleep(sysinfo::MINIMUM_CPU_UPDATE_INTERVAL);
        let first = source.sample(true).unwrap();
        assert_eq!(first.cores.len(), usize::try_from(source.host().cores).unwrap());
        assert!((0.0..=100.0).contains(&first.cpu) && (0.0..=100.0).contains(&first.memory));
        assert!(first.memory_bytes.total > 0 && first.memory_bytes.used < first.memory_bytes.total);
        assert!(first.uptime > 0);
        assert_eq!(first.load.is_some(), cfg!(unix));
        assert!(first.file_systems.iter().all(|fs| fs.total > 0 && (0.0..=100.0).contains(&fs.percent)));
        assert!(first.users.len() <= 32 && first.processes.is_some());

        std::thread::sleep(sysinfo::MINIMUM_CPU_UPDATE_INTERVAL);
        let second = source.sample(false).unwrap();
        assert!(second.timestamp > first.timestamp);
        assert_eq!(second.processes, first.processes, "repeated, with its own timestamp");
        assert_eq!(second.users, first.users);
    }
}
