//! Disk traffic, each device counted once.

use std::time::Duration;

use app::model::{DeviceRate, DiskRates};

#[cfg(not(target_os = "linux"))]
use super::prober::{Answer, Prober};
use super::rate::{Counters, Rates, total};

/// Remembers the last counters.
#[derive(Debug, Default)]
pub(super) struct Disks {
    reader: Reader,
    rates: Rates,
}

impl Disks {
    /// Traffic over the `elapsed` time since the reading before.
    pub(super) fn read(&mut self, elapsed: Option<Duration>) -> DiskRates {
        let rates = self.rates.update(self.reader.read(), elapsed);
        DiskRates {
            read: total(&rates, 0),
            written: total(&rates, 1),
            devices: rates
                .into_iter()
                .map(|rate| DeviceRate { name: rate.name, read: rate.bytes[0], written: rate.bytes[1] })
                .collect(),
        }
    }
}

/// Reads the counters.
#[cfg(target_os = "linux")]
#[derive(Debug, Default)]
struct Reader;

#[cfg(target_os = "linux")]
impl Reader {
    fn read(&mut self) -> Counters {
        counters()
    }
}

/// Whole disks, from the kernel's own counters: these count swap and what isn't mounted here too, and nothing twice.
#[cfg(target_os = "linux")]
fn counters() -> Counters {
    /// The unit of these counters, whatever the device's own is.
    const SECTOR: u64 = 512;
    let Ok(disks) = procfs::diskstats() else { return Counters::new() };
    disks
        .into_iter()
        .filter(|disk| is_disk(&disk.name))
        .map(|disk| {
            (disk.name, [disk.sectors_read.saturating_mul(SECTOR), disk.sectors_written.saturating_mul(SECTOR)])
        })
        .collect()
}

/// Neither memory nor a file that poses as a disk, nor a part of one (which has no entry here), nor made of others (LVM,
/// RAID, encryption), whose traffic those count.
#[cfg(target_os = "linux")]
fn is_disk(name: &str) -> bool {
    const POSE: [&str; 5] = ["loop", "ram", "zram", "sr", "fd"];
    let made_of = || std::fs::read_dir(std::path::Path::new("/sys/block").join(name).join("slaves"));
    !POSE.iter().any(|prefix| name.starts_with(prefix)) && made_of().is_ok_and(|mut others| others.next().is_none())
}

/// Asks for the counters, as far as sysinfo knows them. It asks each file system that is mounted, and one of a network that
/// is gone never answers: the sample doesn't wait for it.
#[cfg(not(target_os = "linux"))]
#[derive(Debug)]
struct Reader(Prober<(), Counters>);

#[cfg(not(target_os = "linux"))]
impl Default for Reader {
    fn default() -> Self {
        Self(Prober::new(1, |()| mounted()))
    }
}

#[cfg(not(target_os = "linux"))]
impl Reader {
    fn read(&mut self) -> Counters {
        /// The shortest time between two samples.
        const PATIENCE: Duration = Duration::from_millis(250);
        match self.0.ask(&(), PATIENCE) {
            Answer::InTime(counters) | Answer::Late(counters) => counters,
            Answer::Missing => Counters::new(),
        }
    }
}

/// Mounted devices.
#[cfg(not(target_os = "linux"))]
fn mounted() -> Counters {
    use sysinfo::DiskRefreshKind;
    let Ok(disks) = sysinfo::Disks::new_with_refreshed_list_specifics(DiskRefreshKind::nothing().with_io_usage())
    else {
        return Counters::new();
    };
    disks
        .into_iter()
        .map(|disk| {
            let name = disk.name().to_string_lossy();
            let usage = disk.usage();
            let name = name.strip_prefix("/dev/").unwrap_or(&name).to_owned();
            (name, [usage.total_read_bytes, usage.total_written_bytes])
        })
        .collect()
}

#[cfg(target_os = "linux")]
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_disks_count() {
        for name in counters().keys() {
            assert!(!name.starts_with("loop"));
            assert!(!std::path::Path::new("/sys/block").join(name).join("partition").exists(), "{name}");
        }
        assert!(!is_disk("no-such-disk"));
        assert!(!is_disk("loop0"));
    }
}
