//! Small files of JSON in the state folder that nobody else may read: written beside the old one, made durable, renamed. So
//! there is always a whole one, whenever the process ends.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// The largest file in bytes that is read.
const LARGEST: u64 = 16 * 1024 * 1024;

/// A file can't be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{}: {reason}", path.display())]
pub struct FileError {
    path: PathBuf,
    reason: io::Error,
}

/// By what it shows that a file is another than before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    modified: Option<SystemTime>,
    bytes: u64,
    number: u64,
}

impl Stamp {
    /// That of the file at `path`, if there is one.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let metadata = fs::metadata(path).ok()?;
        Some(Self { modified: metadata.modified().ok(), bytes: metadata.len(), number: number(&metadata) })
    }
}

#[cfg(unix)]
fn number(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn number(_: &Metadata) -> u64 {
    0
}

/// What the file at `path` holds; nothing where there is none.
pub(super) fn read<T: DeserializeOwned + Default>(path: &Path) -> Result<T, FileError> {
    let error = |reason| FileError { path: path.to_owned(), reason };
    let bytes = match fs::metadata(path) {
        Ok(metadata) if metadata.len() > LARGEST => {
            return Err(error(io::Error::other(format!("expected at most {LARGEST} bytes, got {}", metadata.len()))));
        }
        Ok(_) => fs::read(path).map_err(error)?,
        Err(missing) if missing.kind() == io::ErrorKind::NotFound => return Ok(T::default()),
        Err(reason) => return Err(error(reason)),
    };
    serde_json::from_slice(&bytes).map_err(|reason| error(io::Error::other(reason)))
}

/// Puts `value` in the place of what the file at `path` holds.
pub(super) fn write<T: Serialize>(path: &Path, value: &T) -> Result<(), FileError> {
    let error = |reason| FileError { path: path.to_owned(), reason };
    let json = serde_json::to_vec_pretty(value).map_err(|reason| error(io::Error::other(reason)))?;
    replace(path, &json).map_err(error)
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let temporary = path.with_extension("json.new");
    let mut file = private(OpenOptions::new().write(true).create(true).truncate(true)).open(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&temporary, path)?;
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    Ok(())
}

/// Makes `folder` for its owner alone, and waits until nobody else changes what is in it.
pub(super) fn lock(folder: &Path) -> Result<File, FileError> {
    let path = folder.join("access.lock");
    let locked = || {
        make_folder(folder)?;
        let file = private(OpenOptions::new().append(true).create(true)).open(&path)?;
        file.lock()?;
        Ok(file)
    };
    locked().map_err(|reason| FileError { path: path.clone(), reason })
}

/// Makes `folder`, for its owner alone, if it isn't there.
pub(super) fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_and_nobody_else_may_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.json");
        assert_eq!(read::<Vec<u8>>(&path).unwrap(), [0; 0]);
        write(&path, &[1, 2]).unwrap();
        let first = Stamp::of(&path);
        write(&path, &[3, 4]).unwrap();
        assert_ne!(Stamp::of(&path), first, "another file of the same length");
        assert_eq!(read::<Vec<u8>>(&path).unwrap(), [3, 4]);
        #[cfg(unix)]
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions()) & 0o777, 0o600);
        fs::write(&path, "[1,").unwrap();
        assert!(read::<Vec<u8>>(&path).unwrap_err().to_string().contains("x.json"));
    }
}
