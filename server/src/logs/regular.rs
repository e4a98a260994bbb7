use std::fs::{File, Metadata};
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

/// Why a file can't be followed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unreadable {
    #[error("it does not exist")]
    Missing,
    #[error("permission denied")]
    Denied,
    #[error("it is a directory")]
    Directory,
    /// Reading a FIFO or a device may wait for ever.
    #[error("it is not a regular file")]
    NotRegular,
    #[error("{0}")]
    Other(io::Error),
}

impl From<io::Error> for Unreadable {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing,
            io::ErrorKind::PermissionDenied => Self::Denied,
            _ => Self::Other(error),
        }
    }
}

/// What makes a file the same file, whatever it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct FileId {
    #[cfg(unix)]
    device_and_inode: (u64, u64),
}

impl FileId {
    /// Whether there is such a number here.
    pub(super) const TELLS_APART: bool = cfg!(unix);

    #[cfg(unix)]
    pub(super) fn of(metadata: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        Self { device_and_inode: (metadata.dev(), metadata.ino()) }
    }

    /// Whether a file has a name still.
    #[cfg(unix)]
    pub(super) fn has_name(metadata: &Metadata) -> bool {
        use std::os::unix::fs::MetadataExt as _;
        metadata.nlink() > 0
    }

    /// An open file keeps its name where it has no number.
    #[cfg(not(unix))]
    pub(super) fn has_name(_metadata: &Metadata) -> bool {
        true
    }

    /// Where a file has no such number, a new one under the old name is known by being shorter.
    #[cfg(not(unix))]
    pub(super) fn of(_metadata: &Metadata) -> Self {
        Self {}
    }
}

/// Opens the regular file at `path`, through symbolic links.
pub(super) fn open(path: &Path) -> Result<(File, Metadata), Unreadable> {
    // Before it is opened, because opening a FIFO waits for a writer.
    check(&std::fs::metadata(path)?)?;
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    check(&metadata)?;
    Ok((file, metadata))
}

fn check(metadata: &Metadata) -> Result<(), Unreadable> {
    if metadata.is_dir() {
        Err(Unreadable::Directory)
    } else if metadata.is_file() {
        Ok(())
    } else {
        Err(Unreadable::NotRegular)
    }
}
