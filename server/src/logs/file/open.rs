use std::fs::{File, Metadata};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::time::{Instant, SystemTime};

use super::place::{At, Edges, Place};
use crate::logs::encoding::{Charset, MARK, Text};
use crate::logs::entry::End;
use crate::logs::regular::FileId;

/// A file that is open, and how far it has been read.
#[derive(Debug)]
pub(super) struct Open {
    file: File,
    pub(super) id: FileId,
    charset: Charset,
    /// Bytes of a line that are kept.
    max_line: usize,
    /// None until its first bytes are there.
    text: Option<Text>,
    pub(super) position: u64,
    /// What it is known by up to there.
    edges: Edges,
    /// What it is known by has changed, but for its first bytes.
    is_written_over: bool,
    /// Up to where it has been published.
    pub(super) done: End,
    /// What comes next is the rest of a line that was passed over.
    passing_over: bool,
    /// How long it was when it was gone on with.
    pub(super) behind_until: u64,
    /// Another had taken its place before it was opened.
    pub(super) is_past: bool,
    /// Since when the path names another file, or none.
    pub(super) replaced: Option<Instant>,
}

/// What there is at a path.
pub(super) enum AtPath {
    /// The file itself.
    Same,
    /// Another, or nothing; it has something to be read.
    Other { has_lines: bool },
}

impl Open {
    /// To be read from `from` on.
    pub(super) fn new(
        file: File,
        metadata: &Metadata,
        charset: Charset,
        max_line: usize,
        from: End,
    ) -> io::Result<Self> {
        let mut open = Self {
            file,
            id: FileId::of(metadata),
            charset,
            max_line,
            text: None,
            position: from.offset,
            edges: Edges::default(),
            is_written_over: false,
            done: from,
            passing_over: false,
            behind_until: 0,
            is_past: false,
            replaced: None,
        };
        if from.offset > 0 {
            let mut head = [0; MARK];
            let read = open.file.read(&mut head)?;
            let text = open.text.insert(Text::new(charset, &head[..read], max_line).0);
            if from.is_open {
                text.within_line();
            }
            open.file.seek(SeekFrom::Start(from.offset))?;
            open.edges = Edges::of(&mut open.file, from.offset)?;
        }
        Ok(open)
    }

    /// The rest of a line with which it begins is left out.
    pub(super) fn passing_over(self, passing_over: bool) -> Self {
        Self { passing_over, ..self }
    }

    /// What there is at `path` now, and how long this file is. What has been written to it by now is within that length.
    pub(super) fn compare(&mut self, path: &Path, now: Instant) -> io::Result<(AtPath, u64)> {
        let at_path = std::fs::metadata(path);
        match &at_path {
            Ok(metadata) if FileId::of(metadata) == self.id => {
                self.replaced = None;
                return Ok((AtPath::Same, metadata.len()));
            }
            Err(error) if error.kind() != io::ErrorKind::NotFound => {}
            _ => {
                self.replaced.get_or_insert(now);
            }
        }
        let has_lines = at_path.is_ok_and(|metadata| !metadata.is_file() || metadata.len() > 0);
        Ok((AtPath::Other { has_lines }, self.file.metadata()?.len()))
    }

    /// Whether what stands before the position is what has been read. Where only the end of that is another for the second
    /// time, the file is one whose end is written over, as of a list that is closed each time: that is gone on with.
    pub(super) fn is_as_read(&mut self) -> bool {
        let Ok(edges) = Edges::of(&mut self.file, self.position) else { return false };
        let begins_as_read = edges.begins_as(&self.edges);
        let is_as_read = edges == self.edges || (begins_as_read && self.is_written_over);
        self.is_written_over |= begins_as_read && edges != self.edges;
        if is_as_read {
            self.edges = edges;
        }
        is_as_read
    }

    /// Whether it is the file of `metadata`.
    pub(super) fn is(&self, metadata: &Metadata) -> bool {
        FileId::of(metadata) == self.id
    }

    pub(super) fn length(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    /// Up to where it has been read, when what stood there was read.
    pub(super) fn read_up_to(&self) -> At {
        let is_open = self.text.as_ref().is_some_and(Text::is_within_line);
        At::with(&self.edges, self.id, End { offset: self.position, is_open })
    }

    /// When it was last written to, and whether it has a name still.
    pub(super) fn written(&self) -> io::Result<(SystemTime, bool)> {
        let metadata = self.file.metadata()?;
        Ok((metadata.modified()?, FileId::has_name(&metadata)))
    }

    /// It has been truncated.
    pub(super) fn rewind(&mut self) -> io::Result<()> {
        self.file.rewind()?;
        (self.text, self.position, self.done) = (None, 0, End::START);
        self.edges = Edges::default();
        Ok(())
    }

    /// Fills `chunk` once. `each` gets every line that is complete; returns how many bytes there were.
    pub(super) fn read(&mut self, chunk: &mut [u8], mut each: impl FnMut(&[u8], u64, End)) -> io::Result<usize> {
        let read = self.file.read(chunk)?;
        let mut bytes = &chunk[..read];
        if self.text.is_none() {
            if Text::may_be_marked(bytes) {
                self.file.rewind()?;
                return Ok(0);
            }
            let (text, mark) = Text::new(self.charset, bytes, self.max_line);
            self.text = Some(text);
            bytes = &bytes[mark..];
            self.position += mark as u64;
        }
        self.edges.push(&chunk[..read]);
        let from = self.position;
        self.position += bytes.len() as u64;
        let Some(text) = &mut self.text else { return Ok(read) };
        text.push(bytes, |kept, total, read| {
            if !std::mem::take(&mut self.passing_over) {
                each(kept, total, End { offset: from + read as u64, is_open: false });
            }
        });
        Ok(read)
    }

    /// Hands on a line that has begun and has no end, if there is one.
    pub(super) fn hand_on(&mut self, mut each: impl FnMut(&[u8], u64, End)) {
        let end = End { offset: self.position, is_open: true };
        if let Some(text) = &mut self.text {
            text.hand_on(|kept, total| each(kept, total, end));
        }
    }

    /// Up to where it has been published. None where that can't be told.
    pub(super) fn place(&mut self) -> Option<Place> {
        At::new(&mut self.file, self.id, self.done).ok().map(Place::At)
    }
}
