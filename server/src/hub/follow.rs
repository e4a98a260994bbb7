use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use app::model::Cursor;
use futures_util::future::select_all;
use tokio::sync::watch;
use tokio::time::Instant;

use super::channel::{Place, Signal};
use super::log::{Log, Slot};
use super::merge::Merge;
use super::registry::Entry;
use super::{Event, Hub, Missing};

/// Bytes of frames in a batch at most, unless its only event is larger: a follower far behind is served in pieces.
const BATCH_BYTES: usize = 64 * 1024;

/// A cursor into the log: all there is to a follower.
#[derive(Debug)]
pub struct Follower {
    hub: Hub,
    id: u64,
    entry: Arc<Entry>,
    seen: u64,
    places: Vec<InChannel>,
    /// By channel, what changes with each event.
    published: Vec<watch::Receiver<()>>,
}

/// Where a follower stands in one of its channels.
#[derive(Debug)]
pub(super) struct InChannel {
    pub(super) slot: Slot,
    pub(super) place: Place,
    /// Latest values that had been published when it last stood at the newest event, and those it was given since.
    pub(super) values: u64,
    pub(super) given: u64,
    pub(super) signal: Arc<Signal>,
}

/// What a follower reads at once.
#[derive(Debug, Default, PartialEq)]
pub struct Batch {
    /// What it will never get: it was so slow that the log has forgotten it. Stands before `events`.
    pub missing: Vec<Missing>,
    /// What came after the cursor, in order.
    pub events: Vec<Arc<Event>>,
}

/// What still waits for a follower.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Events, those that are gone among them.
    pub events: u64,
    /// How long ago the oldest that is still kept was published.
    pub oldest: Option<Duration>,
}

impl Follower {
    pub(super) fn new(hub: Hub, id: u64, entry: Arc<Entry>, seen: u64, places: Vec<InChannel>) -> Self {
        let published = places.iter().map(|place| place.signal.published.subscribe()).collect();
        Self { hub, id, entry, seen, places, published }
    }

    /// All that is ready after the cursor; waits while there is nothing. The cursor moves past what is returned.
    ///
    /// Cancel-safe: between taking from the log and returning there is no await.
    pub async fn next(&mut self) -> Batch {
        loop {
            // Marked as seen before reading: what is published after this wakes the wait below.
            self.published.iter_mut().for_each(watch::Receiver::mark_unchanged);
            if let Some(batch) = self.ready() {
                return batch;
            }
            let changed = match &mut self.published[..] {
                [] => Err(()),
                [only] => only.changed().await.map_err(drop),
                several => {
                    let changes = several.iter_mut().map(|channel| Box::pin(channel.changed()));
                    select_all(changes).await.0.map_err(drop)
                }
            };
            if changed.is_err() {
                // The senders live as long as the places do, so only who follows nothing comes here: it waits for ever.
                std::future::pending::<()>().await;
            }
        }
    }

    /// All that is ready after the cursor, if there is anything. The cursor moves past what is returned.
    pub fn ready(&mut self) -> Option<Batch> {
        let hub = self.hub.clone();
        let log = hub.log();
        let missing = self.take_missing(&log);
        let (events, seen) = Merge::new(&log, &mut self.places, self.seen).take(BATCH_BYTES);
        let at_newest = seen == log.head();
        let skipped = if at_newest { self.skipped(&log) } else { 0 };
        drop(log);
        self.seen = seen;
        self.note(&events, at_newest, skipped);
        self.tell(&missing);
        let batch = Batch { missing, events };
        (batch != Batch::default()).then_some(batch)
    }

    /// What has gone before it was read; the places move past it.
    fn take_missing(&mut self, log: &Log) -> Vec<Missing> {
        let seen = self.seen;
        let mut missing = Vec::new();
        for at in &mut self.places {
            let Some(channel) = log.channel(at.slot) else { continue };
            if let Some(gone) = Log::missing(channel, at.place, seen) {
                missing.push(gone);
                at.place = Place { next: channel.gone.count() + 1, or_earlier: false };
            }
        }
        missing
    }

    /// The latest values it was never given, now that it stands at the newest event.
    fn skipped(&mut self, log: &Log) -> u64 {
        let mut skipped = 0;
        for at in &mut self.places {
            let Some(channel) = log.channel(at.slot) else { continue };
            skipped += (channel.values_published - at.values).saturating_sub(at.given);
            (at.values, at.given) = (channel.values_published, 0);
        }
        skipped
    }

    fn note(&self, events: &[Arc<Event>], at_newest: bool, skipped: u64) {
        let entry = &self.entry;
        entry.seen.store(self.seen, Relaxed);
        for (next, at) in entry.next.iter().zip(&self.places) {
            next.store(at.place.next, Relaxed);
        }
        if let Some(first) = events.first() {
            entry.waited(first.published.elapsed());
        }
        if at_newest {
            entry.caught_up.store(true, Relaxed);
        }
        self.hub.registry().count(entry, |tally| &tally.skipped, skipped);
        self.hub.registry().count(entry, |tally| &tally.events, events.len() as u64);
    }

    /// Counts gap notices that the follower was told of.
    pub fn tell(&self, missing: &[Missing]) {
        let registry = self.hub.registry();
        registry.count(&self.entry, |tally| &tally.gaps, missing.len() as u64);
        registry.count(&self.entry, |tally| &tally.missed, missing.iter().map(|gone| gone.count).sum());
        for gone in missing.iter().filter(|_| !self.entry.reader.inside) {
            let told = self.entry.channels.iter().position(|channel| *channel == gone.channel);
            if let Some(at) = told.and_then(|at| self.places.get(at)) {
                at.signal.gaps.fetch_add(1, Relaxed);
            }
        }
    }

    /// Counts bytes that were written to the follower.
    pub fn wrote(&self, bytes: usize) {
        self.hub.registry().count(&self.entry, |tally| &tally.bytes, bytes as u64);
    }

    /// The newest event this follower has been given or passed over.
    pub fn cursor(&self) -> Cursor {
        self.hub.cursor_at(self.seen)
    }

    /// What still waits for it. When that is nothing, its cursor moves to the newest event.
    pub fn waiting(&mut self) -> Waiting {
        let hub = self.hub.clone();
        let log = hub.log();
        let waiting = waiting(&log, &self.entry.slots, self.places.iter().map(|at| at.place.next), self.seen);
        if waiting.events == 0 {
            self.seen = log.head();
            self.entry.seen.store(self.seen, Relaxed);
        }
        waiting
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.hub.registry().leave(self.id);
        self.hub.leave(&self.entry.slots);
    }
}

/// What waits for a follower that stands before these ordinals and after event `seen`.
pub(super) fn waiting(log: &Log, slots: &[Slot], next: impl Iterator<Item = u64>, seen: u64) -> Waiting {
    let mut waiting = Waiting::default();
    let mut oldest: Option<Instant> = None;
    for (channel, next) in slots.iter().zip(next).filter_map(|(&slot, next)| Some((log.channel(slot)?, next))) {
        waiting.events += (channel.newest() + 1).saturating_sub(next) + channel.values_after(seen).count() as u64;
        let first = channel.from(next).next().map(|event| event.published);
        let value = channel.values_after(seen).next().map(|(_, event)| event.published);
        oldest = [oldest, first, value].into_iter().flatten().min();
    }
    waiting.oldest = oldest.map(|published| published.elapsed());
    waiting
}
