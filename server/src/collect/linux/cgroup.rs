//! The control group that opsglass is in, version 1 or 2: in a container, the container's.

use std::fs;
use std::path::{Path, PathBuf};

use super::text::{number, text};
use crate::collect::readings::{Share, ShareUse};

/// Where the control group of this process is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Groups {
    /// The folders of each controller, the group's own first, then those that it is in.
    One { memory: Vec<PathBuf>, cpu: Vec<PathBuf>, cpuacct: Vec<PathBuf>, pids: Vec<PathBuf> },
    /// The group's folder, then those that it is in.
    Two(Vec<PathBuf>),
}

impl Groups {
    /// By what `groups` (`/proc/self/cgroup`) says, under `root` (`/sys/fs/cgroup`).
    pub(super) fn find(groups: &str, root: &Path) -> Option<Self> {
        let path = |controller: &str| {
            groups.lines().find_map(|line| {
                let mut fields = line.splitn(3, ':').skip(1);
                let names = fields.next()?;
                fields.next().filter(|_| names.split(',').any(|name| name == controller))
            })
        };
        let folders = |controller| folders(&root.join(controller), path(controller)?);
        if root.join("cgroup.controllers").exists() {
            return Some(Self::Two(self::folders(root, path("")?)?));
        }
        Some(Self::One {
            memory: folders("memory")?,
            cpu: folders("cpu").unwrap_or_default(),
            cpuacct: folders("cpuacct").unwrap_or_default(),
            pids: folders("pids").unwrap_or_default(),
        })
    }

    /// What the group may use: the least of its own limits and of those above it.
    pub(super) fn share(&self) -> Share {
        match self {
            Self::One { memory, cpu, pids, .. } => Share {
                version: 1,
                memory: least(memory, "memory.limit_in_bytes").filter(|&limit| limit < UNLIMITED),
                cores: cpu.iter().filter_map(|folder| quota(folder)).reduce(f64::min),
                tasks: least(pids, "pids.max"),
            },
            Self::Two(folders) => Share {
                version: 2,
                memory: least(folders, "memory.max"),
                cores: folders.iter().filter_map(|folder| cores(&text(folder.join("cpu.max"))?)).reduce(f64::min),
                tasks: least(folders, "pids.max"),
            },
        }
    }

    /// What the group uses.
    pub(super) fn used(&self) -> ShareUse {
        let first = |folders: &[PathBuf], file: &str| folders.first().map(|folder| folder.join(file));
        match self {
            Self::One { memory, cpu, cpuacct, pids } => ShareUse {
                memory: first(memory, "memory.usage_in_bytes").and_then(number),
                idle_cache: first(memory, "memory.stat").and_then(|stat| bytes(&text(stat)?, "total_inactive_file")),
                seconds: first(cpuacct, "cpuacct.usage").and_then(number::<u64>).map(|ns| ns as f64 / 1e9),
                throttled: first(cpu, "cpu.stat")
                    .and_then(|stat| value(&text(stat)?, "throttled_time"))
                    .map(|ns| ns / 1e9),
                tasks: first(pids, "pids.current").and_then(number),
            },
            Self::Two(folders) => {
                let stat = first(folders, "cpu.stat").and_then(text).unwrap_or_default();
                ShareUse {
                    memory: first(folders, "memory.current").and_then(number),
                    idle_cache: first(folders, "memory.stat").and_then(|stat| bytes(&text(stat)?, "inactive_file")),
                    seconds: value(&stat, "usage_usec").map(|us| us / 1e6),
                    throttled: value(&stat, "throttled_usec").map(|us| us / 1e6),
                    tasks: first(folders, "pids.current").and_then(number),
                }
            }
        }
    }
}

/// Version 1 says "no limit" with the largest number of whole pages; no machine has this much.
const UNLIMITED: u64 = 1 << 60;

/// The folder at `path` below `root` and those above it, as far as they can be seen from here: a container sees its own
/// group as the root, whatever it is called outside.
fn folders(root: &Path, path: &str) -> Option<Vec<PathBuf>> {
    let own = root.join(path.trim_start_matches('/'));
    let inside = !path.split('/').any(|part| part == "..");
    let folder = if inside && own.is_dir() { own } else { root.to_owned() };
    // A link is as good as what it leads to.
    fs::metadata(&folder).ok().filter(fs::Metadata::is_dir)?;
    Some(folder.ancestors().take_while(|folder| folder.starts_with(root)).map(Path::to_owned).collect())
}

