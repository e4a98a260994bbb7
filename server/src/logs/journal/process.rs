use std::ffi::OsStr;
use std::fmt;
use std::io;
use std::process::{ExitStatus, Stdio};

use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{Child, ChildStderr, ChildStdout, Command};
use tokio::task::JoinHandle;

use super::super::lines::Lines;
use super::super::{MAX_LINE, line};

/// The longest line in bytes that is read.
const MAX_JSON: usize = 2 * 1024 * 1024;
/// Bytes read at once.
const CHUNK: usize = 16 * 1024;

/// A program that is running and whose lines are read.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    output: Output<ChildStdout>,
    /// The last line of its standard error, once that has ended.
    complaint: JoinHandle<Option<String>>,
}

/// How it ended.
#[derive(Debug)]
pub(super) enum Ended {
    Cancelled,
    /// It could not be started or read.
    Failed(io::Error),
    /// By itself, with the last line that it wrote to its standard error.
    Exited(ExitStatus, Option<String>),
}

/// The first bytes of a line, and how long all of it was.
pub(super) type Line = (Vec<u8>, u64);

impl Process {
    pub(super) fn start(program: &OsStr, arguments: &[&str]) -> io::Result<Self> {
        let mut command = Command::new(program);
        command.args(arguments).env("LC_ALL", "C");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        // Ctrl-C in a terminal is for this program, which then ends the other.
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command.spawn()?;
        let output = Output { from: child.stdout.take(), lines: Lines::new(MAX_JSON), chunk: vec![0; CHUNK] };
        let complaint = tokio::spawn(last_line(child.stderr.take()));
        Ok(Self { child, output, complaint })
    }

    /// The lines that have come since the last time; none at the end. Nothing is lost where this is not waited for.
    pub(super) async fn next(&mut self) -> io::Result<Option<Vec<Line>>> {
        self.output.next().await
    }

    /// Waits until it has ended by itself.
    pub(super) async fn ended(&mut self) -> Ended {
        match self.child.wait().await {
            Ok(status) => Ended::Exited(status, (&mut self.complaint).await.ok().flatten()),
            Err(error) => Ended::Failed(error),
        }
    }

    /// Kills and waits, so that not even a zombie is left. That fails only where there is no such process any more.
    pub(super) async fn kill(mut self) {
        let _ = self.child.kill().await;
        self.complaint.abort();
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cancelled => f.write_str("stopped"),
            Self::Failed(error) => write!(f, "{error}"),
            Self::Exited(status, None) => write!(f, "{status}"),
            Self::Exited(status, Some(complaint)) => write!(f, "{status}: {complaint}"),
        }
    }
}

#[derive(Debug)]
struct Output<R> {
    from: Option<R>,
    lines: Lines,
    chunk: Vec<u8>,
}

impl<R: AsyncRead + Unpin> Output<R> {
    /// A last line without an end is one that was broken off, and is left out.
    async fn next(&mut self) -> io::Result<Option<Vec<Line>>> {
        let Some(from) = &mut self.from else { return Ok(None) };
        let read = from.read(&mut self.chunk).await?;
        let mut complete = Vec::new();
        self.lines.push(&self.chunk[..read], |kept, length| complete.push((kept.to_vec(), length)));
        Ok((read > 0).then_some(complete))
    }
}

async fn last_line(from: Option<ChildStderr>) -> Option<String> {
    let mut output = Output { from, lines: Lines::new(MAX_LINE), chunk: vec![0; CHUNK] };
    let mut last = None;
    while let Ok(Some(mut lines)) = output.next().await {
        last = lines.pop().or(last);
        tokio::task::yield_now().await;
    }
    last.map(|(kept, length)| line::text(&kept, length, MAX_LINE))
}
