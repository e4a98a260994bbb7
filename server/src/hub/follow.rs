use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll};
use std::time::Duration;

use app::model::Cursor;
use futures_util::task::AtomicWaker;
use tokio::time::Instant;

use super::channel::Place;
use super::log::{Log, Slot};
use super::merge::Merge;
use super::registry::Entry;
use super::signal::Signal;
use super::{Event, Hub, Missing};

/// Bytes of frames in a batch at most, unless its only event is larger: a follower far behind is served in pieces.
const BATCH_BYTES: usize = 32 * 1024;

/// A cursor into the log: all there is to a follower.
#[derive(Debug)]
pub struct Follower {
    hub: Hub,
    id: u64,
    entry: Arc<Entry>,
    seen: u64,
    places: Vec<InChannel>,
    /// It has read all there was.
    at_newest: bool,
    /// What wakes it, in each of its channels.
    waker: Arc<AtomicWaker>,
}

/// Where a follower stands in one of its channels.
#[derive(Debug)]
pub(super) struct InChannel {
    pub(super) slot: Slot,
    pub(super) place: Place,
    /// Latest values that had been published when it last stood at the newest event, and those it was given since.
    pub(super) values: u64,
    pub(super) given: u64,
    /// What the signal said when the channel was last read.
    pub(super) heard: u64,
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
        let waker = Arc::new(AtomicWaker::new());
        for at in &places {
            at.signal.enter(id, Arc::clone(&waker));
        }
        Self { hub, id, entry, seen, places, at_newest: false, waker }
    }

    /// All that is ready after the cursor; waits while there is nothing. The cursor moves past what is returned.
    ///
    /// Cancel-safe: between taking from the log and returning there is no await.
    pub async fn next(&mut self) -> Batch {
        poll_fn(|context| self.poll_next(context)).await
    }

    /// What [`next`](Self::next) waits for. One task at a time may wait.
    pub fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Batch> {
        // Before looking: what is published after this wakes it.
        self.waker.register(context.waker());
        let mut changed = !self.at_newest;
        for at in &mut self.places {
            let published = at.signal.published();
            changed |= published != at.heard;
            at.heard = published;
        }
        match changed.then(|| self.ready()).flatten() {
            Some(batch) => Poll::Ready(batch),
            None => Poll::Pending,
        }
    }

    /// All that is ready after the cursor, if there is anything. The cursor moves past what is returned.
    pub fn ready(&mut self) -> Option<Batch> {
        let log = self.hub.log();
        let missing = take_missing(&log, &mut self.places, self.seen);
        let (events, seen) = Merge::new(&log, &mut self.places, self.seen).take(BATCH_BYTES);
        let at_newest = seen == log.head();
        let skipped = if at_newest { skipped(&log, &mut self.places) } else { 0 };
        drop(log);
        (self.seen, self.at_newest) = (seen, at_newest);
        self.note(&events, at_newest, skipped);
        self.tell(&missing);
        let batch = Batch { missing, events };
        (batch != Batch::default()).then_some(batch)
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
        let log = self.hub.log();
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
        for at in &self.places {
            at.signal.leave(self.id);
        }
        self.hub.registry().leave(self.id);
        self.hub.leave(&self.entry.slots);
    }
}

/// What has gone before it was read; the places move past it.
fn take_missing(log: &Log, places: &mut [InChannel], seen: u64) -> Vec<Missing> {
    let mut missing = Vec::new();
    for at in places {
        let Some(channel) = log.channel(at.slot) else { continue };
        if let Some(gone) = Log::missing(channel, at.place, seen) {
            missing.push(gone);
            at.place = Place { next: channel.gone.count() + 1, or_earlier: false };
        }
    }
    missing
}

/// The latest values that a follower was never given, now that it stands at the newest event.
fn skipped(log: &Log, places: &mut [InChannel]) -> u64 {
    let mut skipped = 0;
    for at in places {
        let Some(channel) = log.channel(at.slot) else { continue };
        skipped += (channel.values_published - at.values).saturating_sub(at.given);
        (at.values, at.given) = (channel.values_published, 0);
    }
    skipped
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