/// `max` is no number, and no limit.
fn least(folders: &[PathBuf], file: &str) -> Option<u64> {
    folders.iter().filter_map(|folder| number(folder.join(file))).min()
}

/// `200000 100000`: so many microseconds in so many; `max 100000` is no limit.
fn cores(text: &str) -> Option<f64> {
    let (quota, period) = text.split_once(' ')?;
    share(quota.parse().ok()?, period.parse().ok()?)
}

fn quota(folder: &Path) -> Option<f64> {
    share(number(folder.join("cpu.cfs_quota_us"))?, number(folder.join("cpu.cfs_period_us"))?)
}

fn share(quota: f64, period: f64) -> Option<f64> {
    (quota > 0.0 && period > 0.0).then(|| quota / period)
}

fn value(text: &str, key: &str) -> Option<f64> {
    text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(' ')?.parse().ok())
}

fn bytes(text: &str, key: &str) -> Option<u64> {
    value(text, key).map(|bytes| bytes as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::linux::text::tree;

    #[test]
    fn version_2_takes_the_least_limit_of_all_above() {
        let root = tree(&[
            ("cgroup.controllers", "cpu memory pids\n"),
            ("a/memory.max", "1000\n"),
            ("a/cpu.max", "max 100000\n"),
            ("a/b/memory.max", "max\n"),
            ("a/b/memory.current", "600\n"),
            ("a/b/memory.stat", "anon 300\nfile 300\nactive_file 50\ninactive_file 250\n"),
            ("a/b/cpu.max", "150000 100000\n"),
            ("a/b/cpu.stat", "usage_usec 2500000\nuser_usec 1\nnr_throttled 3\nthrottled_usec 500000\n"),
            ("a/b/pids.max", "max\n"),
            ("a/b/pids.current", "7\n"),
        ]);
        let groups = Groups::find("0::/a/b\n", root.path()).unwrap();
        let share = Share { version: 2, memory: Some(1_000), cores: Some(1.5), tasks: None };
        assert_eq!(groups.share(), share);
        let used = ShareUse {
            memory: Some(600),
            idle_cache: Some(250),
            seconds: Some(2.5),
            throttled: Some(0.5),
            tasks: Some(7),
        };
        assert_eq!(groups.used(), used);
        assert_eq!(Groups::find("0::/../..\n", root.path()), Groups::find("0::/\n", root.path()), "a container's view");
    }

    #[test]
    fn version_1_has_a_tree_for_each_controller() {
        let root = tree(&[
            ("memory/box/memory.limit_in_bytes", "4096\n"),
            ("memory/memory.limit_in_bytes", "9223372036854771712\n"),
            ("memory/box/memory.usage_in_bytes", "1024\n"),
            ("memory/box/memory.stat", "inactive_file 4\ntotal_inactive_file 24\n"),
            ("cpu/cpu.cfs_quota_us", "-1\n"),
            ("cpu/cpu.cfs_period_us", "100000\n"),
            ("cpu/cpu.stat", "nr_periods 1\nthrottled_time 1500000000\n"),
            ("cpuacct/cpuacct.usage", "2000000000\n"),
        ]);
        let groups = "4:memory:/box\n2:cpu,cpuacct:/gone\n1:name=systemd:/\n0::/\n";
        let groups = Groups::find(groups, root.path()).unwrap();
        assert_eq!(groups.share(), Share { version: 1, memory: Some(4_096), cores: None, tasks: None });
        let used = ShareUse {
            memory: Some(1_024),
            idle_cache: Some(24),
            seconds: Some(2.0),
            throttled: Some(1.5),
            tasks: None,
        };
        assert_eq!(groups.used(), used);
    }

    #[test]
    fn no_limit_is_none() {
        let root = tree(&[("memory/memory.limit_in_bytes", "9223372036854771712\n")]);
        let groups = Groups::find("4:memory:/\n", root.path()).unwrap();
        assert_eq!(groups.share(), Share { version: 1, ..Share::default() });
        assert_eq!(Groups::find("4:cpu:/\n", root.path()), None);
    }
}
