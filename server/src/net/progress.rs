use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

/// Bytes that a reader must take for each deadline spent waiting for it: more than a line that still lives ever falls
/// short of, and far more than one byte a second.
pub(super) const LEAST: usize = 4096;

/// Whether a reader takes what waits for it.
///
/// The clock runs only while bytes wait. Whenever it has run for the deadline, [`LEAST`] bytes must have been taken since
/// it was last set to nought, or the reader has stalled: a single byte now and then doesn't help.
#[derive(Debug)]
pub(super) struct Progress {
    deadline: Duration,
    taken: usize,
    waited: Duration,
    waiting: Option<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    since: Instant,
    timer: Pin<Box<Sleep>>,
}

impl Progress {
    pub(super) fn new(deadline: Duration) -> Self {
        Self { deadline, taken: 0, waited: Duration::ZERO, waiting: None }
    }

    /// Some bytes were taken, so for now none is known to wait.
    pub(super) fn took(&mut self, bytes: usize) {
        if let Some(waiting) = self.waiting.take() {
            self.waited += waiting.since.elapsed();
        }
        self.taken += bytes;
        if self.taken >= LEAST {
            self.taken = 0;
            self.waited = Duration::ZERO;
        }
    }

    /// Bytes wait: ready when they have waited for too long.
    pub(super) fn poll_wait(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let left = self.deadline.saturating_sub(self.waited);
        let waiting = self.waiting.get_or_insert_with(|| {
            let since = Instant::now();
            Waiting { since, timer: Box::pin(sleep_until(since + left)) }
        });
        waiting.timer.as_mut().poll(context)
    }
}
