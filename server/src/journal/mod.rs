//! What outlasts a restart, whatever it is: a journal with a line a commit, each `checksum JSON`. What a crash leaves of a
//! line that was being written has no valid checksum or no end, and is cut off when the file is opened again; so a commit
//! is there wholly or not at all. When the journal has grown, its sum takes its place: written beside it, made durable,
//! renamed.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Bytes from which on a journal is replaced by its sum, if it is four times as large.
const LARGE: u64 = 1024 * 1024;
/// The largest journal that is read, in bytes.
const LARGEST: u64 = 256 * 1024 * 1024;

/// What a journal keeps: what its records make, one after the other.
pub trait Kept: Default {
    /// One change. Several are one line of the journal: all of them or none.
    type Record: Serialize + DeserializeOwned;
    /// Names the files: `alerts` is kept in `alerts.journal`.
    const NAME: &'static str;

    /// Takes in one change.
    fn apply(&mut self, record: Self::Record);

    /// The changes that make this out of nothing.
    fn records(&self) -> Vec<Self::Record>;
}

/// Where state is kept.
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
    #[error("state: {} is used by another opsglass; give each a folder of its own", .0.display())]
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

/// Opens the journal of a `K` where `dir` says and reads what it holds. Where the usual folder can't be used, and nobody
/// asked for it, what is kept ends with the process.
///
/// # Errors
/// When it can't be kept where it was told to be.
pub(crate) async fn open_in<K: Kept + Send + 'static>(dir: StateDir) -> Result<(Option<Store<K>>, K), StateError> {
    let (folder, is_told) = match dir {
        StateDir::None => return Ok((None, K::default())),
        StateDir::Usual(folder) => (folder, false),
        StateDir::Told(folder) => (folder, true),
    };
    let problem = match tokio::task::spawn_blocking(move || Store::open(&folder)).await {
        Ok(Ok((store, kept))) => return Ok((Some(store), kept)),
        Ok(Err(error)) if is_told => return Err(error),
        Ok(Err(error)) => format!("{error} (--state-dir says where else)"),
        Err(error) => error.to_string(),
    };
    tracing::warn!("{} will not outlast a restart: {problem}", K::NAME);
    Ok((None, K::default()))
}

/// An open journal of a `K`.
#[derive(Debug)]
pub(crate) struct Store<K> {
    folder: PathBuf,
    pub(crate) file: File,
    bytes: u64,
    /// How large its sum was.
    sum: u64,
    /// A commit has failed: what comes next must be the sum, for the journal lacks something.
    is_torn: bool,
    /// Held as long as the store is open.
    _lock: File,
    of: PhantomData<fn() -> K>,
}

impl<K: Kept> Store<K> {
    /// Opens the journal in `folder`, which is made if it isn't there, and reads what it holds.
    pub(crate) fn open(folder: &Path) -> Result<(Self, K), StateError> {
        let path = folder.join(file_of::<K>(""));
        let error = |reason| StateError::Io { path: path.clone(), reason };
        make_folder(folder).map_err(|reason| StateError::Io { path: folder.to_owned(), reason })?;
        let lock = open(&folder.join(format!("{}.lock", K::NAME))).map_err(error)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StateError::InUse(folder.to_owned())),
            Err(TryLockError::Error(reason)) => return Err(error(reason)),
        }
        let size = fs::metadata(&path).map_or(0, |metadata| metadata.len());
        if size > LARGEST {
            return Err(error(io::Error::other(format!("expected at most {LARGEST} bytes, got {size}"))));
        }
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(missing) if missing.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(reason) => return Err(error(reason)),
        };
        let (saved, valid) = read::<K>(&bytes);
        if bytes[valid..].contains(&b'\n') {
            // No crash does that: the rest of the file is worth a look.
            let aside = folder.join(file_of::<K>(".damaged"));
            tracing::warn!("{} is damaged after {valid} bytes; a copy is in {}", path.display(), aside.display());
            fs::write(&aside, &bytes).map_err(error)?;
        }
        let file = open(&path).map_err(error)?;
        let mut store =
            Self { folder: folder.to_owned(), file, bytes: 0, sum: 0, is_torn: false, _lock: lock, of: PhantomData };
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
    pub(crate) fn commit(&mut self, records: &[K::Record], sum: Option<&K>, durable: bool) -> io::Result<()> {
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

    /// Puts the sum in the place of the journal.
    fn rewrite(&mut self, saved: &K) -> io::Result<()> {
        let (path, temporary) = (self.folder.join(file_of::<K>("")), self.folder.join(file_of::<K>(".new")));
        let line = line(&saved.records())?;
        let mut file = private(OpenOptions::new().write(true).create(true).truncate(true)).open(&temporary)?;
        file.write_all(&line)?;
        file.sync_all()?;
        fs::rename(&temporary, &path)?;
        #[cfg(unix)]
        File::open(&self.folder)?.sync_all()?;
        self.file = open(&path)?;
        (self.bytes, self.sum, self.is_torn) = (line.len() as u64, line.len() as u64, false);
        Ok(())
    }
}

fn file_of<K: Kept>(ending: &str) -> String {
    format!("{}.journal{ending}", K::NAME)
}

/// A file to be appended to, that nobody else may read: it holds what people and machines say.
fn open(path: &Path) -> io::Result<File> {
    private(OpenOptions::new().append(true).create(true)).open(path)
}

fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
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
pub(crate) fn read<K: Kept>(bytes: &[u8]) -> (K, usize) {
    let mut saved = K::default();
    let mut valid = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let Some(records) = commit(line) else { break };
        records.into_iter().for_each(|record| saved.apply(record));
        valid += line.len();
    }
    (saved, valid)
}

/// The records of one line.
pub(crate) fn commit<R: DeserializeOwned>(line: &[u8]) -> Option<Vec<R>> {
    let line = line.strip_suffix(b"\n")?;
    let (checksum, json) = line.split_at_checked(9)?;
    let checksum = u32::from_str_radix(std::str::from_utf8(checksum).ok()?.strip_suffix(' ')?, 16).ok()?;
    (checksum == crc32fast::hash(json)).then(|| serde_json::from_slice(json).ok())?
}
