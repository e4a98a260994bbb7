use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::channel::{Channel, Place};
use super::signal::Signal;
use super::{Contract, Event, Full, Limits, Name, Payload};

/// What an event costs beside its text, roughly, in bytes.
const OVERHEAD: usize = 256;

/// Time between two looks for channels and values that have had their time.
const SWEEP: Duration = Duration::from_secs(1);

/// Where a channel stands in the log, for as long as somebody follows it.
pub(super) type Slot = usize;

/// Lossless events of one channel that are gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The channel.
    pub channel: Name,
    /// How many.
    pub count: u64,
    /// More are gone than can be counted: these are at least so many.
    pub or_more: bool,
    /// The number of the last event before them that was seen, of whatever channel.
    pub after: u64,
    /// The number of the last of them.
    pub last: u64,
}

/// Bounded memory of events: what is oldest goes first, whatever its channel.
#[derive(Debug)]
pub(super) struct Log {
    pub(super) limits: Limits,
    head: u64,
    slots: Vec<Option<Channel>>,
    by_name: HashMap<Name, Slot>,
    /// The channel of each lossless event that is kept, oldest first.
    order: VecDeque<Slot>,
    bytes: usize,
    values: usize,
    value_bytes: usize,
    /// Channels beside the program's own.
    foreign: usize,
    index_bytes: usize,
    /// The newest number up to which a channel may have been forgotten with what it had lost.
    forgotten: u64,
    sweep_at: Instant,
}

impl Log {
    pub(super) fn new(limits: Limits, now: Instant) -> Self {
        Self {
            limits,
            head: 0,
            slots: Vec::new(),
            by_name: HashMap::new(),
            order: VecDeque::new(),
            bytes: 0,
            values: 0,
            value_bytes: 0,
            foreign: 0,
            index_bytes: 0,
            forgotten: 0,
            sweep_at: now + SWEEP,
        }
    }

    /// The newest event's number, 0 before the first.
    pub(super) fn head(&self) -> u64 {
        self.head
    }

    /// Lossless events kept.
    pub(super) fn kept(&self) -> usize {
        self.order.len()
    }

    /// Bytes that they take, about.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Latest values kept.
    pub(super) fn values(&self) -> usize {
        self.values
    }

    pub(super) fn channel(&self, slot: Slot) -> Option<&Channel> {
        self.slots.get(slot)?.as_ref()
    }

    pub(super) fn channel_mut(&mut self, slot: Slot) -> Option<&mut Channel> {
        self.slots.get_mut(slot)?.as_mut()
    }

    pub(super) fn channels(&self) -> impl Iterator<Item = &Channel> {
        self.slots.iter().flatten()
    }

    pub(super) fn named(&self, name: &Name) -> Option<&Channel> {
        self.channel(*self.by_name.get(name)?)
    }

    /// The oldest lossless event that is kept.
    pub(super) fn oldest(&self) -> Option<&Event> {
        let slot = *self.order.front()?;
        self.channel(slot)?.oldest().map(AsRef::as_ref)
    }

    /// Whether there is room for what somebody outside wants to publish.
    pub(super) fn admit(&mut self, name: &Name, payload: &Payload, now: Instant) -> Result<(), Full> {
        self.slot(name, true, now)?;
        let held = |channel: &Channel| channel.has_value(payload.event_name());
        if payload.contract() == Contract::Lossless || self.named(name).is_some_and(held) {
            return Ok(());
        }
        if self.values >= self.limits.latest {
            return Err(Full::Values(self.limits.latest));
        }
        if self.value_bytes >= self.limits.bytes {
            return Err(Full::ValueBytes(self.limits.bytes));
        }
        Ok(())
    }

    /// The channel called `name`, made if there is none, for who only follows it: so half of all may be made, and there is
    /// room for those into which something is published.
    pub(super) fn slot_to_follow(&mut self, name: &Name, now: Instant) -> Result<Slot, Full> {
        let most = self.limits.channels.div_ceil(2);
        if !name.is_own() && self.named(name).is_none() && self.silent() >= most {
            self.sweep(now);
            if self.silent() >= most {
                return Err(Full::Silent(most));
            }
        }
        self.slot(name, true, now)
    }

    /// Channels from outside into which nothing has been published.
    fn silent(&self) -> usize {
        self.channels().filter(|channel| channel.published() == 0 && !channel.name.is_own()).count()
    }

