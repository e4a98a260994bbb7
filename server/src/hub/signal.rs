use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering::AcqRel, Ordering::Acquire};
use std::sync::{Arc, Mutex};

use futures_util::task::AtomicWaker;

use super::lock;

/// What a channel shares with its followers outside the log's lock.
///
/// A follower enters once and leaves once. To wait, it only writes into a waker of its own, which no other follower touches:
/// with thousands of them, lists of who waits would cost more than reading the event.
#[derive(Debug, Default)]
pub(super) struct Signal {
    /// Events published so far.
    published: AtomicU64,
    /// Gap notices told.
    pub(super) gaps: AtomicU64,
    followers: Mutex<BTreeMap<u64, Arc<AtomicWaker>>>,
}

impl Signal {
    /// Wakes `follower` from now on.
    pub(super) fn enter(&self, id: u64, follower: Arc<AtomicWaker>) {
        lock(&self.followers).insert(id, follower);
    }

    pub(super) fn leave(&self, id: u64) {
        lock(&self.followers).remove(&id);
    }

    /// Wakes all who wait: there is one event more in the log.
    pub(super) fn publish(&self) {
        self.published.fetch_add(1, AcqRel);
        for follower in lock(&self.followers).values() {
            follower.wake();
        }
    }

    /// Changes with each event, after the event can be read.
    pub(super) fn published(&self) -> u64 {
        self.published.load(Acquire)
    }
}
