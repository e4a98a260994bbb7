//! Files of settings and secrets, read as a whole.

use std::fs::{File, Metadata};
use std::io::{self, Read as _};
use std::path::Path;

/// The text of the regular file at `path`, through symbolic links, of at most `most` bytes. Reading a named pipe or a
/// device may wait for ever, or never end.
pub(crate) fn read(path: &Path, most: u64) -> io::Result<String> {
    // Before it is opened, because opening a named pipe waits for a writer.
    check(&std::fs::metadata(path)?, most)?;
    let file = File::open(path)?;
    check(&file.metadata()?, most)?;
    let mut text = String::new();
    // It may have grown since, or be of a kind whose size is not known before.
    let read = file.take(most + 1).read_to_string(&mut text)?;
    if read as u64 > most { Err(too_large(most, "more")) } else { Ok(text) }
}

fn check(metadata: &Metadata, most: u64) -> io::Result<()> {
    if !metadata.is_file() {
        let got = if metadata.is_dir() { "a folder" } else { "a pipe, a socket or a device" };
        return Err(io::Error::other(format!("expected a regular file, got {got}")));
    }
    if metadata.len() > most { Err(too_large(most, &metadata.len().to_string())) } else { Ok(()) }
}

fn too_large(most: u64, got: &str) -> io::Error {
    io::Error::other(format!("expected at most {most} bytes, got {got}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(path: &Path) -> String {
        read(path, 10).unwrap_err().to_string()
    }

    #[test]
    fn a_file_is_read_up_to_its_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, "1234567890").unwrap();
        assert_eq!(read(&path, 10).unwrap(), "1234567890");
        std::fs::write(&path, "12345678901").unwrap();
        assert_eq!(refused(&path), "expected at most 10 bytes, got 11");
        assert_eq!(refused(folder.path()), "expected a regular file, got a folder");
    }

    #[cfg(unix)]
    #[test]
    fn what_may_block_or_never_end_is_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        for path in [&pipe, Path::new("/dev/zero")] {
            assert_eq!(refused(path), "expected a regular file, got a pipe, a socket or a device");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_that_hides_its_size_is_not_read_past_the_limit() {
        assert_eq!(refused(Path::new("/proc/self/status")), "expected at most 10 bytes, got more");
    }
}
