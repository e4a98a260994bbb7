//! Files and folders that nobody but their owner may read: they hold what alerts and logs say, and who may come in.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Makes `folder` if it isn't there.
pub(crate) fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// A file to be appended to.
pub(crate) fn appended(path: &Path) -> io::Result<File> {
    let file = private(OpenOptions::new().append(true).create(true)).open(path)?;
    hand_over(&file, path)?;
    Ok(file)
}

/// Puts `bytes` in the place of what is at `path`: written beside it, made durable, renamed. So there is always a whole one,
/// whenever the process ends.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(".new");
    let temporary = PathBuf::from(temporary);
    let mut file = private(OpenOptions::new().write(true).create(true).truncate(true)).open(&temporary)?;
    hand_over(&file, &temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&temporary, path)?;
    #[cfg(unix)]
    File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()?;
    Ok(())
}

/// Whoever owns the folder could have put a link there, for root to follow.
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600).custom_flags(rustix::fs::OFlags::NOFOLLOW.bits().cast_signed());
    }
    options
}

/// Gives a file that root has made to the owner of its folder: the user that the server runs as has to read it.
#[cfg(unix)]
fn hand_over(file: &File, path: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    if !rustix::process::geteuid().is_root() {
        return Ok(());
    }
    let folder = fs::metadata(path.parent().unwrap_or(Path::new(".")))?;
    let (made, owner) = (file.metadata()?, (folder.uid(), folder.gid()));
    if (made.uid(), made.gid()) == owner { Ok(()) } else { fchown(file, Some(owner.0), Some(owner.1)) }
}

#[cfg(not(unix))]
fn hand_over(_: &File, _: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{MetadataExt as _, chown, symlink};

    use super::*;

    #[test]
    fn what_root_makes_belongs_to_the_owner_of_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        // Anybody but root makes what is their own.
        let owner = if rustix::process::geteuid().is_root() { 12_345 } else { rustix::process::geteuid().as_raw() };
        chown(folder.path(), Some(owner), None).unwrap();
        replace(&folder.path().join("users.json"), b"[]").unwrap();
        appended(&folder.path().join("access.lock")).unwrap();
        for name in ["users.json", "access.lock"] {
            let metadata = fs::metadata(folder.path().join(name)).unwrap();
            assert_eq!((metadata.uid(), metadata.mode() & 0o777), (owner, 0o600), "{name}");
        }
    }

    #[test]
    fn links_are_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let elsewhere = folder.path().join("elsewhere");
        fs::write(&elsewhere, "as it was").unwrap();
        symlink(&elsewhere, folder.path().join("users.json.new")).unwrap();
        symlink(&elsewhere, folder.path().join("access.lock")).unwrap();
        replace(&folder.path().join("users.json"), b"[]").unwrap_err();
        appended(&folder.path().join("access.lock")).unwrap_err();
        assert_eq!(fs::read_to_string(elsewhere).unwrap(), "as it was");
    }
}
