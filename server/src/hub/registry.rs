use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use app::model::Timestamp;

use super::log::Slot;
use super::tally::{Left, Tally};
use super::{Name, lock};

/// Who follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    /// What it calls itself, or was called.
    pub name: String,
    /// Whether it chose that name itself: then it is the same one when it comes back.
    pub named: bool,
    /// Where it is, as far as that is to be told.
    pub address: Option<String>,
    /// A part of this program.
    pub inside: bool,
    /// A browser, by its own word.
    pub browser: bool,
    /// How it came.
    pub entrance: Entrance,
}

/// How a follower came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entrance {
    /// For the first time, or from where nobody knows.
    Fresh,
    /// It goes on where it stopped.
    Complete,
    /// It goes on, and something is gone.
    WithGap,
}

impl Reader {
    /// A part of this program.
    pub fn inside(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            named: false,
            address: None,
            inside: true,
            browser: false,
            entrance: Entrance::Fresh,
        }
    }
}

/// What is known of one follower while it is there. It writes here itself; whoever asks reads along.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) reader: Reader,
    pub(super) channels: Vec<Name>,
    pub(super) slots: Vec<Slot>,
    pub(super) since: Timestamp,
    /// The newest event it has been given or passed over.
    pub(super) seen: AtomicU64,
    /// By channel, the ordinal of its next lossless event.
    pub(super) next: Vec<AtomicU64>,
    /// It has stood at the newest event once.
    pub(super) caught_up: AtomicBool,
    pub(super) tally: Tally,
    /// How long ago the oldest event had been published that it was given lately, in microseconds.
    pub(super) slowest: AtomicU64,
}

impl Entry {
    /// Notes how old the oldest event of a batch was. Catching up after an absence says nothing of the line.
    pub(super) fn waited(&self, age: Duration) {
        if self.caught_up.load(Relaxed) {
            self.slowest.fetch_max(u64::try_from(age.as_micros()).unwrap_or(u64::MAX), Relaxed);
        }
    }
}

/// Everybody who follows, and what has happened since the start.
#[derive(Debug)]
pub(super) struct Registry {
    pub(super) started: Timestamp,
    followers: Mutex<BTreeMap<u64, Arc<Entry>>>,
    last: AtomicU64,
    left: Mutex<Left>,
    pub(super) totals: Totals,
}

/// Since the start. Streams only: what is inside never loses its line.
#[derive(Debug, Default)]
pub(super) struct Totals {
    pub(super) fresh: AtomicU64,
    pub(super) complete: AtomicU64,
    pub(super) with_gap: AtomicU64,
    pub(super) tally: Tally,
}

impl Registry {
    pub(super) fn new() -> Self {
        Self {
            started: SystemTime::now().into(),
            followers: Mutex::default(),
            last: AtomicU64::new(0),
            left: Mutex::default(),
            totals: Totals::default(),
        }
    }

    /// Enters a follower, whose name and number stay until [`leave`](Self::leave).
    pub(super) fn enter(&self, mut entry: Entry) -> (u64, Arc<Entry>) {
        let reader = &entry.reader;
        if !reader.inside {
            let entered = match reader.entrance {
                Entrance::Fresh => &self.totals.fresh,
                Entrance::Complete => &self.totals.complete,
                Entrance::WithGap => &self.totals.with_gap,
            };
            entered.fetch_add(1, Relaxed);
        }
        if reader.named
            && let Some((since, tally)) = lock(&self.left).take(&reader.name)
        {
            (entry.since, entry.tally) = (since, tally);
        }
        if entry.reader.entrance != Entrance::Fresh {
            self.count(&entry, |tally| &tally.resumes, 1);
        }
        let entry = Arc::new(entry);
        let id = self.last.fetch_add(1, Relaxed) + 1;
        lock(&self.followers).insert(id, Arc::clone(&entry));
        (id, entry)
    }

    pub(super) fn leave(&self, id: u64) {
        let Some(entry) = lock(&self.followers).remove(&id) else { return };
        if entry.reader.named {
            lock(&self.left).put(&entry.reader.name, entry.since, entry.tally.copy());
        }
    }

    /// Counts something that happened to a follower, for it and in all.
    pub(super) fn count(&self, entry: &Entry, what: impl Fn(&Tally) -> &AtomicU64, by: u64) {
        if by == 0 {
            return;
        }
        what(&entry.tally).fetch_add(by, Relaxed);
        if !entry.reader.inside {
            what(&self.totals.tally).fetch_add(by, Relaxed);
        }
    }

    /// Everybody who follows now, in the order in which they came.
    pub(super) fn all(&self) -> Vec<(u64, Arc<Entry>)> {
        lock(&self.followers).iter().map(|(&id, entry)| (id, Arc::clone(entry))).collect()
    }
}
