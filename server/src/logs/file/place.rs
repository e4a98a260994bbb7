//! Where in a file reading has come to, in a form that outlasts a restart: the file may be another by then.

use std::cmp::Reverse;
use std::fs::{self, File, Metadata};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::iter;
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
        Ok(Self { end, id, prints: Edges::of(file, end.offset)?.prints() })
    }

    /// `end` in a file that has `edges` there, or had.
    pub(super) fn with(edges: &Edges, id: FileId, end: End) -> Self {
        Self { end, id, prints: edges.prints() }
    }

    /// Whether `file` is the one in which this is a place, whatever it is called now, or a copy of that.
    pub(in crate::logs) fn fits(&self, file: &mut File, metadata: &Metadata) -> bool {
        let is_same = FileId::of(metadata) == self.id;
        let mut is_known = || Edges::of(file, self.end.offset).is_ok_and(|edges| edges.prints() == self.prints);
        metadata.len() >= self.end.offset && if self.end.offset == 0 { is_same } else { is_known() }
    }

    /// Whether it is a place in this very file. One that only looks the same is another.
    pub(in crate::logs) fn is_of(&self, file: &mut File, metadata: &Metadata) -> bool {
        self.end.offset > 0 && FileId::of(metadata) == self.id && self.fits(file, metadata)
    }
}

/// What a file is known by up to a place in it.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Edges {
    /// Its first bytes.
    first: Vec<u8>,
    /// Those before the place.
    last: Vec<u8>,
}

impl Edges {
    /// Of `file`, up to `offset`. The file's own position is where it was afterwards.
    pub(super) fn of(file: &mut File, offset: u64) -> io::Result<Self> {
        let position = file.stream_position()?;
        let length = offset.min(PRINT);
        let mut read = |from: u64| {
            let mut bytes = vec![0; length as usize];
            file.seek(SeekFrom::Start(from))?;
            file.read_exact(&mut bytes)?;
            Ok::<_, io::Error>(bytes)
        };
        let edges = read(0).and_then(|first| Ok(Self { first, last: read(offset - length)? }));
        file.seek(SeekFrom::Start(position))?;
        edges
    }

    /// `bytes` have been read after the place.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        let room = PRINT as usize - self.first.len();
        self.first.extend_from_slice(&bytes[..bytes.len().min(room)]);
        self.last.extend_from_slice(&bytes[bytes.len().saturating_sub(PRINT as usize)..]);
        self.last.drain(..self.last.len().saturating_sub(PRINT as usize));
    }

    /// Whether the first bytes are the same, and as many as are looked at.
    pub(super) fn begins_as(&self, other: &Self) -> bool {
        self.first.len() == PRINT as usize && self.first == other.first
    }

    fn prints(&self) -> (u32, u32) {
        (crc32fast::hash(&self.first), crc32fast::hash(&self.last))
    }
}

/// What a rotation has left behind of what `path` was: the file in which `at` is a place, to be read from there on, and
/// those that came after it, oldest first. Empty where that is gone.
pub(super) fn left_behind(path: &Path, at: &At) -> Vec<(PathBuf, End)> {
    let siblings = oldest_first(path);
    let find = |test: fn(&At, &mut File, &Metadata) -> bool| {
        let tested = |path: &Path| open(path).is_ok_and(|(mut file, metadata)| test(at, &mut file, &metadata));
        siblings.iter().position(|(_, sibling)| tested(sibling))
    };
    // Another may begin with the same lines.
    let Some(first) = find(At::is_of).or_else(|| find(At::fits)) else { return Vec::new() };
    let ends = iter::once(at.end).chain(iter::repeat(End::START));
    siblings.into_iter().skip(first).map(|(_, sibling)| sibling).zip(ends).collect()
}

/// What a rotation has left behind of what `path` was that has been written to at `time` or after it, oldest
/// first.
pub(super) fn written_since(path: &Path, time: SystemTime) -> Vec<(PathBuf, End)> {
    let later = oldest_first(path).into_iter().filter(|(modified, _)| *modified >= time);
    later.map(|(_, sibling)| (sibling, End::START)).collect()
}

/// What a rotation has left behind of what `path` was, each with when it was written to.
fn oldest_first(path: &Path) -> Vec<(SystemTime, PathBuf)> {
    let with_time = |sibling: PathBuf| Some((fs::metadata(&sibling).ok()?.modified().ok()?, sibling));
    let mut siblings: Vec<_> = siblings(path).filter_map(with_time).collect();
    // Where clocks can't tell, the larger number is the older.
    siblings.sort_by_key(|(time, sibling)| (*time, Reverse(number(sibling)), sibling.clone()));
    siblings
}

/// The number at the end of a name like `app.log.1`.
fn number(path: &Path) -> Option<u64> {
    path.extension()?.to_str()?.parse().ok()
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
