//! Follows the systemd journal through `journalctl`, for as long as there is a journal.
//!
//! First it is asked for one entry. Where it has none, or isn't there, that is said once and it is asked again every
//! minute. Where it has, it is followed; when `journalctl` ends, it is started again where it was.
//!
//! The place of the last entry that was published, its cursor, outlasts a restart. It is gone on from with `--cursor`,
//! which prints the entry itself once more: so it is known whether the journal still has it. With `--after-cursor`, where
//! the entry is gone, the first one after it would be taken for it and be lost.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use app::model::LogLevel;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::backoff::Backoff;
use super::journal_entry;
use super::outlet::{Outlet, notice};
use super::places::Places;
use process::{Ended, Process};

mod process;

/// Always passed. `--all`, because without it a message over 4 KiB is printed as `null`.
const ALWAYS: [&str; 3] = [
    "--output=json",
    "--all",
    "--output-fields=MESSAGE,PRIORITY,_SYSTEMD_UNIT,SYSLOG_IDENTIFIER,_COMM,_PID,SYSLOG_PID,_TRANSPORT",
];
/// The name under which this program's own entries stand in the journal.
const OWN_NAME: &str = "opsglass";

/// How long is waited for what.
#[derive(Debug, Clone)]
struct Pace {
    /// Before `journalctl` is started again, the first time; then twice as long each time.
    again: Duration,
    /// The longest such wait, and how long a run must last for the next wait to be the first again.
    again_most: Duration,
    /// Before a host without a journal is asked again.
    none: Duration,
}

/// The journal that `program` prints.
#[derive(Debug)]
pub(super) struct Journal {
    program: OsString,
    /// The folder of its files, where it isn't this host's.
    folder: Option<PathBuf>,
    pace: Pace,
    max_line: usize,
    places: Places,
    /// The last entry that was published.
    cursor: Option<String>,
    /// The same, until it has been seen once more.
    reached: Option<String>,
}

impl Journal {
    /// The journal of this host, or the one in `folder`; messages are cut after `max_line` bytes.
    pub(super) fn new(folder: Option<PathBuf>, max_line: usize, places: Places) -> Self {
        let pace =
            Pace { again: Duration::from_secs(1), again_most: Duration::from_secs(30), none: Duration::from_secs(60) };
        Self { program: "journalctl".into(), folder, pace, max_line, places, cursor: None, reached: None }
    }

    /// Publishes every entry after the last one that was published, the last 50 where there is none, and every new one,
    /// until `shutdown` is cancelled.
    pub(super) async fn follow(mut self, outlet: Outlet, shutdown: CancellationToken) {
        let mut backoff = Backoff::new(self.pace.again, self.pace.again_most);
        let (mut absence_said, mut end_said, mut is_there) = (false, false, false);
        self.cursor = self.places.get(&self.name());
        while !shutdown.is_cancelled() {
            if !is_there && let Some(reason) = self.absence(&shutdown).await {
                if !std::mem::replace(&mut absence_said, true) && !shutdown.is_cancelled() {
                    outlet.publish(notice(LogLevel::Info, format!("{}: {reason}", self.none())));
                }
                wait(self.pace.none, &shutdown).await;
                continue;
            }
            is_there = true;
            let started = Instant::now();
            let ended = self.run_following(&outlet, &shutdown).await;
            if started.elapsed() >= self.pace.again_most {
                backoff.reset();
                end_said = false;
            }
            let reason = match ended {
                Ended::Cancelled => return,
                Ended::Exited(_, Some(complaint)) if self.cursor.is_some() && complaint.contains("seek to cursor") => {
                    let message =
                        format!("the journal can't go on where it was read up to ({complaint}); going on near its end");
                    outlet.publish(notice(LogLevel::Warn, message));
                    self.cursor = None;
                    continue;
                }
                ended => ended.to_string(),
            };
            if !std::mem::replace(&mut end_said, true) {
                outlet.publish(notice(LogLevel::Warn, format!("journalctl ended ({reason}); starting it again")));
            }
            wait(backoff.wait(), &shutdown).await;
        }
    }

    /// The name of its place.
    fn name(&self) -> String {
        let folder = self.folder.as_ref().map(|folder| format!(" {}", folder.display()));
        format!("journal{}", folder.unwrap_or_default())
    }

    fn none(&self) -> String {
        self.folder.as_ref().map_or_else(
            || "no journal on this host".to_owned(),
            |folder| format!("no journal in {}", folder.display()),
        )
    }

