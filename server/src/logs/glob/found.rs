//! The files that fit patterns, each once.

use std::collections::BTreeMap;
use std::fs::{DirEntry, FileType};
use std::path::{Path, PathBuf};

use super::is_left_behind;
use crate::logs::regular::FileId;

/// What a look has found.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// What fits, by path.
    pub(super) files: BTreeMap<PathBuf, Fitting>,
    /// The files that are followed by their names.
    pub(super) named: Vec<FileId>,
}

/// A file that fits a pattern.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Fitting {
    pub(super) id: FileId,
    /// The number of the first pattern that it fits.
    pub(super) pattern: usize,
}

/// What makes a file one that is followed once.
type Key = (FileId, Option<PathBuf>);
/// The parts and the bytes of a path, the path, and the number of the pattern that it fits: the least is followed.
type Candidate = (usize, usize, PathBuf, usize);

/// The regular files that fit one of `patterns` and are worth following, each by its shortest path; without those at the
/// paths `named`.
pub(super) fn look(patterns: &[String], named: &[PathBuf]) -> Found {
    let named_ids: Vec<FileId> = named.iter().filter_map(|path| id_of(path)).collect();
    let mut shortest: BTreeMap<Key, Candidate> = BTreeMap::new();
    for (number, pattern) in patterns.iter().enumerate() {
        for path in fitting(pattern).into_iter().filter(|path| !is_left_behind(path)) {
            let is_named =
                |id: &FileId| if FileId::TELLS_APART { named_ids.contains(id) } else { named.contains(&path) };
            let Some(id) = id_of(&path).filter(|id| !is_named(id)) else { continue };
            // Where files have no numbers, each path is a file.
            let key = (id, (!FileId::TELLS_APART).then(|| path.clone()));
            let found = (path.components().count(), path.as_os_str().len(), path, number);
            let known = shortest.entry(key).or_insert_with(|| found.clone());
            if found < *known {
                *known = found;
            }
        }
    }
    let by_path = shortest.into_iter().map(|((id, _), (_, _, path, pattern))| (path, Fitting { id, pattern }));
    Found { files: by_path.collect(), named: named_ids }
}

fn id_of(path: &Path) -> Option<FileId> {
    std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file).as_ref().map(FileId::of)
}

/// The paths that fit. `**` stands for folders themselves and not for links to them, which may lead round in a circle;
/// every other part of a pattern follows links.
fn fitting(pattern: &str) -> Vec<PathBuf> {
    let Some((before, after)) = pattern.split_once("**/") else {
        return glob::glob(pattern).into_iter().flatten().flatten().collect();
    };
    let after = after.trim_start_matches("**/");
    let roots = if before.is_empty() { vec![PathBuf::new()] } else { fitting(before) };
    let within = |folder: PathBuf| {
        let folder = PathBuf::from(glob::Pattern::escape(&folder.to_string_lossy()));
        fitting(&folder.join(after).to_string_lossy())
    };
    roots.into_iter().flat_map(folders).flat_map(within).collect()
}

/// `root` and all folders below it, without links.
fn folders(root: PathBuf) -> Vec<PathBuf> {
    let mut folders = vec![root];
    let mut looked_in = 0;
    while let Some(folder) = folders.get(looked_in).cloned() {
        let here = if folder.as_os_str().is_empty() { Path::new(".") } else { &folder };
        let is_folder = |entry: &DirEntry| entry.file_type().as_ref().is_ok_and(FileType::is_dir);
        let entries = std::fs::read_dir(here).into_iter().flatten().flatten();
        folders.extend(entries.filter(is_folder).map(|entry| folder.join(entry.file_name())));
        looked_in += 1;
    }
    folders
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// What `patterns` find in a folder of its own, without its own path.
    fn found(folder: &Path, patterns: &[&str], named: &[&str]) -> Vec<String> {
        let patterns: Vec<String> = patterns.iter().map(|pattern| format!("{}/{pattern}", folder.display())).collect();
        let named: Vec<PathBuf> = named.iter().map(|name| folder.join(name)).collect();
        let shown = |(path, fitting): (&PathBuf, &Fitting)| {
            format!("{} {}", path.strip_prefix(folder).unwrap().display(), fitting.pattern)
        };
        look(&patterns, &named).files.iter().map(shown).collect()
    }

    #[cfg(unix)]
    #[test]
    fn links_that_lead_round_in_a_circle_are_not_gone_round() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir_all(at("l/a/b[1]")).unwrap();
        symlink("..", at("l/a/up")).unwrap();
        symlink("../..", at("l/a/b[1]/up")).unwrap();
        for name in ["l/x.log", "l/a/x.log", "l/a/b[1]/x.log", "l/a/y.txt"] {
            fs::write(at(name), "").unwrap();
        }
        let all = ["l/a/b[1]/x.log 0", "l/a/x.log 0", "l/x.log 0"];
        for pattern in ["l/**/*.log", "**/*.log", "**/**/*.log", "**/a/../**/*.log"] {
            let found = found(folder.path(), &[pattern], &[]);
            assert_eq!(found.len(), all.len(), "{pattern}: {found:?}");
        }
        assert_eq!(found(folder.path(), &["l/**/*.log"], &[]), all);
        assert_eq!(found(folder.path(), &["l/**/b*/*.log"], &[]), all[..1]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_is_named_is_followed() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("release-7/log")).unwrap();
        fs::write(folder.path().join("release-7/log/x.log"), "").unwrap();
        std::os::unix::fs::symlink("release-7", folder.path().join("current")).unwrap();
        for pattern in ["current/**/*.log", "**/current/log/*.log", "cur*/log/*.log"] {
            assert_eq!(found(folder.path(), &[pattern], &[]), ["current/log/x.log 0"], "{pattern}");
        }
        assert_eq!(found(folder.path(), &["**/*.log"], &[]), ["release-7/log/x.log 0"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_of_several_names_is_found_by_the_shortest() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("l")).unwrap();
        fs::write(at("l/x.log"), "").unwrap();
        fs::hard_link(at("l/x.log"), at("l/same.log")).unwrap();
        fs::write(at("l/y.log"), "").unwrap();
        std::os::unix::fs::symlink("l/y.log", at("a-longer-name.log")).unwrap();
        let all = ["l/*.log", "l/**/*.log", "*.log", "l/x.log"];
        assert_eq!(found(folder.path(), &all, &[]), ["a-longer-name.log 2", "l/x.log 0"]);
        assert_eq!(found(folder.path(), &all, &["l/x.log"]), ["a-longer-name.log 2"], "that is followed by its name");
    }
}
