//! Files of the kernel: small texts, often of a single number.

use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// What the file says, without spaces around; none where it isn't there, or isn't text.
pub(super) fn text(path: impl AsRef<Path>) -> Option<String> {
    let mut text = fs::read_to_string(path).ok()?;
    text.truncate(text.trim_end().len());
    Some(text)
}

/// What the file says, where it says anything.
pub(super) fn words(path: impl AsRef<Path>) -> Option<String> {
    text(path).filter(|text| !text.is_empty())
}

/// The number in the file.
pub(super) fn number<T: FromStr>(path: impl AsRef<Path>) -> Option<T> {
    text(path)?.parse().ok()
}

/// Whether the file says 1 (or 0).
pub(super) fn flag(path: impl AsRef<Path>) -> Option<bool> {
    number::<u8>(path).map(|number| number == 1)
}

/// What is in the folder, by name.
pub(super) fn entries(folder: impl AsRef<Path>) -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut entries: Vec<(String, PathBuf)> =
        entries.filter_map(|entry| Some((entry.file_name().into_string().ok()?, entry.path()))).collect();
    entries.sort_unstable();
    entries
}

/// The number between `prefix` and the end of `name`.
pub(super) fn numbered(name: &str, prefix: &str) -> Option<u32> {
    name.strip_prefix(prefix)?.parse().ok()
}

/// A folder with these files in it.
#[cfg(test)]
pub(super) fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for (file, text) in files {
        let path = root.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    root
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_is_absent() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &[u8]| {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            path
        };
        assert_eq!(number(file("a", b"42\n")), Some(42));
        assert_eq!(number::<u64>(file("b", b"max\n")), None);
        assert_eq!(number::<u64>(file("c", b"\xff\n")), None);
        assert_eq!(words(file("d", b" \n")), None);
        assert_eq!(text(folder.path().join("none")), None);
        assert_eq!(flag(file("e", b"1\n")), Some(true));
        let names: Vec<String> = entries(folder.path()).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["a", "b", "c", "d", "e"]);
        assert!(entries("/no/such/folder").is_empty());
        assert_eq!((numbered("cpu12", "cpu"), numbered("cpufreq", "cpu")), (Some(12), None));
    }
}
