//! What outlasts a restart: journals in one folder.
//!
//! A journal is a line a commit, each `checksum JSON`. What a crash leaves of a line that was being written has no valid
//! checksum or no end, and is cut off when the file is opened again; so a commit is there wholly or not at all. When the
//! journal has grown, its sum takes its place: written beside it, made durable, renamed.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde::de::DeserializeOwned;

use private::{appended, make_folder, replace};

pub(crate) mod private;
mod stamp;

pub(crate) use stamp::Stamp;

/// Bytes from which on a journal is replaced by its sum, if it is four times as large.
const LARGE: u64 = 1024 * 1024;
/// The largest journal that is read, in bytes.
const LARGEST: u64 = 256 * 1024 * 1024;

/// How long the folder of the state may be another's before that is an error.
const PATIENCE: Duration = Duration::from_secs(1);

/// What the commits of a journal make.
pub(crate) trait Saved: Default + Send + 'static {
    /// What the files are called, and what an error calls it.
    const NAME: &'static str;
    /// One change of it.
    type Record: Serialize + DeserializeOwned + Send;

    /// Changes it.
    fn apply(&mut self, record: Self::Record);

    /// The records that make it from nothing.
    fn records(&self) -> Vec<Self::Record>;
}

/// Where what outlasts a restart is kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum StateDir {
    /// Nowhere: it ends with the process.
    #[default]
    None,
    /// In the usual folder; where that can't be, nowhere.
    Usual(PathBuf),
    /// In this folder and no other.
    Told(PathBuf),
}

/// The state can't be kept.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// Another process keeps its state there.
    #[error("state: {} is used by another opsglass; give each a folder of its own (--state-dir)", .0.display())]
    InUse(PathBuf),
    /// The system refuses it.
    #[error("state: {}: {reason}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        reason: io::Error,
    },
}

/// An open journal.
#[derive(Debug)]
pub(crate) struct Store<S> {
    folder: PathBuf,
    file: File,
    bytes: u64,
    /// How large its sum was.
    sum: u64,
    /// A commit has failed: what comes next must be the sum, for the journal lacks something.
    is_torn: bool,
    saved: PhantomData<fn(S)>,
}

/// Opens the journal where `state` says, on a thread that may wait.
///
/// # Errors
/// When it can't be where it was told to be. In the usual folder, that is a warning, and nothing is kept.
pub(crate) async fn open<S: Saved>(state: StateDir) -> Result<(Option<Store<S>>, S), StateError> {
    let (folder, is_told) = match state {
        StateDir::None => return Ok((None, S::default())),
        StateDir::Usual(folder) => (folder, false),
        StateDir::Told(folder) => (folder, true),
    };
    let opened = tokio::task::spawn_blocking(move || Store::open(&folder)).await;
    match opened {
        Ok(Ok((store, saved))) => Ok((Some(store), saved)),
        Ok(Err(error)) if is_told => Err(error),
        Ok(Err(error)) => {
            tracing::warn!("{} will not outlast a restart: {error} (--state-dir says where else)", S::NAME);
            Ok((None, S::default()))
        }
        Err(error) => {
            tracing::warn!("{} will not outlast a restart: {error}", S::NAME);
            Ok((None, S::default()))
        }
    }
}

/// Keeps the folder of the state from others who would keep theirs there too, as long as this is held.
///
/// # Errors
/// When another process holds it. Where nothing can be kept there, nobody is kept from it.
pub(crate) async fn hold(state: &StateDir) -> Result<Option<File>, StateError> {
    let (StateDir::Usual(folder) | StateDir::Told(folder)) = state.clone() else { return Ok(None) };
    let held = tokio::task::spawn_blocking(move || {
        let lock = make_folder(&folder).and_then(|()| appended(&folder.join("server.lock")));
        // What is kept there says by itself that it can't be.
        let Ok(lock) = lock else { return Ok(None) };
        match patiently(&lock) {
            Err(TryLockError::WouldBlock) => Err(StateError::InUse(folder)),
            Ok(()) | Err(TryLockError::Error(_)) => Ok(Some(lock)),
        }
    });
    held.await.unwrap_or(Ok(None))
}

/// A process that is being started has the locks of the one that starts it, until it is another program.
fn patiently(lock: &File) -> Result<(), TryLockError> {
    let until = Instant::now() + PATIENCE;
    loop {
        match lock.try_lock() {
            Err(TryLockError::WouldBlock) if Instant::now() < until => sleep(PATIENCE / 20),
            done => return done,
        }
    }
}

