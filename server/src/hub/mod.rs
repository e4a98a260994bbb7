//! One ordered log of everything that happens, and cursors into it.
//!
//! - [`Event`]: what happened, numbered and encoded once
//! - `log`: the bounded memory of events, in channels; `gone` counts what it has let go
//! - [`Follower`]: a cursor that reads everything after it and waits, again and again; replay and live are this one loop
//! - `registry`: who follows, and how it fares; `measure` makes figures of that once a second
//! - [`Presence`]: who is reading, by channel
//!
//! Two contracts: of a *latest value* a follower that is behind gets the newest, of *lossless* events every one in order or
//! a statement of what is missing. A follower holds no queue, so a slow one costs no memory. Nothing here knows HTTP.

mod channel;
mod event;
mod follow;
pub mod frame;
mod gone;
mod join;
mod limits;
mod log;
mod measure;
mod merge;
mod name;
mod past;
mod presence;
mod registry;
mod signal;
mod stats;
mod tally;
mod varint;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::SystemTime;

use app::model::{Cursor, Timestamp};
use rand::Rng as _;
use tokio::time::Instant;

pub use event::{Contract, Event, Payload};
pub use follow::{Batch, Follower, Waiting};
pub use limits::Limits;
pub use log::Missing;
pub use measure::{EVERY, watch};
pub use name::{Name, NameError};
pub use presence::{Presence, Present};
pub use registry::{Entrance, Reader};

use registry::Registry;

/// A handle on the log; clones share it.
#[derive(Debug, Clone)]
pub struct Hub {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    /// Names this life of the log, so that a cursor of an earlier one isn't mistaken for a place in this.
    epoch: u32,
    /// The newest event's number. Who publishes holds this while it encodes, so that nobody who reads waits for that.
    head: Mutex<u64>,
    /// A std lock, never held across an await: appending and reading are short and do no I/O.
    log: RwLock<log::Log>,
    registry: Registry,
    measures: Mutex<measure::Measures>,
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

/// There is no room for more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Full {
    /// Of channels.
    #[error("there are {0} channels, which is as many as are kept")]
    Channels(usize),
    /// Of channels that are only followed.
    #[error("there are {0} channels into which nothing has been published, which is as many as may be followed")]
    Silent(usize),
    /// Of latest values.
    #[error("there are {0} latest values, which is as many as are kept")]
    Values(usize),
    /// Of bytes in latest values.
    #[error("latest values take {0} bytes, which is as much as is kept")]
    ValueBytes(usize),
}

impl Hub {
    /// An empty log that keeps at most what `limits` say.
    pub fn new(limits: Limits) -> Self {
        let now = Instant::now();
        let shared = Shared {
            epoch: rand::rng().random(),
            head: Mutex::new(0),
            log: RwLock::new(log::Log::new(limits, now)),
            registry: Registry::new(),
            measures: Mutex::new(measure::Measures::new(now)),
            presence: Presence::default(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Appends one event of the program's own to the log and wakes its followers.
    pub fn publish(&self, channel: &Name, payload: Payload) -> Cursor {
        self.append(lock(&self.shared.head), channel, payload)
    }

    /// Appends one event that comes from outside.
    ///
    /// # Errors
    /// When it would need a channel or a latest value for which there is no room.
    pub fn publish_from_outside(&self, channel: &Name, payload: Payload) -> Result<Cursor, Full> {
        let head = lock(&self.shared.head);
        self.log_mut().admit(channel, &payload, Instant::now())?;
        Ok(self.append(head, channel, payload))
    }

    fn append(&self, mut head: MutexGuard<'_, u64>, channel: &Name, payload: Payload) -> Cursor {
        *head += 1;
        let cursor = self.cursor_at(*head);
        let frame = frame::encode(Some(cursor), payload.event_name(), &payload.data());
        let (at, published) = (SystemTime::now().into(), Instant::now());
        let event = Event { seq: *head, at, published, channel: channel.clone(), payload, frame };
        let signal = self.log_mut().append(event);
        drop(head);
        if let Some(signal) = signal {
            signal.publish();
        }
        cursor
    }

    /// The newest event's place.
    pub fn head(&self) -> Cursor {
        self.cursor_at(self.log().head())
    }

    /// The newest event's place if `channel` holds nothing after event `seq`, else that event's: who has seen all of a
    /// channel has seen all of it up to now.
    pub fn settled(&self, seq: u64, channel: &Name) -> Cursor {
        let log = self.log();
        let newest = log.named(channel).map_or(0, channel::Channel::newest_seq);
        self.cursor_at(if newest <= seq { log.head() } else { seq })
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
        let missing = log.missing_after(cursor.seq, channels);
        if missing.is_empty() { Resume::Exact(cursor.seq) } else { Resume::Evicted(missing) }
    }

    /// The latest values that are kept of `channel`, oldest first, and the newest event's number.
    pub fn values(&self, channel: &Name) -> (u64, Vec<Arc<Event>>) {
        let log = self.log();
        let values = log.named(channel).into_iter().flat_map(|channel| channel.values_after(0));
        (log.head(), values.map(|(_, event)| Arc::clone(event)).collect())
    }

    /// Who is reading.
    pub fn presence(&self) -> &Presence {
        &self.shared.presence
    }

    fn log(&self) -> RwLockReadGuard<'_, log::Log> {
        self.shared.log.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn log_mut(&self) -> RwLockWriteGuard<'_, log::Log> {
        self.shared.log.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn registry(&self) -> &Registry {
        &self.shared.registry
    }

    fn measures(&self) -> MutexGuard<'_, measure::Measures> {
        lock(&self.shared.measures)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn now() -> Timestamp {
    SystemTime::now().into()
}
