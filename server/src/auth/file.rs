//! Small files of JSON in the state folder that nobody else may read.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::store::private::{appended, make_folder, replace};

/// The largest file in bytes that is read, and so the largest that is written.
const LARGEST: u64 = 16 * 1024 * 1024;

/// A file can't be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{}: {reason}", path.display())]
pub struct FileError {
    path: PathBuf,
    reason: io::Error,
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
    if json.len() as u64 > LARGEST {
        return Err(error(io::Error::other(format!("there is no room: it may have {LARGEST} bytes"))));
    }
    replace(path, &json).map_err(error)
}

/// Makes `folder` for its owner alone, and waits until nobody else changes what is in it.
pub(super) fn lock(folder: &Path) -> Result<File, FileError> {
    let path = folder.join("access.lock");
    let locked = || {
        make_folder(folder)?;
        let file = appended(&path)?;
        file.lock()?;
        Ok(file)
    };
    locked().map_err(|reason| FileError { path: path.clone(), reason })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Stamp;

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
        assert!(write(&path, &"x".repeat(LARGEST as usize)).unwrap_err().to_string().contains("no room"));
        assert_eq!(read::<Vec<u8>>(&path).unwrap(), [3, 4], "what there was is left");
        fs::write(&path, "[1,").unwrap();
        assert!(read::<Vec<u8>>(&path).unwrap_err().to_string().contains("x.json"));
    }
}