impl<S: Saved> Store<S> {
    /// Opens the journal in `folder`, which is made if it isn't there, and reads what it holds.
    pub(crate) fn open(folder: &Path) -> Result<(Self, S), StateError> {
        let path = journal::<S>(folder);
        let error = |reason| StateError::Io { path: path.clone(), reason };
        make_folder(folder).map_err(|reason| StateError::Io { path: folder.to_owned(), reason })?;
        let size = fs::metadata(&path).map_or(0, |metadata| metadata.len());
        if size > LARGEST {
            return Err(error(io::Error::other(format!("expected at most {LARGEST} bytes, got {size}"))));
        }
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(missing) if missing.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(reason) => return Err(error(reason)),
        };
        let (saved, valid) = read::<S>(&bytes);
        if bytes[valid..].contains(&b'\n') {
            // No crash does that: the rest of the file is worth a look.
            let aside = path.with_extension("journal.damaged");
            tracing::warn!("{} is damaged after {valid} bytes; a copy is in {}", path.display(), aside.display());
            fs::write(&aside, &bytes).map_err(error)?;
        }
        let file = appended(&path).map_err(error)?;
        let mut store = Self { folder: folder.to_owned(), file, bytes: 0, sum: 0, is_torn: false, saved: PhantomData };
        store.rewrite(&saved).map_err(error)?;
        Ok((store, saved))
    }

    /// A commit has failed, and the next must be the sum.
    pub(crate) fn is_torn(&self) -> bool {
        self.is_torn
    }

    /// Whether the next commit needs all that is saved.
    pub(crate) fn wants_sum(&self) -> bool {
        self.is_torn || (self.bytes > LARGE && self.bytes > 4 * self.sum)
    }

    /// Commits `records`; or the `sum` of all, where there is one. `durable`: it is on the disk when this returns.
    pub(crate) fn commit(&mut self, records: &[S::Record], sum: Option<&S>, durable: bool) -> io::Result<()> {
        if let Some(saved) = sum {
            self.is_torn = true;
            return self.rewrite(saved);
        }
        let line = line(records)?;
        // Until it is known to be whole.
        self.is_torn = true;
        self.file.write_all(&line)?;
        if durable {
            self.file.sync_data()?;
        }
        self.is_torn = false;
        self.bytes += line.len() as u64;
        Ok(())
    }

    /// Commits on a thread that may wait, and gives the store back: always, but when the runtime ends meanwhile.
    pub(crate) async fn commit_aside(
        mut self,
        records: Vec<S::Record>,
        sum: Option<S>,
        durable: bool,
    ) -> (Option<Self>, io::Result<()>) {
        let committed = tokio::task::spawn_blocking(move || {
            let result = self.commit(&records, sum.as_ref(), durable);
            (self, result)
        });
        match committed.await {
            Ok((store, result)) => (Some(store), result),
            Err(error) => (None, Err(io::Error::other(error))),
        }
    }

    /// Puts the sum in the place of the journal.
    fn rewrite(&mut self, saved: &S) -> io::Result<()> {
        let path = journal::<S>(&self.folder);
        let line = line(&saved.records())?;
        replace(&path, &line)?;
        self.file = appended(&path)?;
        (self.bytes, self.sum, self.is_torn) = (line.len() as u64, line.len() as u64, false);
        Ok(())
    }
}

fn journal<S: Saved>(folder: &Path) -> PathBuf {
    folder.join(format!("{}.journal", S::NAME))
}

/// One commit as it is written.
pub(crate) fn line<R: Serialize>(records: &[R]) -> io::Result<Vec<u8>> {
    let json = serde_json::to_vec(records)?;
    let mut line = format!("{:08x} ", crc32fast::hash(&json)).into_bytes();
    line.extend(json);
    line.push(b'\n');
    Ok(line)
}

/// What whole commits have made, and how many bytes they are.
pub(crate) fn read<S: Saved>(bytes: &[u8]) -> (S, usize) {
    let mut saved = S::default();
    let mut valid = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let Some(records) = commit::<S::Record>(line) else { break };
        records.into_iter().for_each(|record| saved.apply(record));
        valid += line.len();
    }
    (saved, valid)
}

/// The records of one commit, if it is whole.
pub(crate) fn commit<R: DeserializeOwned>(line: &[u8]) -> Option<Vec<R>> {
    let line = line.strip_suffix(b"\n")?;
    let (checksum, json) = line.split_at_checked(9)?;
    let checksum = u32::from_str_radix(std::str::from_utf8(checksum).ok()?.strip_suffix(' ')?, 16).ok()?;
    (checksum == crc32fast::hash(json)).then(|| serde_json::from_slice(json).ok())?
}

#[cfg(test)]
mod tests;
