//! Disks and file systems.

use app::model::FileSystem;

/// What one disk, or a part of one, did since boot.
#[derive(Debug, Clone, PartialEq)]
pub struct DiskCounters {
    /// The device, like `sda`.
    pub device: String,
    /// Reads.
    pub reads: Operations,
    /// Writes.
    pub writes: Operations,
    /// Operations under way: its queue.
    pub in_progress: u64,
    /// Seconds in which something was under way.
    pub busy: f64,
    /// Seconds that operations took, together.
    pub weighted: f64,
    /// Discards; none before Linux 4.18.
    pub discards: Option<Discards>,
    /// Flushes; none before Linux 5.5.
    pub flushes: Option<Flushes>,
}

/// Reads, or writes.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Operations {
    /// Completed.
    pub completed: u64,
    /// Merged into one before it went to the device.
    pub merged: u64,
    /// Bytes.
    pub bytes: u64,
    /// Seconds that they took, together.
    pub seconds: f64,
}

/// Blocks given back to the device.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Discards {
    /// Completed.
    pub completed: u64,
    /// Merged into one.
    pub merged: u64,
    /// Sectors.
    pub sectors: u64,
    /// Seconds that they took, together.
    pub seconds: f64,
}

/// Orders to the device to write what it holds in memory.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Flushes {
    /// Completed.
    pub completed: u64,
    /// Seconds that they took, together.
    pub seconds: f64,
}

/// The file systems that are mounted.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Mounts {
    /// Those that answer.
    pub known: Vec<Mount>,
    /// Those that don't: asking one hangs or fails, like that of a network whose server is gone.
    pub hanging: Vec<MountPoint>,
    /// Those among the known that hold data, each device once, by mount.
    pub data: Vec<FileSystem>,
}

/// What is mounted where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MountPoint {
    /// What is mounted.
    pub device: String,
    /// Its kind, like `ext4`.
    pub kind: String,
    /// Where.
    pub mount: String,
}

/// One mounted file system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// What is mounted where.
    pub place: MountPoint,
    /// Bytes in all.
    pub size: u64,
    /// Bytes free.
    pub free: u64,
    /// Bytes free to everybody.
    pub available: u64,
    /// Inodes in all; 0 where it has none.
    pub files: u64,
    /// Inodes free.
    pub files_free: u64,
    /// Whether nothing can be written.
    pub read_only: bool,
    /// Whether it is mounted on a folder; in containers single files are mounted too, like `/etc/hosts`.
    pub folder: bool,
}
