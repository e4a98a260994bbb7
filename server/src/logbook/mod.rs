//! The lines that are kept for those who look for one, by following the hub like everybody else.
//!
//! - `kept`: the lines, within bounded memory
//! - `places`: how many may look at one time
//! - [`query`]: which of them are asked for
//! - [`view`]: the same for the page of the log, counted and marked
//! - [`summary`]: how many there are of each kind

mod kept;
mod places;
pub mod query;
pub mod summary;
pub mod view;

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::{Duration, Instant};

use app::model::LogPage;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::hub::{Hub, Name, Payload};
use kept::Kept;
use places::{LOOKING, Places};
use query::Query;
use summary::{Came, Summary};

/// How much is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Lines; 100,000 by default.
    pub lines: usize,
    /// Bytes of memory that they take, about; 32 MiB by default, as much as so many lines of a hundred characters take.
    pub bytes: usize,
    /// How long may be looked for lines, and waited for one's turn; 2 s by default, a hundred times what a plain question
    /// takes.
    pub look_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { lines: 100_000, bytes: 32 * 1024 * 1024, look_time: Duration::from_secs(2) }
    }
}

/// A handle on the lines; clones share them.
#[derive(Debug, Clone)]
pub struct Logbook {
    hub: Hub,
    look_time: Duration,
    kept: Arc<RwLock<Kept>>,
    places: Places,
    news: Arc<Notify>,
}

/// Why a question is not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    /// Too many are looking at this moment, and waiting for it.
    #[error("{LOOKING} others are looking for log lines at this moment, and more wait")]
    Busy,
    /// What is looked for takes too long to find.
    #[error("looking for that takes longer than logs.look_time: name a time, a level or a source, or simpler words")]
    TooLong,
}

impl Logbook {
    /// An empty one.
    pub fn new(hub: Hub, limits: Limits) -> Self {
        Self {
            hub,
            look_time: limits.look_time,
            kept: Arc::new(RwLock::new(Kept::new(limits))),
            places: Places::new(limits.look_time),
            news: Arc::default(),
        }
    }

    /// Follows the hub until `shutdown` is cancelled.
    pub async fn follow(self, shutdown: CancellationToken) {
        let mut follower = self.hub.follow_inside("logbook", 0, vec![Name::dashboard()]);
        while let Some(batch) = shutdown.run_until_cancelled(follower.next()).await {
            let mut kept = self.write();
            for missing in &batch.missing {
                // Only where lines come faster than this task gets its turn; a stream that is as slow is told the same.
                tracing::warn!("the logbook has missed {} events", missing.count);
                kept.break_off(missing.last);
            }
            for event in &batch.events {
                if let Payload::Log(entry) = &event.payload {
                    kept.push(event.seq, entry.clone());
                }
            }
            kept.seen(follower.cursor().seq);
            drop(kept);
            if batch.events.iter().any(|event| matches!(event.payload, Payload::Log(_))) {
                self.news.notify_one();
            }
        }
    }

    /// Waits until lines have come since it was waited for the last time. For one that waits.
    pub(crate) async fn news(&self) {
        self.news.notified().await;
    }

    /// The lines that `query` asks for.
    ///
    /// # Errors
    /// When too many are looking already, or it takes too long.
    pub async fn find(&self, query: Query) -> Result<LogPage, Unanswered> {
        let logbook = self.clone();
        self.places.take(move || logbook.look(&query)).await
    }

    /// Lines that have come since the start.
    pub fn came(&self) -> Came {
        self.read().summary().came()
    }

    /// How many lines there are of each kind.
    pub fn summary(&self) -> Summary {
        self.read().summary().clone()
    }

    fn look(&self, query: &Query) -> Result<LogPage, Unanswered> {
        // The lines are shared, so that looking through them holds up nobody who adds one.
        let (lines, seen, unbroken_since) = {
            let kept = self.read();
            (kept.lines(), kept.newest(), kept.unbroken_since())
        };
        let cursor = self.hub.settled(seen, &Name::dashboard());
        let found = query.find(&lines, cursor.epoch, Instant::now() + self.look_time)?;
        Ok(LogPage {
            cursor,
            lines: found.lines,
            more: found.more,
            // A cursor from a moment ago may be newer than what has been looked at since.
            complete: query.is_complete(self.hub.head(), unbroken_since, &lines),
            kept: lines.len() as u64,
            oldest: lines.first().map(|line| self.hub.cursor_at(line.seq)),
        })
    }

    fn read(&self) -> RwLockReadGuard<'_, Kept> {
        self.kept.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Kept> {
        self.kept.write().unwrap_or_else(PoisonError::into_inner)
    }
}