    /// The channel called `name`, made if there is none. What comes from outside is bounded.
    pub(super) fn slot(&mut self, name: &Name, bounded: bool, now: Instant) -> Result<Slot, Full> {
        if let Some(&slot) = self.by_name.get(name) {
            return Ok(slot);
        }
        if bounded && !name.is_own() && self.foreign >= self.limits.channels {
            self.sweep(now);
            if self.foreign >= self.limits.channels {
                return Err(Full::Channels(self.limits.channels));
            }
        }
        let slot = self.slots.iter().position(Option::is_none).unwrap_or(self.slots.len());
        if slot == self.slots.len() {
            self.slots.push(None);
        }
        self.slots[slot] = Some(Channel::new(name.clone(), self.forgotten, now));
        self.by_name.insert(name.clone(), slot);
        self.foreign += usize::from(!name.is_own());
        Ok(slot)
    }

    /// Keeps `event` and lets go what no longer has room.
    ///
    /// Returns what wakes the followers of its channel.
    pub(super) fn append(&mut self, event: Event) -> Option<Arc<Signal>> {
        let now = event.published;
        // Not bounded, so there is always one.
        let slot = self.slot(&event.channel, false, now).ok()?;
        self.head = event.seq;
        match event.payload.contract() {
            Contract::Lossless => {
                self.bytes += cost(&event);
                self.order.push_back(slot);
            }
            Contract::Latest => {
                self.values += 1;
                self.value_bytes += cost(&event);
            }
        }
        let channel = self.channel_mut(slot)?;
        let signal = Arc::clone(&channel.signal);
        if let Some(value) = channel.push(event) {
            self.values -= 1;
            self.value_bytes -= cost(&value);
        }
        self.evict(now);
        if now >= self.sweep_at {
            self.sweep(now);
        }
        Some(signal)
    }

    fn evict(&mut self, now: Instant) {
        while let Some(oldest) = self.oldest() {
            let over = self.order.len() > self.limits.count
                || (self.bytes > self.limits.bytes && self.order.len() > 1)
                || now.saturating_duration_since(oldest.published) > self.limits.age;
            if !over {
                break;
            }
            let Some(slot) = self.order.pop_front() else { break };
            let Some((event, grown)) = self.channel_mut(slot).and_then(Channel::forget_oldest) else { break };
            self.bytes -= cost(&event);
            self.index_bytes += grown;
        }
        while self.index_bytes > self.limits.index {
            let gone = self.slots.iter_mut().flatten().map(|channel| &mut channel.gone);
            let Some(oldest) = gone.filter(|gone| gone.oldest_block().is_some()).min_by_key(|gone| gone.oldest_block())
            else {
                break;
            };
            self.index_bytes -= oldest.drop_block();
        }
    }

    /// Forgets what has had its time: by age, latest values of channels that aren't the program's own; channels that are
    /// empty and that nobody has used for long.
    pub(super) fn sweep(&mut self, now: Instant) {
        self.evict(now);
        self.sweep_at = now + SWEEP;
        for slot in &mut self.slots {
            let Some(channel) = slot.as_mut().filter(|channel| !channel.name.is_own()) else { continue };
            if let Some(oldest) = now.checked_sub(self.limits.age) {
                while let Some(value) = channel.forget_value(oldest) {
                    self.values -= 1;
                    self.value_bytes -= cost(&value);
                }
            }
            let idle = now.saturating_duration_since(channel.used) >= self.limits.idle;
            if idle && channel.followers == 0 && channel.is_empty() {
                self.index_bytes -= channel.gone.bytes();
                self.forgotten = self.forgotten.max(channel.gone.last());
                self.by_name.remove(&channel.name);
                self.foreign -= 1;
                *slot = None;
            }
        }
    }

    /// What of `channel` is gone that came after event `after`, for somebody who goes on at `place`.
    pub(super) fn missing(channel: &Channel, place: Place, after: u64) -> Option<Missing> {
        let count = (channel.gone.count() + 1).saturating_sub(place.next);
        (count > 0 || place.or_earlier).then(|| Missing {
            channel: channel.name.clone(),
            count,
            or_more: place.or_earlier,
            after,
            last: channel.gone.last(),
        })
    }

    /// The lossless events after number `after` that are gone, by channel.
    pub(super) fn missing_after(&self, after: u64, channels: &[Name]) -> Vec<Missing> {
        let of = |name: &Name| match self.named(name) {
            Some(channel) => Self::missing(channel, channel.place(after), after),
            // Nobody knows it: it may have been forgotten.
            None => (after < self.forgotten).then(|| Missing {
                channel: name.clone(),
                count: 0,
                or_more: true,
                after,
                last: self.forgotten,
            }),
        };
        channels.iter().filter_map(of).collect()
    }
}

fn cost(event: &Event) -> usize {
    // The text is there twice: as it was published, and as it is sent.
    2 * event.frame.len() + OVERHEAD
}
