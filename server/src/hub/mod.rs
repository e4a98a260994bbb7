//! One ordered log of everything that happens, and cursors into it.
//!
//! - [`Event`]: what happened, numbered and encoded once
//! - `log`: the bounded memory of events
//! - [`Follower`]: a cursor that reads everything after it and waits, again and again; replay and live are this one loop
//! - [`Presence`]: who is reading, by channel
//!
//! Two contracts: of a *latest value* a follower that is behind gets the newest, of *lossless* events every one in order or
//! a statement of what is missing. A follower holds no queue, so a slow one costs no memory. Nothing here knows HTTP.

mod event;
mod follow;
pub mod frame;
mod log;
mod name;
mod presence;

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};
use std::time::SystemTime;

use app::model::{Cursor, Timestamp};
use rand::Rng as _;
use tokio::sync::watch;

pub use event::{Contract, Event, Payload};
pub use follow::{Batch, Follower};
pub use log::{Limits, Missing};
pub use name::{Name, NameError};
pub use presence::{Presence, Present};

/// A handle on the log; clones share it.
#[derive(Debug, Clone)]
pub struct Hub {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    /// Names this life of the log, so that a cursor of an earlier one isn't mistaken for a place in this.
    epoch: u32,
    /// A std lock, never held across an await: appending and reading are short and do no I/O.
    log: RwLock<log::Log>,
    /// The newest event's number; what followers wait on.
    head: watch::Sender<u64>,
    presence: Presence,
}

/// Where a follower that asks for a cursor can go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resume {
    /// Everything after it is here: follow from this number.
    Exact(u64),
    /// It is of this log, but some of what came after it is gone.
    Evicted(Vec<Missing>),
    /// It is of another life of the log, or of none.
    Unknown,
}

impl Hub {
    /// An empty log that keeps at most what `limits` say.
    pub fn new(limits: Limits) -> Self {
        let shared = Shared {
            epoch: rand::rng().random(),
            log: RwLock::new(log::Log::new(limits)),
            head: watch::Sender::new(0),
            presence: Presence::default(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Appends one event to the log and wakes its followers.
    pub fn publish(&self, channel: &Name, payload: Payload) -> Cursor {
        let data = payload.data();
        let mut log = self.shared.log.write().unwrap_or_else(PoisonError::into_inner);
        let seq = log.head() + 1;
        let cursor = self.cursor_at(seq);
        let frame = frame::encode(Some(cursor), payload.event_name(), &data);
        log.append(Event { seq, at: now(), channel: channel.clone(), payload, frame });
        // Inside the lock, so that the head never goes back.
        self.shared.head.send_replace(seq);
        cursor
    }

    /// The newest event's place.
    pub fn head(&self) -> Cursor {
        self.cursor_at(*self.shared.head.borrow())
    }

    /// Event number `seq` of this log.
    pub fn cursor_at(&self, seq: u64) -> Cursor {
        Cursor { epoch: self.shared.epoch, seq }
    }

    /// Whether a follower of `channels` can go on from `cursor` without a loss.
    pub fn resume(&self, cursor: Cursor, channels: &[Name]) -> Resume {
        let log = self.log();
        if cursor.epoch != self.shared.epoch || cursor.seq > log.head() {
            return Resume::Unknown;
        }
        let missing = log.missing(cursor.seq, channels);
        if missing.is_empty() { Resume::Exact(cursor.seq) } else { Resume::Evicted(missing) }
    }

    /// Follows `channels` from the event after `seq`.
    pub fn follow(&self, seq: u64, channels: Vec<Name>) -> Follower {
        Follower::new(self.clone(), seq, channels, self.shared.head.subscribe())
    }

    /// Who is reading.
    pub fn presence(&self) -> &Presence {
        &self.shared.presence
    }

    fn log(&self) -> RwLockReadGuard<'_, log::Log> {
        self.shared.log.read().unwrap_or_else(PoisonError::into_inner)
    }
}

fn now() -> Timestamp {
    SystemTime::now().into()
}
