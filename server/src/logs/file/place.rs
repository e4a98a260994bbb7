//! Where in a file reading has come to, in a form that outlasts a restart: the file may be another by then.

use std::fs::{self, File, Metadata};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::super::entry::End;
use super::super::glob;
use super::super::regular::{FileId, open};

/// Bytes that are looked at to know a file again: so many at its beginning, and before the place.
const PRINT: u64 = 256;

/// How far a path has been read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::logs) enum Place {
    /// There is no file: one that comes is new.
    Missing,
    /// There is one.
    At(At),
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::logs) struct At {
    pub(super) end: End,
    id: FileId,
    /// Checksums of the file's first bytes, and of those before the place.
    prints: (u32, u32),
}

impl At {
    /// `end` in `file`, whose own position is where it was afterwards.
    pub(super) fn new(file: &mut File, id: FileId, end: End) -> io::Result<Self> {
        Ok(Self { end, id, prints: prints(file, end.offset)? })
    }

    /// Whether `file` is the one in which this is a place, whatever it is called now, or a copy of that.
    pub(in crate::logs) fn fits(&self, file: &mut File, metadata: &Metadata) -> bool {
        let is_same = FileId::of(metadata) == self.id;
        let mut is_known = || prints(file, self.end.offset).is_ok_and(|prints| prints == self.prints);
        metadata.len() >= self.end.offset && if self.end.offset == 0 { is_same } else { is_known() }
    }

    /// Whether it is a place in this very file. One that only looks the same is another.
    pub(in crate::logs) fn is_of(&self, file: &mut File, metadata: &Metadata) -> bool {
        self.end.offset > 0 && FileId::of(metadata) == self.id && self.fits(file, metadata)
    }
}

/// Of a file as long as `offset` at least.
fn prints(file: &mut File, offset: u64) -> io::Result<(u32, u32)> {
    let position = file.stream_position()?;
    let length = offset.min(PRINT);
    let mut of = |from: u64| {
        let mut bytes = vec![0; length as usize];
        file.seek(SeekFrom::Start(from))?;
        file.read_exact(&mut bytes)?;
        Ok::<_, io::Error>(crc32fast::hash(&bytes))
    };
    let prints = of(0).and_then(|first| Ok((first, of(offset - length)?)));
    file.seek(SeekFrom::Start(position))?;
    prints
}

/// What a rotation has left behind of what `path` was: the file in which `at` is a place, and those that came after it,
/// oldest first. Empty where that is gone.
pub(super) fn left_behind(path: &Path, at: &At) -> Vec<PathBuf> {
    let mut siblings: Vec<(SystemTime, PathBuf, bool)> = siblings(path)
        .filter_map(|sibling| {
            let (mut file, metadata) = open(&sibling).ok()?;
            let fits = at.fits(&mut file, &metadata);
            Some((metadata.modified().ok()?, sibling, fits))
        })
        .collect();
    siblings.sort();
    let Some(first) = siblings.iter().position(|(_, _, fits)| *fits) else { return Vec::new() };
    siblings.drain(first..).map(|(_, sibling, _)| sibling).collect()
}

/// Files beside `path` under names that a rotation gives it, and that are not packed.
fn siblings(path: &Path) -> impl Iterator<Item = PathBuf> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(move |entry| {
        let other = entry.file_name().to_string_lossy().into_owned();
        let is_left_behind = other.starts_with(&name) && glob::is_rotated(&other);
        is_left_behind.then(|| entry.path())
    })
}
