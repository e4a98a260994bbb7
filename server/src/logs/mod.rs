//! Lines from the journal, from files, from programs that hand them in, and from opsglass itself.
//!
//! - `journal`: follows the systemd journal through `journalctl`; `journal_entry` reads what that prints
//! - `file`: follows one file through rotation and truncation; `regular` opens it, or says why not; `glob` follows those
//!   whose names fit a pattern; `reading` is what both need
//! - `intake`: what programs hand in over HTTP
//! - `containers`: follows what containers write, where the socket of their engine can be reached
//! - [`syslog`]: what is sent as syslog
//! - `own`: what opsglass itself traces
//! - [`encoding`]: makes text of the bytes of a file
//! - `lines`: cuts bytes into lines within bounded memory; `stack` joins those of a stack trace
//! - [`mod@line`]: makes the bytes of a line text that is safe to show
//! - `structured`: what a line says of itself, with `fields` and `moment`; `entry` makes an entry of it
//! - [`level`]: tells how loud a line says it is
//! - `demo`: the log of a made-up machine
//! - `places`: how far each has been read, over a restart
//! - `outlet`: where all of them put their entries; `rate` counts what each brings
//!
//! A source that can't be read says so once, as an entry of its own, and tries again; the others don't notice.

mod backoff;
#[cfg(unix)]
pub mod containers;
mod demo;
pub mod encoding;
mod entry;
mod fields;
mod file;
mod glob;
mod intake;
mod journal;
mod journal_entry;
pub mod level;
pub mod line;
mod lines;
mod moment;
mod outlet;
mod own;
mod places;
mod rate;
mod reading;
mod regular;
mod stack;
mod structured;
pub mod syslog;
#[cfg(test)]
mod test_support;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use demo::demo;
pub use intake::{Intake, Rejected};
pub use outlet::Outlet;
pub use own::{OwnLayer, OwnLines, forward, own_layer};
pub use rate::Refused;

use crate::store::{self, StateDir};
use encoding::Charset;
use journal::Journal;
use places::Places;
use reading::Reading;

/// The longest line in bytes that is shown whole, unless configured otherwise.
pub const MAX_LINE: usize = 8_192;

/// Bytes of a file that are read at most of what was written while opsglass was away, unless configured otherwise.
const CATCH_UP: u64 = 64 * 1024 * 1024;

/// A file to follow, or a pattern of some.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "Named")]
pub struct LogFile {
    /// Where it is, or they are.
    pub path: PathBuf,
    /// How they are written; a byte order mark goes before it. UTF-8 by default.
    pub encoding: Charset,
}

/// As it stands in the configuration file.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a path, or { path, encoding } with an encoding like latin1 or utf-16le")]
enum Named {
    Path(PathBuf),
    Table(Table),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    path: PathBuf,
    #[serde(default)]
    encoding: Charset,
}

impl From<Named> for LogFile {
    fn from(named: Named) -> Self {
        match named {
            Named::Path(path) => path.into(),
            Named::Table(Table { path, encoding }) => Self { path, encoding },
        }
    }
}

impl From<PathBuf> for LogFile {
    fn from(path: PathBuf) -> Self {
        Self { path, encoding: Charset::default() }
    }
}

/// Which logs are followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The files to follow, or patterns of them. None by default.
    pub files: Vec<LogFile>,
    /// Where syslog is taken. Nowhere by default.
    pub syslog: Vec<syslog::Address>,
    /// Whether the systemd journal is followed where there is one. By default it is.
    pub journal: bool,
    /// The folder of the journal's files, as of a machine that sends its journal here; by default this host's own journal.
    pub journal_dir: Option<PathBuf>,
    /// Where containers are asked for. At the usual sockets by default.
    #[cfg(unix)]
    pub containers: containers::Containers,
    /// Containers that are followed at most; 256 by default.
    pub container_count: usize,
    /// Where it is kept how far they have been read.
    pub state: StateDir,
    /// The longest line in bytes that is shown whole; 8,192 by default, which is far longer than lines that people read.
    pub max_line: usize,
    /// The largest body in bytes in which lines are handed in; 1 MiB by default.
    pub max_body: usize,
    /// Lines a second that are taken from each source, and twice as many at once; 50,000 by default, which is more than
    /// a reader can follow and less than keeps a core busy.
    pub rate: u32,
    /// Bytes of a file that are read at most of what was written while opsglass was away; 64 MiB by default.
    pub catch_up: u64,
    /// Files of one pattern that are followed at most; 256 by default. Each costs a `stat` five times a second.
    pub pattern_files: usize,
    /// Connections that may bring syslog to one address; 64 by default.
    pub syslog_connections: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            files: Vec::new(),
            syslog: Vec::new(),
            journal: true,
            journal_dir: None,
            #[cfg(unix)]
            containers: containers::Containers::default(),
            container_count: 256,
            state: StateDir::None,
            max_line: MAX_LINE,
            max_body: 1024 * 1024,
            rate: 50_000,
            catch_up: CATCH_UP,
            pattern_files: 256,
            syslog_connections: 64,
        }
    }
}

