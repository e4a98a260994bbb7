use crate::collect::readings::{DiskCounters, Mount, MountPoint, Mounts};

use super::text::{Kind, Label, Text};

/// Disks.
pub(super) fn disks(text: &mut Text, disks: &[DiskCounters]) {
    type Get = fn(&DiskCounters) -> Option<f64>;
    const COUNTERS: [(&str, &str, Get); 16] = [
        ("reads_completed", "Reads completed.", |disk| Some(disk.reads.completed as f64)),
        ("reads_merged", "Reads merged into others.", |disk| Some(disk.reads.merged as f64)),
        ("read_bytes", "Bytes read.", |disk| Some(disk.reads.bytes as f64)),
        ("read_time_seconds", "Seconds that reads took, together.", |disk| Some(disk.reads.seconds)),
        ("writes_completed", "Writes completed.", |disk| Some(disk.writes.completed as f64)),
        ("writes_merged", "Writes merged into others.", |disk| Some(disk.writes.merged as f64)),
        ("written_bytes", "Bytes written.", |disk| Some(disk.writes.bytes as f64)),
        ("write_time_seconds", "Seconds that writes took, together.", |disk| Some(disk.writes.seconds)),
        ("io_time_seconds", "Seconds in which the disk was busy.", |disk| Some(disk.busy)),
        ("io_time_weighted_seconds", "Seconds that operations took, together.", |disk| Some(disk.weighted)),
        ("discards_completed", "Discards completed.", |disk| Some(disk.discards?.completed as f64)),
        ("discards_merged", "Discards merged into others.", |disk| Some(disk.discards?.merged as f64)),
        ("discarded_sectors", "Sectors discarded.", |disk| Some(disk.discards?.sectors as f64)),
        ("discard_time_seconds", "Seconds that discards took, together.", |disk| Some(disk.discards?.seconds)),
        ("flush_requests", "Flushes completed.", |disk| Some(disk.flushes?.completed as f64)),
        ("flush_requests_time_seconds", "Seconds that flushes took, together.", |disk| Some(disk.flushes?.seconds)),
    ];
    for (name, help, get) in COUNTERS {
        let name = format!("node_disk_{name}_total");
        let mut metric = text.metric(&name, Kind::Counter, help);
        for disk in disks {
            if let Some(value) = get(disk) {
                metric.add(&[("device", &disk.device)], value);
            }
        }
    }
    let mut queue = text.metric("node_disk_io_now", Kind::Gauge, "Operations under way.");
    for disk in disks {
        queue.add(&[("device", &disk.device)], disk.in_progress);
    }
}

/// File systems; of those that hang only that they do.
pub(super) fn mounts(text: &mut Text, mounts: &Mounts) {
    type Get = fn(&Mount) -> u64;
    const GAUGES: [(&str, &str, Get); 6] = [
        ("size_bytes", "Bytes in all.", |mount| mount.size),
        ("free_bytes", "Bytes free.", |mount| mount.free),
        ("avail_bytes", "Bytes free to everybody.", |mount| mount.available),
        ("files", "Inodes in all.", |mount| mount.files),
        ("files_free", "Inodes free.", |mount| mount.files_free),
        ("readonly", "Whether nothing can be written.", |mount| u64::from(mount.read_only)),
    ];
    for (name, help, get) in GAUGES {
        let name = format!("node_filesystem_{name}");
        let mut metric = text.metric(&name, Kind::Gauge, help);
        for mount in &mounts.known {
            metric.add(&labels(&mount.place), get(mount));
        }
    }
    let mut hangs = text.metric("node_filesystem_device_error", Kind::Gauge, "Whether asking it hangs.");
    for mount in &mounts.known {
        hangs.add(&labels(&mount.place), 0_u64);
    }
    for place in &mounts.hanging {
        hangs.add(&labels(place), 1_u64);
    }
}

fn labels(place: &MountPoint) -> [Label<'_>; 3] {
    [("device", &place.device), ("fstype", &place.kind), ("mountpoint", &place.mount)]
}
