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
mod limits;
mod log;
mod measure;
mod merge;
mod name;
mod past;
mod presence;
mod registry;
mod stats;
mod tally;
mod varint;

use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::SystemTime;

use app::model::{Cursor, Timestamp};
use rand::Rng as _;
use tokio::time::Instant;

pub use event::{Contract, Event, Payload};
pub use follow::{Batch, Follower, Waiting};
pub use limits::Limits;
pub use log::Missing;
pub use measure::watch;
pub use name::{Name, NameError};
pub use presence::{Presence, Present};
pub use registry::{Entrance, Reader};

use follow::InChannel;
use registry::{Entry, Registry};
use tally::Tally;

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
    /// Of latest values.
    #[error("there are {0} latest values, which is as many as are kept")]
    Values(usize),
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
            signal.published.send_replace(());
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

    /// Follows `channels` from the event after `seq`, from within this program.
    pub fn follow(&self, seq: u64, channels: Vec<Name>) -> Follower {
        self.follow_inside("inside", seq, channels)
    }

    /// The same, under a name that says who it is.
    pub fn follow_inside(&self, name: &str, seq: u64, channels: Vec<Name>) -> Follower {
        let mut log = self.log_mut();
        let now = Instant::now();
        // Not bounded, so there is always room.
        let slots = channels.iter().filter_map(|name| log.slot(name, false, now).ok()).collect();
        self.enter(log, Reader::inside(name), seq, channels, slots)
    }

    /// Follows `channels` from the event after `seq`, for somebody outside.
    ///
    /// # Errors
    /// When there is no room for a channel that isn't there yet.
    pub fn follow_from_outside(&self, reader: Reader, seq: u64, channels: Vec<Name>) -> Result<Follower, Full> {
        let mut log = self.log_mut();
        let now = Instant::now();
        let slots = channels.iter().map(|name| log.slot(name, true, now)).collect::<Result<_, _>>()?;
        Ok(self.enter(log, reader, seq, channels, slots))
    }

    fn enter(
        &self,
        mut log: RwLockWriteGuard<'_, log::Log>,
        reader: Reader,
        seq: u64,
        channels: Vec<Name>,
        slots: Vec<log::Slot>,
    ) -> Follower {
        let mut places = Vec::with_capacity(slots.len());
        for &slot in &slots {
            let Some(channel) = log.channel_mut(slot) else { continue };
            channel.followers += 1;
            places.push(InChannel {
                slot,
                place: channel.place(seq),
                values: channel.values_published - channel.values_after(seq).count() as u64,
                given: 0,
                signal: Arc::clone(&channel.signal),
            });
        }
        let at_newest = log.head() == seq;
        drop(log);
        let entry = Entry {
            reader,
            channels,
            slots,
            since: now(),
            seen: AtomicU64::new(seq),
            next: places.iter().map(|at| AtomicU64::new(at.place.next)).collect(),
            caught_up: AtomicBool::new(at_newest),
            tally: Tally::default(),
            slowest: AtomicU64::new(0),
        };
        let (id, entry) = self.shared.registry.enter(entry);
        Follower::new(self.clone(), id, entry, seq, places)
    }

    fn leave(&self, slots: &[log::Slot]) {
        let mut log = self.log_mut();
        for &slot in slots {
            if let Some(channel) = log.channel_mut(slot) {
                channel.followers -= 1;
                channel.used = Instant::now();
            }
        }
    }

    /// How many follow `channel` now, parts of this program among them.
    pub fn followers(&self, channel: &Name) -> usize {
        self.log().named(channel).map_or(0, |channel| channel.followers)
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
