//! Follows the systemd journal through `journalctl`, for as long as there is a journal.
//!
//! First it is asked for one entry. Where it has none, or isn't there, that is said once and it is asked again every
//! minute. Where it has, it is followed; when `journalctl` ends, it is started again after the last entry read, so that
//! nothing is lost or repeated.

use std::ffi::OsString;
use std::io;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use app::model::LogLevel;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::backoff::Backoff;
use super::lines::Lines;
use super::outlet::{Outlet, notice};
use super::{MAX_LINE, journal_entry, line};

/// Always passed. `--all`, because without it a message over 4 KiB is printed as `null`.
const ALWAYS: [&str; 3] = [
    "--output=json",
    "--all",
    "--output-fields=MESSAGE,PRIORITY,_SYSTEMD_UNIT,SYSLOG_IDENTIFIER,_COMM,_PID,SYSLOG_PID",
];
/// The longest entry in bytes of JSON that is read.
const MAX_JSON: usize = 2 * 1024 * 1024;
/// Bytes read at once.
const CHUNK: usize = 16 * 1024;
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
    pace: Pace,
    max_line: usize,
    /// The last entry read.
    cursor: Option<String>,
}

/// How a run of `journalctl` ended.
#[derive(Debug)]
enum Ended {
    Cancelled,
    /// It could not be started or read.
    Failed(io::Error),
    /// By itself, with the last line that it wrote to its standard error.
    Exited(ExitStatus, Option<String>),
}

impl Journal {
    /// The journal of this host; messages are cut after `max_line` bytes.
    pub(super) fn of_this_host(max_line: usize) -> Self {
        let pace =
            Pace { again: Duration::from_secs(1), again_most: Duration::from_secs(30), none: Duration::from_secs(60) };
        Self { program: "journalctl".into(), pace, max_line, cursor: None }
    }

    /// Publishes the last 50 entries and every new one until `shutdown` is cancelled.
    pub(super) async fn follow(mut self, outlet: Outlet, shutdown: CancellationToken) {
        let mut backoff = Backoff::new(self.pace.again, self.pace.again_most);
        let (mut absence_said, mut end_said) = (false, false);
        while !shutdown.is_cancelled() {
            if self.cursor.is_none()
                && let Some(reason) = self.absence(&shutdown).await
            {
                if !std::mem::replace(&mut absence_said, true) && !shutdown.is_cancelled() {
                    outlet.publish(notice(LogLevel::Info, format!("no journal on this host: {reason}")));
                }
                wait(self.pace.none, &shutdown).await;
                continue;
            }
            let started = Instant::now();
            let ended = self.run_following(&outlet, &shutdown).await;
            if started.elapsed() >= self.pace.again_most {
                backoff.reset();
                end_said = false;
            }
            let reason = match ended {
                Ended::Cancelled => return,
                ended => ended.to_string(),
            };
            if !std::mem::replace(&mut end_said, true) {
                outlet.publish(notice(LogLevel::Warn, format!("journalctl ended ({reason}); starting it again")));
            }
            wait(backoff.wait(), &shutdown).await;
        }
    }

    /// Why there is nothing to follow; none where there is something.
    async fn absence(&self, shutdown: &CancellationToken) -> Option<String> {
        let mut has_entries = false;
        let ended = self.run(&["--lines=1"], shutdown, |_, _| has_entries = true).await;
        match ended {
            _ if has_entries => None,
            Ended::Failed(error) if error.kind() == io::ErrorKind::NotFound => {
                Some("journalctl is not installed".to_owned())
            }
            Ended::Exited(status, None) if status.success() => Some("it has no entries".to_owned()),
            Ended::Exited(_, Some(complaint)) => Some(complaint),
            ended => Some(ended.to_string()),
        }
    }

    async fn run_following(&mut self, outlet: &Outlet, shutdown: &CancellationToken) -> Ended {
        // Without `--no-tail`, `--follow` shows no more than ten of the entries that came while nobody followed.
        let from = self.cursor.as_ref().map(|cursor| format!("--after-cursor={cursor}"));
        let arguments = match &from {
            Some(from) => ["--follow", "--no-tail", from.as_str()],
            None => ["--follow", "--lines=50", "--quiet"],
        };
        let max_line = self.max_line;
        let mut newest = self.cursor.clone();
        let ended = self.run(&arguments, shutdown, |json, length| {
            if length > json.len() as u64 {
                let message = format!("a journal entry of {} bytes was left out", app::format::count(length));
                outlet.publish(notice(LogLevel::Warn, message));
                return;
            }
            let Some(read) = journal_entry::read(json, max_line) else { return };
            // What this program has written comes to the hub without the journal.
            if read.writer != Some((OWN_NAME.to_owned(), std::process::id())) {
                outlet.publish(read.entry);
            }
            newest = read.cursor.or_else(|| newest.take());
        });
        let ended = ended.await;
        self.cursor = newest;
        ended
    }

    /// Runs the program to its end, or to `shutdown`; then no process of it is left. `each` gets every line that it prints.
    async fn run(&self, arguments: &[&str], shutdown: &CancellationToken, each: impl FnMut(&[u8], u64)) -> Ended {
        let mut command = Command::new(&self.program);
        command.args(ALWAYS).args(arguments).env("LC_ALL", "C");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        // Ctrl-C in a terminal is for this program, which then ends the other.
        #[cfg(unix)]
        command.process_group(0);
        let mut child = match command.spawn() {
            Ok(child) => child,
            Err(error) => return Ended::Failed(error),
        };
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let mut complaint = None;
        let keep_last = |text: &[u8], length| complaint = Some(line::text(text, length, MAX_LINE));
        let to_the_end = async {
            tokio::try_join!(read_lines(stdout, MAX_JSON, each), read_lines(stderr, MAX_LINE, keep_last))?;
            child.wait().await
        };
        let ended = tokio::select! {
            biased;
            () = shutdown.cancelled() => None,
            ended = to_the_end => Some(ended),
        };
        match ended {
            Some(Ok(status)) => Ended::Exited(status, complaint),
            Some(Err(error)) => {
                end(&mut child).await;
                Ended::Failed(error)
            }
            None => {
                end(&mut child).await;
                Ended::Cancelled
            }
        }
    }
}

/// Kills and waits, so that not even a zombie is left. That fails only where there is no such process any more.
async fn end(child: &mut Child) {
    let _ = child.kill().await;
}

impl std::fmt::Display for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Cancelled => f.write_str("stopped"),
            Self::Failed(error) => write!(f, "{error}"),
            Self::Exited(status, None) => write!(f, "{status}"),
            Self::Exited(status, Some(complaint)) => write!(f, "{status}: {complaint}"),
        }
    }
}

/// Reads to the end. A last line without an end is one that was broken off, and is left out.
async fn read_lines(
    from: Option<impl AsyncRead + Unpin>,
    limit: usize,
    mut each: impl FnMut(&[u8], u64),
) -> io::Result<()> {
    let Some(mut from) = from else { return Ok(()) };
    let mut lines = Lines::new(limit);
    let mut chunk = vec![0; CHUNK];
    loop {
        let read = from.read(&mut chunk).await?;
        if read == 0 {
            return Ok(());
        }
        lines.push(&chunk[..read], &mut each);
        tokio::task::yield_now().await;
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
