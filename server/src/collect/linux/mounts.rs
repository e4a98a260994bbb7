//! Mounted file systems. Asking one can hang for ever (a network's), so none is asked on the thread that reads them.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::fs::statvfs;
use rustix::io::Errno;

use super::standing::{Measured, Standing};
use super::text::text;
use crate::collect::prober::Prober;
use crate::collect::readings::{Mount, MountPoint, Mounts};

/// Threads that hang in a file system; what would be asked then is taken to hang too.
const HANGING: usize = 32;

/// How long all of a reading may take to answer, and how long each may in any case: dead ones come together, and all of
/// them must be done with well before what was read last is forgotten.
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
    prober: Prober<Entry, Measured>,
    standing: Standing,
}

impl MountReader {
    /// Nothing is asked yet.
    pub(in crate::collect) fn new() -> Self {
        Self { prober: Prober::new(HANGING, measure), standing: Standing::default() }
    }

    /// The file systems as the first process sees them, each once. Takes a second or two where one is slow.
    pub(in crate::collect) fn read(&mut self) -> Mounts {
        let table = text("/proc/1/mounts").or_else(|| text("/proc/self/mounts")).unwrap_or_default();
        self.ask(select(&table), PATIENCE)
    }

    fn ask(&mut self, entries: Vec<Entry>, [all, each]: [Duration; 2]) -> Mounts {
        let begun = Instant::now();
        let answer = |entry: Entry| {
            let patience = all.saturating_sub(begun.elapsed()).max(each);
            let answer = self.prober.ask(&entry, patience);
            (entry.place, answer)
        };
        let answers = entries.into_iter().map(answer).collect();
        self.standing.take(answers)
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

fn measure(Entry { place, read_only }: &Entry) -> Measured {
    let status = match statvfs(&place.mount) {
        Ok(status) => status,
        // It is another's, or not where this process can see it.
        Err(Errno::ACCESS | Errno::PERM | Errno::NOENT | Errno::NOTDIR) => return Measured::Unseen,
        Err(error) => return Measured::Fails(error),
    };
    let bytes = |blocks: u64| blocks.saturating_mul(status.f_frsize);
    Measured::Known(Mount {
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
    use std::sync::{Mutex, mpsc};

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

    #[test]
    fn what_is_not_there_to_see_is_no_failure() {
        let of = |mount: &str| Entry {
            place: MountPoint { device: "a".into(), kind: "ext4".into(), mount: mount.into() },
            read_only: false,
        };
        assert_eq!(measure(&of("/none/here")), Measured::Unseen);
        assert!(matches!(measure(&of(&format!("/{}", "x".repeat(9_000)))), Measured::Fails(_)));
    }

    const SHORT: [Duration; 2] = [Duration::from_millis(20); 2];

    /// Asks `/near`, which answers, and `/far`, which answers when it is let.
    fn reader() -> (MountReader, mpsc::Sender<()>) {
        let (allow, allowed) = mpsc::channel();
        let allowed = Mutex::new(allowed);
        let probe = move |entry: &Entry| {
            if entry.place.mount == "/far" {
                let _ = allowed.lock().unwrap().recv();
            }
            let root = Entry { place: MountPoint { mount: "/".to_owned(), ..entry.place.clone() }, read_only: false };
            match measure(&root) {
                Measured::Known(mount) => Measured::Known(Mount { place: entry.place.clone(), ..mount }),
                other => other,
            }
        };
        (MountReader { prober: Prober::new(HANGING, probe), standing: Standing::default() }, allow)
    }

    /// Whether `/far` is known, and whether it is said to hang.
    fn far(reader: &mut MountReader) -> (bool, bool) {
        let mounts = reader.ask(select("a /near ext4 rw 0 0\nb /far nfs rw 0 0\n"), SHORT);
        let known = |mount: &str| mounts.known.iter().any(|known| known.place.mount == mount);
        assert!(known("/near"), "the others go on");
        (known("/far"), mounts.hanging.iter().any(|place| place.mount == "/far"))
    }

    #[test]
    fn a_dead_one_is_named_with_the_second_reading_until_it_is_quick() {
        let (mut reader, allow) = reader();
        assert_eq!([(); 3].map(|()| far(&mut reader)), [(false, false), (false, true), (false, true)]);
        drop(allow);
        reader.prober.wait();
        assert_eq!(far(&mut reader), (true, false));
    }

    #[test]
    fn one_that_always_takes_longer_is_known_and_never_said_to_hang() {
        let (mut reader, allow) = reader();
        assert_eq!(far(&mut reader), (false, false));
        for _ in 0..5 {
            allow.send(()).unwrap();
            reader.prober.wait();
            assert_eq!(far(&mut reader), (true, false), "its answer to the reading before");
        }
    }
}