    /// Why there is nothing to follow; none where there is something.
    async fn absence(&self, shutdown: &CancellationToken) -> Option<String> {
        let mut process = match self.start(&["--lines=1"]) {
            Ok(process) => process,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Some("journalctl is not installed".to_owned());
            }
            Err(error) => return Some(error.to_string()),
        };
        let asked = async {
            let mut has_entries = false;
            while let Some(lines) = process.next().await? {
                has_entries |= !lines.is_empty();
            }
            Ok::<_, io::Error>(if has_entries { None } else { Some(process.ended().await) })
        };
        let ended = shutdown.run_until_cancelled(asked).await.unwrap_or(Ok(Some(Ended::Cancelled)));
        process.kill().await;
        match ended {
            Ok(None) => None,
            Ok(Some(Ended::Exited(status, None))) if status.success() => Some("it has no entries".to_owned()),
            Ok(Some(Ended::Exited(_, Some(complaint)))) => Some(complaint),
            Ok(Some(ended)) => Some(ended.to_string()),
            Err(error) => Some(error.to_string()),
        }
    }

    fn start(&self, arguments: &[&str]) -> io::Result<Process> {
        let folder = self.folder.as_ref().map(|folder| format!("--directory={}", folder.display()));
        let all: Vec<&str> = ALWAYS.into_iter().chain(folder.as_deref()).chain(arguments.iter().copied()).collect();
        Process::start(&self.program, &all)
    }

    async fn run_following(&mut self, outlet: &Outlet, shutdown: &CancellationToken) -> Ended {
        // Without `--no-tail`, `--follow` shows no more than ten of the entries that came while nobody followed.
        let from = self.cursor.as_ref().map(|cursor| format!("--cursor={cursor}"));
        let arguments = match &from {
            Some(from) => ["--follow", "--no-tail", from.as_str()],
            None => ["--follow", "--lines=50", "--quiet"],
        };
        self.reached.clone_from(&self.cursor);
        let mut process = match self.start(&arguments) {
            Ok(process) => process,
            Err(error) => return Ended::Failed(error),
        };
        let ended = self.read(&mut process, outlet, shutdown).await;
        // Then no process of it is left.
        process.kill().await;
        ended
    }

    async fn read(&mut self, process: &mut Process, outlet: &Outlet, shutdown: &CancellationToken) -> Ended {
        loop {
            let next = shutdown.run_until_cancelled(process.next()).await;
            match next {
                Some(Ok(Some(lines))) => {
                    for (json, length) in lines {
                        self.take(&json, length, outlet, shutdown).await;
                    }
                }
                Some(Ok(None)) => {
                    let ended = shutdown.run_until_cancelled(process.ended()).await;
                    return ended.unwrap_or(Ended::Cancelled);
                }
                Some(Err(error)) => return Ended::Failed(error),
                None => return Ended::Cancelled,
            }
            tokio::task::yield_now().await;
        }
    }

    /// Takes one line, of which `json` are the first bytes and `length` is the length.
    async fn take(&mut self, json: &[u8], length: u64, outlet: &Outlet, shutdown: &CancellationToken) {
        if length > json.len() as u64 {
            let message = format!("a journal entry of {} bytes was left out", app::format::count(length));
            return outlet.publish(notice(LogLevel::Warn, message));
        }
        let Some(read) = journal_entry::read(json, self.max_line) else { return };
        if let Some(reached) = self.reached.take() {
            if read.cursor.as_ref() == Some(&reached) {
                return;
            }
            let message = "the journal no longer has the entry up to which it was read: what came right after it may be \
                gone too; going on with the first that is there";
            outlet.publish(notice(LogLevel::Warn, message.to_owned()));
        }
        // What this program has written comes to the hub without the journal.
        if read.writer != Some((OWN_NAME.to_owned(), std::process::id())) {
            outlet.deliver(read.entry, shutdown).await;
        }
        if let Some(cursor) = read.cursor {
            self.places.set(&self.name(), &cursor);
            self.cursor = Some(cursor);
        }
    }
}

async fn wait(time: Duration, shutdown: &CancellationToken) {
    tokio::select! {
        () = shutdown.cancelled() => {}
        () = sleep(time) => {}
    }
}

#[cfg(test)]
mod tests;

#[cfg(test)]
#[cfg(target_os = "linux")]
mod real;
