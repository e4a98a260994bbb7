//! Space on mounted file systems.

use std::collections::BTreeMap;

use app::model::FileSystem;
use sysinfo::{Disk, DiskRefreshKind, Disks};

use super::percent::percent;

/// File systems that are listed.
const LISTED: usize = 32;

/// Kinds that hold no data of their own, or an image that is always full.
const PSEUDO: [&str; 29] = [
    "autofs",
    "binfmt_misc",
    "bpf",
    "cgroup",
    "cgroup2",
    "configfs",
    "debugfs",
    "devfs",
    "devpts",
    "devtmpfs",
    "efivarfs",
    "erofs",
    "fuse.gvfsd-fuse",
    "fuse.lxcfs",
    "fuse.portal",
    "fuse.snapfuse",
    "fusectl",
    "hugetlbfs",
    "iso9660",
    "mqueue",
    "nsfs",
    "proc",
    "pstore",
    "ramfs",
    "securityfs",
    "squashfs",
    "sysfs",
    "tmpfs",
    "tracefs",
];

/// The file systems. A new list each time: an old one doesn't notice that a file system has become read-only.
pub(super) fn read() -> Vec<FileSystem> {
    let disks = Disks::new_with_refreshed_list_specifics(DiskRefreshKind::nothing().with_storage());
    disks.map(|disks| select(disks.into_iter().filter_map(describe))).unwrap_or_default()
}

/// None for a single file that is mounted, as containers do with `/etc/hosts`.
fn describe(disk: &Disk) -> Option<FileSystem> {
    let total = disk.total_space();
    let used = total.saturating_sub(disk.available_space());
    disk.mount_point().is_dir().then(|| FileSystem {
        mount: disk.mount_point().to_string_lossy().into_owned(),
        device: disk.name().to_string_lossy().into_owned(),
        kind: disk.file_system().to_string_lossy().into_owned(),
        total,
        used,
        percent: percent(used, total),
        read_only: disk.is_read_only(),
    })
}

/// Those that hold data, each device once where it is mounted highest, by mount.
fn select(mounted: impl Iterator<Item = FileSystem>) -> Vec<FileSystem> {
    let mut devices: BTreeMap<String, FileSystem> = BTreeMap::new();
    for candidate in mounted.filter(holds_data) {
        let rank = |known: &FileSystem| (known.mount.len(), known.mount.clone());
        if devices.get(&candidate.device).is_none_or(|known| rank(&candidate) < rank(known)) {
            devices.insert(candidate.device.clone(), candidate);
        }
    }
    let mut list: Vec<FileSystem> = devices.into_values().collect();
    list.sort_by(|a, b| a.mount.cmp(&b.mount));
    list.truncate(LISTED);
    list
}

fn holds_data(candidate: &FileSystem) -> bool {
    // The root of a container is an overlay; every other overlay is a container's root, its space that of the disk below.
    let someone_elses = candidate.kind == "overlay" && candidate.mount != "/";
    candidate.total > 0 && !someone_elses && !PSEUDO.contains(&candidate.kind.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mounted(device: &str, mount: &str, kind: &str) -> FileSystem {
        FileSystem {
            mount: mount.into(),
            device: device.into(),
            kind: kind.into(),
            total: 100,
            used: 50,
            percent: 50.0,
            read_only: false,
        }
    }

    fn mounts(list: Vec<FileSystem>) -> Vec<String> {
        select(list.into_iter()).into_iter().map(|file_system| file_system.mount).collect()
    }

    #[test]
    fn what_holds_no_data_is_left_out() {
        let empty = FileSystem { total: 0, ..mounted("gvfs", "/home/a/gvfs", "fuse.x") };
        let list = vec![
            mounted("/dev/sda2", "/var", "ext4"),
            mounted("/dev/loop3", "/snap/core", "squashfs"),
            mounted("tmpfs", "/run", "tmpfs"),
            mounted("overlay", "/var/lib/docker/overlay2/a/merged", "overlay"),
            mounted("/dev/sda1", "/", "ext4"),
            empty,
        ];
        assert_eq!(mounts(list), ["/", "/var"]);
        assert_eq!(mounts(vec![mounted("overlay", "/", "overlay")]), ["/"], "in a container");
    }

    #[test]
    fn one_a_device_where_it_is_mounted_highest() {
        let list = vec![
            mounted("/dev/sda1", "/srv/b", "btrfs"),
            mounted("/dev/sda1", "/", "btrfs"),
            mounted("/dev/sda1", "/home", "btrfs"),
            mounted("/dev/sdb1", "/mnt/b", "xfs"),
            mounted("/dev/sdb1", "/mnt/a", "xfs"),
        ];
        assert_eq!(mounts(list), ["/", "/mnt/a"]);
    }

    #[test]
    fn the_list_has_an_end() {
        let list = (0..99).map(|n| mounted(&format!("/dev/sd{n}"), &format!("/{n:02}"), "ext4")).collect();
        let mounts = mounts(list);
        assert_eq!((mounts.len(), mounts[0].as_str()), (LISTED, "/00"));
    }
}
