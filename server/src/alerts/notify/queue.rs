use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use app::model::{AlertChange, Timestamp};
use serde::Serialize;
use tokio::sync::Notify;

use super::{Outgoing, Receiver};
use crate::alerts::keep::Record;

/// What may wait for one receiver; past it the oldest is dropped.
pub(in crate::alerts) const MOST_WAITING: usize = 1_000;
/// What is sent at once.
const BATCH: usize = 100;

/// What waits for one receiver. Clones share it.
#[derive(Debug, Clone)]
pub(in crate::alerts) struct Queue(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    receiver: Receiver,
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Outgoing>,
    /// So many of them, the oldest, are being sent: together, until they are delivered or given up.
    sending: usize,
    /// What fires and is not muted: an Alertmanager is told of it again and again.
    current: Vec<AlertChange>,
    delivered: u64,
    failed: u64,
    dropped: u64,
    last_delivered: Option<Timestamp>,
    not_delivered_since: Option<Timestamp>,
    last_error: Option<String>,
}

/// How a receiver fares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReceiverStatus {
    /// Its name.
    pub name: String,
    /// `webhook`, `alertmanager`, `email` or `command`.
    pub kind: &'static str,
    /// What waits to be sent.
    pub waiting: usize,
    /// Deliveries since the start.
    pub delivered: u64,
    /// Tries since the start that failed.
    pub failed: u64,
    /// What was given up since the start.
    pub dropped: u64,
    /// The last delivery.
    pub last_delivered: Option<Timestamp>,
    /// Since when nothing gets through; `null` while all is well.
    pub not_delivered_since: Option<Timestamp>,
    /// Why.
    pub last_error: Option<String>,
}

impl Queue {
    pub(in crate::alerts) fn new(receiver: Receiver) -> Self {
        Self(Arc::new(Shared { receiver, state: Mutex::default(), changed: Notify::new() }))
    }

    pub(in crate::alerts) fn receiver(&self) -> &Receiver {
        &self.0.receiver
    }

    /// Takes more, all at once, so that what belongs together is sent together. Returns what is to be noted of those that
    /// there is no room for.
    pub(in crate::alerts) fn extend(&self, outgoing: impl IntoIterator<Item = Outgoing>) -> Vec<Record> {
        let mut state = self.state();
        state.waiting.extend(outgoing);
        let oldest = state.sending;
        let over = state.waiting.len().saturating_sub(MOST_WAITING);
        let over: Vec<Outgoing> = state.waiting.drain(oldest..oldest + over).collect();
        state.dropped += over.len() as u64;
        drop(state);
        self.0.changed.notify_one();
        let record = |outgoing: Outgoing| Record::Dropped(outgoing.number, format!("more than {MOST_WAITING} waited"));
        over.into_iter().map(record).collect()
    }

    /// What fires now.
    pub(in crate::alerts) fn set_current(&self, current: Vec<AlertChange>) {
        self.state().current = current;
    }

    pub(super) fn current(&self) -> Vec<AlertChange> {
        self.state().current.clone()
    }

    /// Waits for something to send: changes of alerts of one rule, each set of labels once, in order. The same until it
    /// is [`Self::done`].
    pub(super) async fn next(&self) -> Vec<Outgoing> {
        loop {
            let batch = self.batch();
            if !batch.is_empty() {
                return batch;
            }
            self.0.changed.notified().await;
        }
    }

    fn batch(&self) -> Vec<Outgoing> {
        let mut state = self.state();
        let most = if state.sending > 0 { state.sending } else { BATCH };
        let mut batch: Vec<Outgoing> = Vec::new();
        for outgoing in state.waiting.iter().take(most) {
            let fits = batch.first().is_none_or(|first| first.alert.rule.name == outgoing.alert.rule.name)
                && batch.iter().all(|other| !other.is_of(outgoing));
            if !fits {
                break;
            }
            batch.push(outgoing.clone());
        }
        state.sending = batch.len();
        batch
    }

    /// These are delivered, or given up.
    pub(super) fn done(&self, numbers: &[u64], now: Timestamp, is_delivered: bool) {
        let mut state = self.state();
        state.sending = 0;
        state.waiting.retain(|outgoing| !numbers.contains(&outgoing.number));
        if is_delivered {
            state.delivered += 1;
            state.last_delivered = Some(now);
            state.not_delivered_since = None;
            state.last_error = None;
        } else {
            state.dropped += numbers.len() as u64;
        }
    }

    /// The receiver has taken something that didn't wait; all is well if nothing does.
    pub(super) fn reached(&self) {
        let mut state = self.state();
        if state.waiting.is_empty() {
            state.not_delivered_since = None;
            state.last_error = None;
        }
    }

    pub(super) fn failed(&self, now: Timestamp, error: String) {
        let mut state = self.state();
        state.failed += 1;
        // What the life before this one couldn't deliver has waited for longer than this one has tried.
        let waits_since = state.waiting.front().map_or(now, |oldest| oldest.at.min(now));
        let since = state.last_delivered.map_or(waits_since, |delivered| waits_since.max(delivered));
        state.not_delivered_since.get_or_insert(since);
        state.last_error = Some(error);
    }

    pub(in crate::alerts) fn status(&self) -> ReceiverStatus {
        let state = self.state();
        ReceiverStatus {
            name: self.0.receiver.name.clone(),
            kind: self.0.receiver.sort(),
            waiting: state.waiting.len(),
            delivered: state.delivered,
            failed: state.failed,
            dropped: state.dropped,
            last_delivered: state.last_delivered,
            not_delivered_since: state.not_delivered_since,
            last_error: state.last_error.clone(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
