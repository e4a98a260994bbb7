//! What is read with each sample: some twenty short files, together well below a millisecond.

use std::path::Path;

use super::cgroup::Groups;
use super::cpu::{Processors, load};
use super::text::text;
use super::{disks, interfaces, memory, pressure, protocols, sockets};
use crate::collect::readings::{Live, OpenFiles};

/// Where the system shows control groups.
const CONTROL_GROUPS: &str = "/sys/fs/cgroup";

/// Reads what is cheap, and remembers what it takes to.
#[derive(Debug)]
pub(in crate::collect) struct LiveReader {
    processors: Processors,
    groups: Option<Groups>,
}

impl LiveReader {
    /// Looks where things are.
    pub(in crate::collect) fn new() -> Self {
        Self { processors: Processors::default(), groups: groups() }
    }

    /// Reads all of it.
    pub(in crate::collect) fn read(&mut self) -> Live {
        let (kernel, boot_time) = self.processors.read().unzip();
        Live {
            boot_time,
            kernel,
            steal: None,
            switches: None,
            throttled: None,
            load: load(),
            memory: memory::memory(),
            paging: memory::paging(),
            pressure: pressure::pressure(),
            disks: disks::disks(),
            interfaces: interfaces::counters(),
            protocols: protocols::protocols(),
            sockets: sockets::sockets(),
            files: files(),
            share: self.groups.as_ref().map(Groups::used),
        }
    }
}

/// The control group of this process.
pub(super) fn groups() -> Option<Groups> {
    Groups::find(&text("/proc/self/cgroup")?, Path::new(CONTROL_GROUPS))
}

fn files() -> Option<OpenFiles> {
    let files = procfs::sys::fs::file_nr().ok()?;
    Some(OpenFiles { allocated: files.allocated, maximum: files.max })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_tells_the_usual() {
        let mut reader = LiveReader::new();
        let live = reader.read();
        let kernel = live.kernel.unwrap();
        assert!(!kernel.cpus.is_empty() && kernel.switches > 0 && live.boot_time > Some(1_000_000_000));
        assert!(kernel.interrupts > 0 && kernel.forks > 0);
        assert!(live.memory.iter().any(|field| field.name == "MemAvailable" && field.value > 0));
        assert!(live.paging.iter().any(|count| count.name == "pgfault" && count.value > 0));
        assert!(live.protocols.iter().any(|count| count.name == "Tcp_CurrEstab"));
        assert!(live.sockets.iter().any(|field| field.name == "TCP_inuse"));
        assert!(live.load.unwrap().threads > Some(0) && live.files.unwrap().allocated > 0);
        let again = reader.read().kernel.unwrap();
        for (before, now) in kernel.cpus.iter().zip(&again.cpus) {
            assert!(now.seconds.iter().zip(before.seconds).all(|(now, before)| *now >= before));
        }
    }
}
