//! Mounted file systems. Asking one can hang for ever (a network's), so none is asked on the thread that reads them.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use rustix::fs::statvfs;

use super::text::text;
use crate::collect::prober::Prober;
use crate::collect::readings::{Mount, MountPoint, Mounts};

/// Threads that hang in a file system; what would be asked then is taken to hang too.
const HANGING: usize = 32;

/// How long one may take to answer, and how long each of the others in a reading where one has taken too long: dead ones
/// come together, and all of them must be done with well before what was read last is forgotten.
const PATIENCE: [Duration; 2] = [Duration::from_secs(2), Duration::from_millis(250)];

/// Kinds without room of their own, as node_exporter has it.
const LEFT_OUT: [&str; 23] = [
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
#[derive(Debug, Clone, PartialEq)]
struct Entry {
    place: MountPoint,
    read_only: bool,
}

/// Reads the file systems that hold data.
#[derive(Debug)]
pub(in crate::collect) struct MountReader {
    prober: Prober<Entry, Option<Mount>>,
    hanging: Vec<MountPoint>,
}

impl MountReader {
    /// Nothing is asked yet.
    pub(in crate::collect) fn new() -> Self {
        Self { prober: Prober::new(HANGING, measure), hanging: Vec::new() }
    }

    /// The file systems as the first process sees them, each once. Takes a second or two where one begins to hang.
    pub(in crate::collect) fn read(&mut self) -> Mounts {
        let table = text("/proc/1/mounts").or_else(|| text("/proc/self/mounts")).unwrap_or_default();
        let mut mounts = Mounts::default();
        let mut patience = PATIENCE[0];
        for entry in select(&table) {
            match self.prober.ask(&entry, patience) {
                Some(answer) => mounts.known.extend(answer),
                None => {
                    if !self.hanging.contains(&entry.place) {
                        patience = PATIENCE[1];
                    }
                    mounts.hanging.push(entry.place);
                }
            }
        }
        self.tell(&mounts);
        self.hanging.clone_from(&mounts.hanging);
        mounts
    }

    /// Says what hangs now, and what no longer does.
    fn tell(&self, mounts: &Mounts) {
        for MountPoint { mount, device, .. } in mounts.hanging.iter().filter(|place| !self.hanging.contains(place)) {
            tracing::warn!("{mount} ({device}) hangs: its space is not known until it answers");
        }
        let answers = |place: &&MountPoint| mounts.known.iter().any(|mount| mount.place == **place);
        for MountPoint { mount, device, .. } in self.hanging.iter().filter(answers) {
            tracing::info!("{mount} ({device}) answers again");
        }
    }
}

fn select(table: &str) -> Vec<Entry> {
    let mut seen = BTreeSet::new();
    let mut entries: Vec<Entry> = table.lines().filter_map(parse).collect();
    entries.retain(|Entry { place, .. }| {
        // The root of a container is an overlay; every other one is a container's root, its room that of the disk below.
        let someone_elses = place.kind == "overlay" && place.mount != "/";
        !someone_elses
            && !LEFT_OUT.contains(&place.kind.as_str())
            && !FOLDERS.iter().any(|folder| Path::new(&place.mount).starts_with(folder))
            && seen.insert(place.clone())
    });
    entries
}

/// `/dev/sda1 /mnt/my\040disk ext4 ro,relatime 0 0`. Not by procfs, which leaves `\040` as it is.
fn parse(line: &str) -> Option<Entry> {
    let mut fields = line.split(' ');
    let mut field = || fields.next().map(unescape);
    let (device, mount, kind) = (field()?, field()?, field()?);
    Some(Entry {
        place: MountPoint { device, kind, mount },
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

/// None where it can't be asked.
fn measure(Entry { place, read_only }: &Entry) -> Option<Mount> {
    let status = statvfs(&place.mount).ok()?;
    let bytes = |blocks: u64| blocks.saturating_mul(status.f_frsize);
    Some(Mount {
        size: bytes(status.f_blocks),
        free: bytes(status.f_bfree),
        available: bytes(status.f_bavail),
        files: status.f_files,
        files_free: status.f_ffree,
        read_only: *read_only,
        folder: Path::new(&place.mount).is_dir(),
        place: place.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_data_once() {
        let text = "proc /proc proc rw 0 0\n/dev/vda / ext4 rw,relatime 0 0\n/dev/vda / ext4 rw 0 0\n\
            tmpfs /dev/shm tmpfs rw 0 0\ntmpfs /run tmpfs rw 0 0\n/dev/sdb1 /mnt/my\\040disk xfs ro 0 0\n\
            overlay /var/lib/x overlay rw 0 0\noverlay / overlay ro 0 0\n/dev/vdb /devices ext4 rw 0 0\n";
        let entries = select(text);
        let mounts: Vec<_> = entries.iter().map(|entry| (entry.place.mount.as_str(), entry.read_only)).collect();
        assert_eq!(mounts, [("/", false), ("/run", false), ("/mnt/my disk", true), ("/", true), ("/devices", false)]);
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
        let mounts = MountReader::new().read().known;
        assert!(mounts.iter().all(|mount| mount.free <= mount.size && mount.available <= mount.size), "{mounts:?}");
        let root = mounts.iter().find(|mount| mount.place.mount == "/").unwrap();
        assert!(root.folder && root.size > 0);
    }
}
