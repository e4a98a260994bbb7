use std::sync::Arc;
use std::time::Duration;

use app::model::Cursor;
use tokio::sync::watch;

use super::{Event, Hub, Missing, Name};

/// Bytes of frames after which a batch ends, so that a follower far behind is served in pieces.
const BATCH_BYTES: usize = 64 * 1024;

/// A cursor into the log: all there is to a follower.
#[derive(Debug)]
pub struct Follower {
    hub: Hub,
    channels: Vec<Name>,
    seen: u64,
    head: watch::Receiver<u64>,
}

/// What a follower reads at once.
#[derive(Debug, Default, PartialEq)]
pub struct Batch {
    /// What it will never get: it was so slow that the log has forgotten it. Stands before `events`.
    pub missing: Vec<Missing>,
    /// What came after the cursor, in order.
    pub events: Vec<Arc<Event>>,
}

impl Follower {
    pub(super) fn new(hub: Hub, seen: u64, channels: Vec<Name>, head: watch::Receiver<u64>) -> Self {
        Self { hub, channels, seen, head }
    }

    /// All that is ready after the cursor; waits while there is nothing. The cursor moves past what is returned.
    ///
    /// Cancel-safe: between taking from the log and returning there is no await.
    pub async fn next(&mut self) -> Batch {
        loop {
            // Marked as seen before reading: what is published after this wakes the wait below.
            self.head.borrow_and_update();
            if let Some(batch) = self.ready() {
                return batch;
            }
            if self.head.changed().await.is_err() {
                // The sender lives in the hub that this follower holds, so this can't be reached; wait for ever.
                std::future::pending::<()>().await;
            }
        }
    }

    /// All that is ready after the cursor, if there is anything. The cursor moves past what is returned.
    pub fn ready(&mut self) -> Option<Batch> {
        let log = self.hub.log();
        let missing = log.missing(self.seen, &self.channels);
        let (events, seen) = log.read(self.seen, &self.channels, BATCH_BYTES);
        drop(log);
        self.seen = seen;
        let batch = Batch { missing, events };
        (batch != Batch::default()).then_some(batch)
    }

    /// The newest event this follower has been given or passed over.
    pub fn cursor(&self) -> Cursor {
        self.hub.cursor_at(self.seen)
    }

    /// How long ago the oldest event was published that it has not yet been given; `None` when it has been given all.
    pub fn lag(&self) -> Option<Duration> {
        let waiting = self.hub.log().first_after(self.seen, &self.channels)?;
        Some(Duration::from_millis(super::now().since(waiting)))
    }
}
