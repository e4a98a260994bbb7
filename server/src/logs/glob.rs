//! Follows the files whose names fit patterns, those among them that appear later too. A file of several names is followed
//! once.
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
use found::{Fitting, Found};

mod found;

/// How often it is looked for files that have appeared.
const EVERY: Duration = Duration::from_secs(2);
/// How long a file that has another name now is still read by who read it under the old one.
const READ_ON: Duration = Duration::from_secs(5);
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

/// What fits a pattern, and how that is read.
#[derive(Debug)]
struct Pattern {
    reading: Reading,
    /// What is found was there before anybody looked.
    is_first: bool,
    overflow_said: bool,
}

/// The files that fit one of some patterns.
#[derive(Debug)]
pub(super) struct Files {
    texts: Vec<String>,
    patterns: Vec<Pattern>,
    /// Files of one pattern that are followed at most.
    most: usize,
    /// Files that are followed by their names.
    named: Vec<PathBuf>,
    /// Which those were at the last look.
    named_ids: Vec<FileId>,
    known: BTreeMap<PathBuf, Known>,
}

/// A file that was found at the last look.
#[derive(Debug)]
struct Known {
    id: FileId,
    pattern: usize,
    /// Ends when the file is gone.
    task: JoinHandle<()>,
}

impl Files {
    /// Follows what fits one of `patterns` and is none of `named`; at most so many files of each pattern.
    pub(super) fn new(patterns: Vec<(&Path, Reading)>, named: Vec<PathBuf>, most: usize) -> Self {
        let texts: Vec<String> = patterns.iter().map(|(path, _)| path.to_string_lossy().into_owned()).collect();
        // Not so where an earlier life has looked.
        let is_first = |reading: &Reading, text: &str| reading.places.get::<bool>(&mark(text)).is_none();
        let patterns = patterns.into_iter().zip(&texts).map(|((_, reading), text)| Pattern {
            is_first: is_first(&reading, text),
            reading,
            overflow_said: false,
        });
        let patterns = patterns.collect();
        Self { texts, patterns, most, named, named_ids: Vec::new(), known: BTreeMap::new() }
    }

    /// Looks again and again until `shutdown` is cancelled, and for as long follows what it finds.
    pub(super) async fn follow(mut self, shutdown: CancellationToken) {
        while !shutdown.is_cancelled() {
            let (texts, named) = (self.texts.clone(), self.named.clone());
            // A pattern can go through large folders.
            let Ok(found) = tokio::task::spawn_blocking(move || found::look(&texts, &named)).await else { break };
            self.compare(found, &shutdown);
            for (pattern, text) in self.patterns.iter_mut().zip(&self.texts) {
                if std::mem::replace(&mut pattern.is_first, false) {
                    pattern.reading.places.set(&mark(text), &true);
                }
            }
            let _ = shutdown.run_until_cancelled(tokio::time::sleep(EVERY)).await;
        }
        for task in self.known.into_values().map(|known| known.task) {
            // One that panicked has said so.
            let _ = task.await;
        }
    }

    fn compare(&mut self, found: Found, shutdown: &CancellationToken) {
        // The number of a file that is gone may be another's already.
        let is_there = |known: &&Known| !known.task.is_finished();
        let ids: Vec<FileId> = self.known.values().filter(is_there).map(|known| known.id).collect();
        self.known.retain(|path, known| {
            // Its follower reads a successor under the same name by itself.
            known.id = found.files.get(path).map_or(known.id, |file| file.id);
            !known.task.is_finished()
        });
        let mut left_out = vec![0_u64; self.patterns.len()];
        for (path, Fitting { id, pattern }) in found.files {
            if self.known.contains_key(&path) {
                continue;
            }
            if self.known.values().filter(|known| known.pattern == pattern).count() >= self.most {
                left_out[pattern] += 1;
                continue;
            }
            let is_renamed = FileId::TELLS_APART && (ids.contains(&id) || self.named_ids.contains(&id));
            let task = self.spawn(&path, pattern, is_renamed, shutdown.clone());
            self.known.insert(path, Known { id, pattern, task });
        }
        self.named_ids = found.named;
        for (pattern, left_out) in left_out.into_iter().enumerate() {
            self.say_left_out(pattern, left_out);
        }
    }

    fn say_left_out(&mut self, number: usize, left_out: u64) {
        let pattern = &mut self.patterns[number];
        if left_out > 0 && !std::mem::replace(&mut pattern.overflow_said, true) {
            let text = line::whole(self.texts[number].as_bytes(), MAX_LINE);
            let message = format!("{left_out} files that fit {text} are not followed: {} are at most", self.most);
            pattern.reading.outlet.publish(notice(LogLevel::Warn, message));
        }
    }

    fn spawn(&self, path: &Path, number: usize, is_renamed: bool, shutdown: CancellationToken) -> JoinHandle<()> {
        let Pattern { reading, is_first, .. } = &self.patterns[number];
        let (source, sink) = (source(&self.texts[number], path), reading.sink(path));
        if !is_renamed {
            let follower = reading.follower(path, source).found(!is_first);
            return tokio::spawn(file::follow(follower, sink, shutdown));
        }
        // It is read to its end under its old name; then under this one, if its writer goes on, and so that another life
        // knows how far that was.
        let follower = reading.follower(path, source).read_up_to(None).found(false);
        tokio::spawn(async move {
            if shutdown.run_until_cancelled(tokio::time::sleep(READ_ON)).await.is_some() {
                file::follow(follower, sink, shutdown).await;
            }
        })
    }
}

/// The name under which it is kept that a pattern was looked for.
fn mark(pattern: &str) -> String {
    format!("pattern {pattern}")
}

/// What the entries of the file at `path` name as their source: the part of it that `pattern` leaves open.
fn source(pattern: &str, path: &Path) -> String {
    let fixed = Path::new(pattern).ancestors().skip(1).find(|folder| !is_pattern(folder));
    let open = fixed.and_then(|fixed| path.strip_prefix(fixed).ok()).unwrap_or(path);
    line::whole(open.as_os_str().as_encoded_bytes(), MAX_LINE)
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
