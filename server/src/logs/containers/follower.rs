use std::sync::Arc;
use std::time::Duration;

use app::model::{LogEntry, LogLevel, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::engine::{Engine, EngineError, State};
use super::frames::{Frames, Garbage};
use super::own::is_own;
use super::stamped::{Seen, Stamped};
use super::{AGAIN_MOST, Reading, SOURCE};
use crate::logs::backoff::Backoff;
use crate::logs::entry::Line;
use crate::logs::outlet::notice;

/// What the two outputs are called in an entry's fields; the usual one needs no name.
const OUTPUTS: [Option<&str>; 2] = [None, Some("stderr")];

/// One container and how far it has been read.
#[derive(Debug)]
pub(super) struct Follower {
    id: String,
    seen: Place,
    engine: Engine,
    reading: Arc<Reading>,
}

/// How far: each output by itself, since their lines are not in the order of their times.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
struct Place([Seen; 2]);

/// Why a log has ended.
#[derive(Debug, thiserror::Error)]
enum Broken {
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error(transparent)]
    Garbage(#[from] Garbage),
}

impl Follower {
    /// From where it was read up to, or else from `since` on, in nanoseconds since 1970; where that is 0, from when it was
    /// last started: what it wrote before may be years of it.
    pub(super) fn new(id: &str, since: u64, engine: Engine, reading: Arc<Reading>) -> Self {
        let first = Place([Seen { at: since, ..Seen::default() }; 2]);
        let seen = reading.places.get(&name(id)).unwrap_or(first);
        Self { id: id.to_owned(), seen, engine, reading }
    }

    /// Publishes its lines until it has ended, or `shutdown` is cancelled.
    pub(super) async fn run(mut self, shutdown: &CancellationToken) {
        let mut backoff = Backoff::new(Duration::from_millis(100), AGAIN_MOST);
        let mut failure_said = false;
        while let Some(state) = shutdown.run_until_cancelled(self.engine.state(&self.id)).await {
            let ended = match state {
                Ok(state) if self.reading.with_journal && state.is_in_journal || is_own(&self.id) => return,
                Ok(state) => self.read(&state, &mut backoff, shutdown).await.map(|()| state.is_running),
                Err(error) => Err(error.into()),
            };
            match ended {
                // It did not run any more before its log ended: that was all of it.
                Ok(false) => return,
                Ok(true) => {}
                Err(Broken::Engine(EngineError::Missing)) => return self.reading.places.forget(&name(&self.id)),
                Err(broken) if !std::mem::replace(&mut failure_said, true) => {
                    let id = self.id.get(..12).unwrap_or_default();
                    let message = format!("containers: {id} can't be read: {broken}; trying again");
                    self.reading.outlet.publish(notice(LogLevel::Warn, message));
                }
                Err(_) => {}
            }
            let _ = shutdown.run_until_cancelled(sleep(backoff.wait())).await;
        }
    }

    async fn read(&mut self, state: &State, backoff: &mut Backoff, shutdown: &CancellationToken) -> Result<(), Broken> {
        if self.seen == Place::default() {
            self.seen = Place([Seen { at: state.started, ..Seen::default() }; 2]);
        }
        let from = self.seen.0.iter().map(|seen| seen.at).min().unwrap_or(0) / 1_000_000_000;
        // Podman soon ends the log of a container that has ended where it is followed, however much is still to be read.
        let asked = self.engine.logs(&self.id, from, state.is_running);
        let Some(stream) = shutdown.run_until_cancelled(asked).await else { return Ok(()) };
        let mut stream = stream?;
        let mut log = Log {
            outputs: self.seen.0.map(|seen| Stamped::new(self.reading.max_line, seen)),
            frames: Frames::default(),
            name: state.name.clone(),
            is_terminal: state.is_terminal,
            max_line: self.reading.max_line,
            entries: Vec::new(),
        };
        while let Some(bytes) = shutdown.run_until_cancelled(stream.next()).await {
            let bytes = bytes?;
            let cut = match &bytes {
                Some(bytes) => log.push(bytes),
                None => log.finish(),
            };
            self.publish(&mut log, shutdown).await;
            cut?;
            if bytes.is_none() {
                return Ok(());
            }
            backoff.reset();
        }
        Ok(())
    }

    async fn publish(&mut self, log: &mut Log, shutdown: &CancellationToken) {
        for entry in log.entries.drain(..) {
            self.reading.outlet.deliver(entry, shutdown).await;
        }
        let seen = Place(log.outputs.each_ref().map(|output| output.seen));
        if seen != self.seen {
            self.seen = seen;
            self.reading.places.set(&name(&self.id), &seen);
        }
    }
}

/// A log that is being read.
struct Log {
    outputs: [Stamped; 2],
    frames: Frames,
    /// Of the container.
    name: String,
    is_terminal: bool,
    max_line: usize,
    /// What is complete.
    entries: Vec<LogEntry>,
}

impl Log {
    fn push(&mut self, bytes: &[u8]) -> Result<(), Garbage> {
        let Self { outputs, frames, name, is_terminal, max_line, entries } = self;
        if *is_terminal {
            // What the engine has written as one comes as one, if not in more pieces.
            outputs[0].begin();
            outputs[0].push(bytes, |at, kept, total| entries.push(entry(name, 0, at, kept, total, *max_line)));
            return Ok(());
        }
        frames.push(bytes, |piece| {
            let (output, number) = (&mut outputs[piece.output], piece.output);
            if piece.begins {
                output.begin();
            }
            output.push(piece.bytes, |at, kept, total| entries.push(entry(name, number, at, kept, total, *max_line)));
        })
    }

    fn finish(&mut self) -> Result<(), Garbage> {
        let Self { outputs, name, max_line, entries, .. } = self;
        for (number, output) in outputs.iter_mut().enumerate() {
            output.finish(|at, kept, total| entries.push(entry(name, number, at, kept, total, *max_line)));
        }
        Ok(())
    }
}

/// What a line makes that was written in nanosecond `at` to output number `output`.
fn entry(name: &str, output: usize, at: u64, kept: &[u8], total: u64, max_line: usize) -> LogEntry {
    let mut entry = Line::new(kept, total, max_line, SOURCE, Timestamp::from_ms(at / 1_000_000)).entry;
    entry.unit = Some(name.to_owned());
    if let Some(name) = OUTPUTS[output] {
        entry.fields.insert("stream".to_owned(), name.to_owned());
    }
    entry
}

/// The name of its place.
fn name(id: &str) -> String {
    format!("container {id}")
}
