use std::io::{self, ErrorKind, Write as _};
use std::num::NonZeroU64;

use anstream::{AutoStream, ColorChoice};
use tokio::io::{AsyncWriteExt as _, Stdout};

use super::Ended;

/// Standard output: each line is out at once.
#[derive(Debug)]
pub(super) struct Output {
    stdout: Stdout,
    /// How many lines may still be written.
    left: Option<NonZeroU64>,
    /// Whether colours are wanted: a terminal that can, and nobody has said no.
    pub(super) coloured: bool,
}

impl Output {
    pub(super) fn new(most: Option<NonZeroU64>) -> Self {
        let coloured = AutoStream::choice(&io::stdout()) != ColorChoice::Never;
        Self { stdout: tokio::io::stdout(), left: most, coloured }
    }

    /// Writes `line` and its end.
    pub(super) async fn write(&mut self, mut line: String) -> Result<(), Ended> {
        line.push('\n');
        let written = match self.stdout.write_all(line.as_bytes()).await {
            Ok(()) => self.stdout.flush().await,
            Err(error) => Err(error),
        };
        written.map_err(|error| match error.kind() {
            ErrorKind::BrokenPipe => Ended::Done,
            _ => Ended::Failed(format!("cannot write: {error}")),
        })?;
        if let Some(left) = self.left {
            self.left = Some(NonZeroU64::new(left.get() - 1).ok_or(Ended::Done)?);
        }
        Ok(())
    }
}

/// Tells something about the connection, apart from what was received. That nobody can read it is no reason to end.
pub(super) fn notice(text: &str) {
    drop(writeln!(io::stderr(), "opsglass: {text}"));
}
