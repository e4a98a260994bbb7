//! Lines from the journal, from files, from programs that hand them in, and from opsglass itself.
//!
//! - `journal`: follows the systemd journal through `journalctl`; `journal_entry` reads what that prints
//! - `file`: follows one file through rotation and truncation; `regular` opens it, or says why not; `glob` follows those
//!   whose names fit a pattern
//! - `intake`: what programs hand in over HTTP
//! - [`syslog`]: what is sent as syslog
//! - `own`: what opsglass itself traces
//! - `lines`: cuts bytes into lines within bounded memory; `stack` joins those of a stack trace
//! - [`mod@line`]: makes the bytes of a line text that is safe to show
//! - [`level`]: tells how loud a line says it is
//! - `demo`: the log of a made-up machine
//! - `places`: how far each has been read, over a restart
//! - `outlet`: where all of them put their entries; `rate` counts what each brings
//!
//! A source that can't be read says so once, as an entry of its own, and tries again; the others don't notice.

mod backoff;
mod demo;
mod file;
mod glob;
mod intake;
mod journal;
mod journal_entry;
pub mod level;
pub mod line;
mod lines;
mod outlet;
mod own;
mod places;
mod rate;
mod regular;
mod stack;
pub mod syslog;
#[cfg(test)]
mod test_support;

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use demo::demo;
pub use intake::{Intake, Rejected};
pub use outlet::Outlet;
pub use own::{OwnLayer, OwnLines, forward, own_layer};
pub use rate::Refused;

use crate::store::{self, StateDir};
use journal::Journal;
use places::Places;

/// The longest line in bytes that is shown whole, unless configured otherwise.
pub const MAX_LINE: usize = 8_192;

/// Which logs are followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The files to follow, or patterns of them. None by default.
    pub files: Vec<PathBuf>,
    /// Where syslog is taken. Nowhere by default.
    pub syslog: Vec<syslog::Address>,
    /// Whether the systemd journal is followed where there is one. By default it is.
    pub journal: bool,
    /// The folder of the journal's files, as of a machine that sends its journal here; by default this host's own journal.
    pub journal_dir: Option<PathBuf>,
    /// Where it is kept how far they have been read.
    pub state: StateDir,
    /// The longest line in bytes that is shown whole; 8,192 by default, which is far longer than lines that people read.
    pub max_line: usize,
    /// The largest body in bytes in which lines are handed in; 1 MiB by default.
    pub max_body: usize,
    /// Lines a second that are taken from each source, and twice as many at once; 50,000 by default, which is more than
    /// a reader can follow and less than keeps a core busy.
    pub rate: u32,
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
            state: StateDir::None,
            max_line: MAX_LINE,
            max_body: 1024 * 1024,
            rate: 50_000,
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
    follow_files(config, &outlet, &sources, &shutdown);
    sources.spawn(outlet.report(shutdown));
    sources.close();
    let Some(store) = store else { return Ok(sources) };
    let tasks = TaskTracker::new();
    tasks.spawn(places.keep(store, sources));
    tasks.close();
    Ok(tasks)
}

fn follow_files(config: &Config, outlet: &Outlet, sources: &TaskTracker, shutdown: &CancellationToken) {
    let (patterns, paths): (BTreeSet<&Path>, BTreeSet<&Path>) =
        config.files.iter().map(PathBuf::as_path).partition(|path| glob::is_pattern(path) && !path.exists());
    for pattern in patterns {
        let files = glob::Files::new(pattern, config.max_line, config.pattern_files, outlet.clone());
        sources.spawn(files.follow(shutdown.clone()));
    }
    for path in &paths {
        let follower = file::Follower::new(path, source_name(path, &paths), config.max_line);
        sources.spawn(file::follow(follower, outlet.clone(), shutdown.clone()));
    }
}

/// What a file's entries name as their source: its file name, or the whole path where two files share a name.
fn source_name(path: &Path, all: &BTreeSet<&Path>) -> String {
    let namesakes = all.iter().filter(|other| other.file_name() == path.file_name()).count();
    let name = path.file_name().filter(|_| namesakes == 1).unwrap_or(path.as_os_str());
    line::whole(name.as_encoded_bytes(), MAX_LINE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_the_file_name_unless_two_share_it() {
        let all = ["/a/app.log", "/b/app.log", "/b/web.log"].map(Path::new).into_iter().collect();
        let names = ["/a/app.log", "/b/web.log"].map(|path| source_name(Path::new(path), &all));
        assert_eq!(names, ["/a/app.log", "web.log"]);
    }
}
