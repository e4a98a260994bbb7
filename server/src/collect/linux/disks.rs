//! `/proc/diskstats`.

use procfs::DiskStat;

use crate::collect::readings::{Discards, DiskCounters, Flushes, Operations};

/// The unit of these counters, whatever the device's own is.
const SECTOR: u64 = 512;

/// Every device but memory, files and floppies that pose as one, and parts of one, as node_exporter has it.
pub(super) fn disks() -> Vec<DiskCounters> {
    let disks = procfs::diskstats().unwrap_or_default();
    disks.into_iter().filter(|disk| !is_left_out(&disk.name)).map(counters).collect()
}

fn is_left_out(name: &str) -> bool {
    let (stem, digits) = name.split_at(name.trim_end_matches(|c: char| c.is_ascii_digit()).len());
    let disk_of_part = || ["hd", "sd", "vd", "xvd"].iter().any(|kind| is_letter(stem.strip_prefix(kind)));
    let part = stem.strip_prefix("nvme").and_then(|rest| rest.strip_suffix('p')).is_some_and(|rest| rest.contains('n'));
    !digits.is_empty() && (["ram", "loop", "fd"].contains(&stem) || disk_of_part() || part)
}

fn is_letter(text: Option<&str>) -> bool {
    text.is_some_and(|text| text.len() == 1 && text.starts_with(|c: char| c.is_ascii_lowercase()))
}

fn counters(disk: DiskStat) -> DiskCounters {
    let seconds = |ms: u64| ms as f64 / 1_000.0;
    let operations = |completed, merged, sectors: u64, ms| Operations {
        completed,
        merged,
        bytes: sectors.saturating_mul(SECTOR),
        seconds: seconds(ms),
    };
    let discards = || {
        Some(Discards {
            completed: disk.discards?,
            merged: disk.discards_merged?,
            sectors: disk.sectors_discarded?,
            seconds: seconds(disk.time_discarding?),
        })
    };
    let flushes = || Some(Flushes { completed: disk.flushes?, seconds: seconds(disk.time_flushing?) });
    DiskCounters {
        reads: operations(disk.reads, disk.merged, disk.sectors_read, disk.time_reading),
        writes: operations(disk.writes, disk.writes_merged, disk.sectors_written, disk.time_writing),
        in_progress: disk.in_progress,
        busy: seconds(disk.time_in_progress),
        weighted: seconds(disk.weighted_time_in_progress),
        discards: discards(),
        flushes: flushes(),
        device: disk.name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_and_poses_are_left_out() {
        for name in ["loop0", "ram12", "fd0", "sda1", "hdb2", "vda3", "xvdf1", "nvme0n1p2"] {
            assert!(is_left_out(name), "{name}");
        }
        for name in ["sda", "vda", "nvme0n1", "dm-0", "md127", "zram0", "mmcblk0", "sr0", "sdaa"] {
            assert!(!is_left_out(name), "{name}");
        }
    }

    #[test]
    fn counters_in_base_units() {
        let line = " 254       0 vda 2953967 136365 100 13534882 453603 900095 4 2642595 3 548792 16299669 624158 1667 9 103250 43812 18941";
        let disk = counters(DiskStat::from_line(line).unwrap());
        let reads = Operations { completed: 2_953_967, merged: 136_365, bytes: 51_200, seconds: 13_534.882 };
        assert_eq!((disk.device.as_str(), disk.reads), ("vda", reads));
        assert_eq!(disk.writes.bytes, 2_048);
        assert_eq!((disk.in_progress, disk.busy, disk.weighted), (3, 548.792, 16_299.669));
        let discards = Discards { completed: 624_158, merged: 1_667, sectors: 9, seconds: 103.25 };
        assert_eq!(disk.discards, Some(discards));
        assert_eq!(disk.flushes, Some(Flushes { completed: 43_812, seconds: 18.941 }));
        let old = counters(DiskStat::from_line("8 0 sda 1 2 3 4 5 6 7 8 9 10 11").unwrap());
        assert_eq!((old.discards, old.flushes), (None, None));
    }
}