/// Why `path` can't be a file to follow, if it can't.
pub fn mistake(path: &Path) -> Option<&'static str> {
    glob::mistake(path).filter(|_| !path.exists())
}

/// Follows what `config` names until `shutdown` is cancelled.
///
/// The tracker is there to wait for: when it is empty, every source has ended, no process of theirs is left, and it is
/// written how far they were read.
///
/// # Errors
/// When syslog can't be taken where it should be, or the state can't be kept where it was told to be.
pub async fn spawn(config: &Config, outlet: Outlet, shutdown: CancellationToken) -> io::Result<TaskTracker> {
    let (store, marks) = store::open(config.state.clone()).await.map_err(io::Error::other)?;
    let places = Places::new(marks);
    let sources = TaskTracker::new();
    syslog::spawn(config, &outlet, &sources, &shutdown)?;
    if config.journal {
        let journal = Journal::new(config.journal_dir.clone(), config.max_line, places.clone());
        sources.spawn(journal.follow(outlet.clone(), shutdown.clone()));
    }
    follow_files(config, &outlet, &places, &sources, &shutdown);
    #[cfg(unix)]
    {
        let reading = containers::Reading {
            outlet: outlet.clone(),
            places: places.clone(),
            max_line: config.max_line,
            most: config.container_count,
            with_journal: config.journal && config.journal_dir.is_none(),
        };
        sources.spawn(containers::follow(config.containers.clone(), reading, shutdown.clone()));
    }
    sources.spawn(outlet.report(shutdown));
    sources.close();
    let Some(store) = store else { return Ok(sources) };
    let tasks = TaskTracker::new();
    tasks.spawn(places.keep(store, sources));
    tasks.close();
    Ok(tasks)
}

fn follow_files(
    config: &Config,
    outlet: &Outlet,
    places: &Places,
    sources: &TaskTracker,
    shutdown: &CancellationToken,
) {
    let reading = |charset| Reading {
        outlet: outlet.clone(),
        places: places.clone(),
        charset,
        max_line: config.max_line,
        catch_up: config.catch_up,
    };
    let files = config.files.iter().map(|file| (file.path.as_path(), file.encoding));
    let (patterns, paths): (BTreeMap<&Path, Charset>, BTreeMap<&Path, Charset>) =
        files.partition(|(path, _)| glob::is_pattern(path) && !path.exists());
    if !patterns.is_empty() {
        let patterns = patterns.into_iter().map(|(path, charset)| (path, reading(charset))).collect();
        let named = paths.keys().map(|&path| path.to_owned()).collect();
        let files = glob::Files::new(patterns, named, config.pattern_files);
        sources.spawn(files.follow(shutdown.clone()));
    }
    for (path, charset) in &paths {
        let reading = reading(*charset);
        let follower = reading.follower(path, source_name(path, &paths));
        sources.spawn(file::follow(follower, reading.sink(path), shutdown.clone()));
    }
}

/// What a file's entries name as their source: its file name, or the whole path where two files share a name, or it is that
/// of opsglass' own entries.
fn source_name<T>(path: &Path, all: &BTreeMap<&Path, T>) -> String {
    let namesakes = all.keys().filter(|other| other.file_name() == path.file_name()).count();
    let name = path
        .file_name()
        .filter(|name| namesakes == 1 && !outlet::is_own(&name.to_string_lossy()))
        .unwrap_or(path.as_os_str());
    line::whole(name.as_encoded_bytes(), MAX_LINE)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[tokio::test]
    async fn a_file_that_fits_several_entries_is_read_once() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let append = |name: &str, text: &str| {
            let mut file = std::fs::OpenOptions::new().append(true).create(true).open(at(name)).unwrap();
            file.write_all(text.as_bytes()).unwrap();
        };
        std::fs::create_dir(at("l")).unwrap();
        append("l/x.log", "before\n");
        append("l/y.log", "before\n");
        let files = ["l/*.log", "l/**/*.log", "l/x.log"].map(|name| LogFile::from(at(name))).to_vec();
        let (outlet, mut reader) = test_support::outlet();
        let (sources, shutdown) = (TaskTracker::new(), CancellationToken::new());
        let config = Config { files, ..Config::default() };
        follow_files(&config, &outlet, &Places::default(), &sources, &shutdown);
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        append("l/x.log", "one\n");
        append("l/y.log", "two\n");
        // The old one of a name that is followed is not read again under the name that it has now.
        std::fs::rename(at("l/x.log"), at("l/was.log")).unwrap();
        append("l/x.log", "three\n");
        let mut said = reader.all_within(std::time::Duration::from_secs(3)).await;
        said.sort_unstable();
        assert_eq!(said, ["one", "three", "two"]);
        shutdown.cancel();
    }

    #[test]
    fn a_source_is_the_file_name_unless_two_share_it() {
        let all = ["/a/app.log", "/b/app.log", "/b/web.log"].map(|path| (Path::new(path), ())).into();
        let names = ["/a/app.log", "/b/web.log"].map(|path| source_name(Path::new(path), &all));
        assert_eq!(names, ["/a/app.log", "web.log"]);
    }
}
