//! Mounted file systems. Asking one can hang for ever (a network's), so nobody waits for it.

use std::collections::BTreeSet;
use std::path::Path;

use rustix::fs::statvfs;

use super::text::text;
use crate::collect::readings::Mount;

/// Kinds without room of their own, as node_exporter has it.
const LEFT_OUT: [&str; 24] = [
    "autofs",
    "binfmt_misc",
    "bpf",
    "cgroup",
    "cgroup2",
    "configfs",
    "debugfs",
    "devpts",
    "devtmpfs",
    "fusectl",
    "hugetlbfs",
    "iso9660",
    "mqueue",
    "nsfs",
    "overlay",
    "proc",
    "procfs",
    "pstore",
    "rpc_pipefs",
    "securityfs",
    "selinuxfs",
    "squashfs",
    "sysfs",
    "tracefs",
];

/// Below these nothing is listed, as node_exporter has it.
const FOLDERS: [&str; 6] =
    ["/dev", "/proc", "/sys", "/run/credentials", "/var/lib/docker", "/var/lib/containers/storage"];

/// A line of the table of mounts.
#[derive(Debug)]
struct Entry {
    device: String,
    mount: String,
    kind: String,
    read_only: bool,
}

/// The file systems that hold data, as the first process sees them, each once.
pub(in crate::collect) fn mounts() -> Vec<Mount> {
    let table = text("/proc/1/mounts").or_else(|| text("/proc/self/mounts")).unwrap_or_default();
    select(&table).into_iter().filter_map(measure).collect()
}

fn select(table: &str) -> Vec<Entry> {
    let mut seen = BTreeSet::new();
    let mut entries: Vec<Entry> = table.lines().filter_map(parse).collect();
    entries.retain(|entry| {
        !LEFT_OUT.contains(&entry.kind.as_str())
            && !FOLDERS.iter().any(|folder| Path::new(&entry.mount).starts_with(folder))
            && seen.insert((entry.device.clone(), entry.mount.clone(), entry.kind.clone()))
    });
    entries
}

/// `/dev/sda1 /mnt/my\040disk ext4 ro,relatime 0 0`. Not by procfs, which leaves `\040` as it is.
fn parse(line: &str) -> Option<Entry> {
    let mut fields = line.split(' ');
    let mut field = || fields.next().map(unescape);
    Some(Entry {
        device: field()?,
        mount: field()?,
        kind: field()?,
        read_only: field()?.split(',').any(|option| option == "ro"),
    })
}

/// Spaces and the like are written as three octal digits.
fn unescape(text: &str) -> String {
    let mut parts = text.split('\\');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        match part.get(..3).and_then(|digits| u8::from_str_radix(digits, 8).ok()) {
            Some(byte) => {
                bytes.push(byte);
                bytes.extend(&part.as_bytes()[3..]);
            }
            None => {
                bytes.push(b'\\');
                bytes.extend(part.as_bytes());
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn measure(entry: Entry) -> Option<Mount> {
    let status = statvfs(&entry.mount).ok()?;
    let bytes = |blocks: u64| blocks.saturating_mul(status.f_frsize);
    Some(Mount {
        size: bytes(status.f_blocks),
        free: bytes(status.f_bfree),
        available: bytes(status.f_bavail),
        files: status.f_files,
        files_free: status.f_ffree,
        read_only: entry.read_only,
        device: entry.device,
        kind: entry.kind,
        mount: entry.mount,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_data_once() {
        let text = "proc /proc proc rw 0 0\n/dev/vda / ext4 rw,relatime 0 0\n/dev/vda / ext4 rw 0 0\n\
            tmpfs /dev/shm tmpfs rw 0 0\ntmpfs /run tmpfs rw 0 0\n/dev/sdb1 /mnt/my\\040disk xfs ro 0 0\n\
            overlay /var/lib/docker/x overlay rw 0 0\n/dev/vdb /devices ext4 rw 0 0\n";
        let entries = select(text);
        let mounts: Vec<_> = entries.iter().map(|entry| (entry.mount.as_str(), entry.read_only)).collect();
        assert_eq!(mounts, [("/", false), ("/run", false), ("/mnt/my disk", true), ("/devices", false)]);
    }

    #[test]
    fn octal_digits_are_one_byte() {
        for (text, plain) in
            [(r"a\040b\134040", "a b\\040"), (r"a\9\", r"a\9\"), (r"\303\251t\303\251", "été"), ("", "")]
        {
            assert_eq!(unescape(text), plain);
        }
    }

    #[test]
    fn this_machine_has_room() {
        let mounts = mounts();
        assert!(mounts.iter().all(|mount| mount.free <= mount.size && mount.available <= mount.size), "{mounts:?}");
    }
}
