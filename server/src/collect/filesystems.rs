//! Which mounted file systems a page shows.

use std::collections::BTreeMap;

use super::percent::percent;
use super::readings::Mount;
use app::model::FileSystem;

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

/// Those that hold data, each device once where it is mounted highest, by mount.
pub(super) fn data(mounts: &[Mount]) -> Vec<FileSystem> {
    let mut devices: BTreeMap<&str, &Mount> = BTreeMap::new();
    for candidate in mounts.iter().filter(|mount| holds_data(mount)) {
        let rank = |known: &Mount| (known.place.mount.len(), known.place.mount.clone());
        if devices.get(&*candidate.place.device).is_none_or(|known| rank(candidate) < rank(known)) {
            devices.insert(&candidate.place.device, candidate);
        }
    }
    let mut list: Vec<FileSystem> = devices.into_values().map(describe).collect();
    list.sort_by(|a, b| a.mount.cmp(&b.mount));
    list
}

/// As many of them as a page lists, the fullest, by mount.
pub(super) fn shown(data: &[FileSystem]) -> Vec<FileSystem> {
    let mut list = data.to_vec();
    if list.len() > LISTED {
        list.sort_by(|a, b| b.percent.total_cmp(&a.percent));
        list.truncate(LISTED);
        list.sort_by(|a, b| a.mount.cmp(&b.mount));
    }
    list
}

fn holds_data(candidate: &Mount) -> bool {
    candidate.folder && candidate.size > 0 && !PSEUDO.contains(&candidate.place.kind.as_str())
}

/// Use and share are those of `df`: what is kept for root is neither used nor free.
fn describe(mount: &Mount) -> FileSystem {
    let used = mount.size.saturating_sub(mount.free);
    let total = used.saturating_add(mount.available);
    FileSystem {
        mount: mount.place.mount.clone(),
        device: mount.place.device.clone(),
        kind: mount.place.kind.clone(),
        total,
        used,
        percent: percent(used, total),
        read_only: mount.read_only,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::readings::MountPoint;

    fn mounted(device: &str, mount: &str, kind: &str) -> Mount {
        let place = MountPoint { device: device.into(), kind: kind.into(), mount: mount.into() };
        Mount { place, size: 100, free: 60, available: 50, files: 0, files_free: 0, read_only: false, folder: true }
    }

    fn mounts(list: &[Mount]) -> Vec<String> {
        data(list).into_iter().map(|file_system| file_system.mount).collect()
    }

    #[test]
    fn what_holds_no_data_is_left_out() {
        let empty = Mount { size: 0, ..mounted("gvfs", "/home/a/gvfs", "fuse.x") };
        let list = vec![
            mounted("/dev/sda2", "/var", "ext4"),
            mounted("/dev/loop3", "/snap/core", "squashfs"),
            mounted("tmpfs", "/run", "tmpfs"),
            mounted("/dev/sda1", "/", "ext4"),
            empty,
            Mount { folder: false, ..mounted("/dev/sdc", "/etc/hosts", "ext4") },
        ];
        assert_eq!(mounts(&list), ["/", "/var"]);
        assert_eq!(mounts(&[mounted("overlay", "/", "overlay")]), ["/"], "in a container");
    }

    #[test]
    fn what_is_kept_for_root_is_neither_used_nor_free() {
        let kept = Mount { free: 60, available: 40, read_only: true, ..mounted("/dev/sda1", "/", "ext4") };
        let shown = data(&[kept]);
        assert_eq!((shown[0].total, shown[0].used, shown[0].percent, shown[0].read_only), (80, 40, 50.0, true));
        let full = Mount { free: 5, available: 0, ..mounted("/dev/sda1", "/", "ext4") };
        assert_eq!(describe(&full).percent, 100.0, "full to all but root");
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
        assert_eq!(mounts(&list), ["/", "/mnt/a"]);
    }

    #[test]
    fn of_many_the_fullest_are_listed() {
        let mut list: Vec<_> = (0..99).map(|n| mounted(&format!("/dev/sd{n}"), &format!("/{n:02}"), "ext4")).collect();
        list[98].available = 0;
        let data = data(&list);
        let shown = shown(&data);
        assert_eq!((data.len(), shown.len()), (99, LISTED));
        assert_eq!((shown[0].mount.as_str(), shown[LISTED - 1].mount.as_str()), ("/00", "/98"));
    }
}
