//! Follows the files whose names fit a pattern, those among them that appear later too.
//!
//! What a rotation leaves behind under another name (`app.log.1`, `app.log-20260131`, `app.log.old`) and what is packed is
//! not followed: it has been read as `app.log`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use app::model::LogLevel;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::file;
use super::outlet::notice;
use super::reading::Reading;
use super::regular::FileId;
use super::{MAX_LINE, line};

/// How often it is looked for files that have appeared.
const EVERY: Duration = Duration::from_secs(2);
/// Endings of files that are packed, or no logs.
const NOT_FOLLOWED: [&str; 7] = ["gz", "xz", "zst", "bz2", "lz4", "zip", "swp"];
/// Endings of files that are left behind, beside numbers.
const ROTATED: [&str; 2] = ["old", "bak"];

/// Whether `path` is a pattern and not the name of one file.
pub(super) fn is_pattern(path: &Path) -> bool {
    path.to_string_lossy().contains(['*', '?', '['])
}

/// Why `path` can't be followed, if it is a pattern that means nothing.
pub(super) fn mistake(path: &Path) -> Option<&'static str> {
    let pattern = Some(path).filter(|path| is_pattern(path))?.to_string_lossy().into_owned();
    glob::Pattern::new(&pattern).err().map(|error| error.msg)
}

/// The files that fit one pattern.
#[derive(Debug)]
pub(super) struct Files {
    pattern: String,
    reading: Reading,
    /// Files that are followed at most.
    most: usize,
    known: BTreeMap<PathBuf, Known>,
    overflow_said: bool,
}

/// A file that was found at the last look.
#[derive(Debug)]
struct Known {
    id: FileId,
    /// Ends when the file is gone. None where it had been read under another name.
    task: Option<JoinHandle<()>>,
}

impl Files {
    pub(super) fn new(pattern: &Path, most: usize, reading: Reading) -> Self {
        let pattern = pattern.to_string_lossy().into_owned();
        Self { pattern, reading, most, known: BTreeMap::new(), overflow_said: false }
    }

    /// Looks again and again until `shutdown` is cancelled, and for as long follows what it finds.
    pub(super) async fn follow(mut self, shutdown: CancellationToken) {
        // Whether what is found was there before anybody looked. Not so where an earlier life has looked.
        let name = format!("pattern {}", self.pattern);
        let mut is_first = self.reading.places.get::<bool>(&name).is_none();
        while !shutdown.is_cancelled() {
            let pattern = self.pattern.clone();
            // A pattern can go through large folders.
            let Ok(found) = tokio::task::spawn_blocking(move || found(&pattern)).await else { break };
            self.compare(found, is_first, &shutdown);
            if std::mem::replace(&mut is_first, false) {
                self.reading.places.set(&name, &true);
            }
            let _ = shutdown.run_until_cancelled(tokio::time::sleep(EVERY)).await;
        }
        for task in self.known.into_values().filter_map(|known| known.task) {
            // One that panicked has said so.
            let _ = task.await;
        }
    }

    fn compare(&mut self, found: BTreeMap<PathBuf, FileId>, is_first: bool, shutdown: &CancellationToken) {
        // The number of a file that is gone may be another's already.
        let is_there = |known: &&Known| known.task.as_ref().is_none_or(|task| !task.is_finished());
        let ids: Vec<FileId> = self.known.values().filter(is_there).map(|known| known.id).collect();
        self.known.retain(|path, known| match (found.get(path), &known.task) {
            // Its follower reads a successor under the same name by itself.
            (Some(&id), Some(task)) if !task.is_finished() => {
                known.id = id;
                true
            }
            (Some(&id), None) => known.id == id,
            (_, task) => task.as_ref().is_some_and(|task| !task.is_finished()),
        });
        let mut left_out = 0_u64;
        for (path, id) in found {
            if self.known.contains_key(&path) {
                continue;
            }
            if self.known.len() >= self.most {
                left_out += 1;
                continue;
            }
            let is_renamed = ids.contains(&id);
            let task = (!is_renamed).then(|| self.spawn(&path, is_first, shutdown.clone()));
            self.known.insert(path, Known { id, task });
        }
        if left_out > 0 && !std::mem::replace(&mut self.overflow_said, true) {
            let pattern = line::whole(self.pattern.as_bytes(), MAX_LINE);
            let message = format!("{left_out} files that fit {pattern} are not followed: {} are at most", self.most);
            self.reading.outlet.publish(notice(LogLevel::Warn, message));
        }
    }

    fn spawn(&self, path: &Path, is_first: bool, shutdown: CancellationToken) -> JoinHandle<()> {
        let follower = self.reading.follower(path, self.source(path)).found(!is_first);
        tokio::spawn(file::follow(follower, self.reading.sink(path), shutdown))
    }

    /// What the entries of the file at `path` name as their source: the part of it that the pattern leaves open.
    fn source(&self, path: &Path) -> String {
        let fixed = Path::new(&self.pattern).ancestors().skip(1).find(|folder| !is_pattern(folder));
        let open = fixed.and_then(|fixed| path.strip_prefix(fixed).ok()).unwrap_or(path);
        line::whole(open.as_os_str().as_encoded_bytes(), MAX_LINE)
    }
}

/// The regular files that fit and are worth following.
fn found(pattern: &str) -> BTreeMap<PathBuf, FileId> {
    let Ok(paths) = glob::glob(pattern) else { return BTreeMap::new() };
    let regular = |path: PathBuf| {
        let metadata = std::fs::metadata(&path).ok().filter(std::fs::Metadata::is_file)?;
        Some((path, FileId::of(&metadata)))
    };
    paths.flatten().filter(|path| !is_left_behind(path)).filter_map(regular).collect()
}

fn is_left_behind(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    is_rotated(&name) || name.rsplit_once('.').is_some_and(|(_, end)| NOT_FOLLOWED.contains(&end))
}

/// Whether a rotation gives a file such a name.
pub(super) fn is_rotated(name: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let by_ending = name.rsplit_once('.').is_some_and(|(_, end)| is_number(end) || ROTATED.contains(&end));
    let by_date = name.rsplit_once('-').is_some_and(|(_, end)| end.len() >= 8 && is_number(end));
    by_ending || by_date || name.ends_with('~')
}

#[cfg(test)]
mod tests;
