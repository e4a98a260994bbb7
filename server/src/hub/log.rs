use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use app::model::Timestamp;

use super::{Contract, Event, Name};

/// Events of which the number and channel are remembered after they are gone, so that a gap can be counted.
const REMEMBERED: usize = 65_536;

/// What an event costs beside its frame, roughly, in bytes.
const OVERHEAD: usize = 512;

/// What the log keeps of lossless events; of a latest value it keeps one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Events.
    pub count: usize,
    /// Bytes of memory, about.
    pub bytes: usize,
    /// How long ago they were published.
    pub age: Duration,
}

impl Default for Limits {
    /// 10,000 events, 8 MiB, an hour: enough for a page that slept through a meeting, small beside the process itself.
    fn default() -> Self {
        Self { count: 10_000, bytes: 8 * 1024 * 1024, age: Duration::from_secs(3_600) }
    }
}

/// Lossless events of one channel that are gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The channel.
    pub channel: Name,
    /// How many.
    pub count: u64,
    /// More are gone than are remembered: these are at least so many.
    pub or_more: bool,
    /// The number of the first of them.
    pub first: u64,
    /// The number of the last of them.
    pub last: u64,
}

/// Bounded memory of events, in the order of their numbers.
#[derive(Debug)]
pub(super) struct Log {
    limits: Limits,
    head: u64,
    lossless: VecDeque<Arc<Event>>,
    bytes: usize,
    /// The newest of each latest value, by channel and event name.
    latest: BTreeMap<(Name, Option<String>), Arc<Event>>,
    /// Number and channel of the lossless events last forgotten, oldest first.
    gone: VecDeque<(u64, Name)>,
    /// The number of the last event that isn't remembered even as gone; 0 while all are.
    forgotten: u64,
}

impl Log {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            head: 0,
            lossless: VecDeque::new(),
            bytes: 0,
            latest: BTreeMap::new(),
            gone: VecDeque::new(),
            forgotten: 0,
        }
    }

    /// The newest event's number, 0 before the first.
    pub(super) fn head(&self) -> u64 {
        self.head
    }

    pub(super) fn append(&mut self, event: Event) {
        self.head = event.seq;
        match event.payload.contract() {
            Contract::Latest => {
                let key = (event.channel.clone(), event.payload.event_name().map(str::to_owned));
                self.latest.insert(key, Arc::new(event));
            }
            Contract::Lossless => {
                let now = event.at;
                self.bytes += cost(&event);
                self.lossless.push_back(Arc::new(event));
                let oldest_kept = now.minus(u64::try_from(self.limits.age.as_millis()).unwrap_or(u64::MAX));
                while self.lossless.front().is_some_and(|oldest| {
                    self.lossless.len() > self.limits.count
                        || (self.bytes > self.limits.bytes && self.lossless.len() > 1)
                        || oldest.at < oldest_kept
                }) {
                    self.forget_oldest();
                }
            }
        }
    }

    fn forget_oldest(&mut self) {
        let Some(event) = self.lossless.pop_front() else { return };
        self.bytes -= cost(&event);
        self.gone.push_back((event.seq, event.channel.clone()));
        if self.gone.len() > REMEMBERED
            && let Some((seq, _)) = self.gone.pop_front()
        {
            self.forgotten = seq;
        }
    }

    /// What is to be read after event `after`, in order, until `max_bytes` of frames are exceeded. The second is the
    /// number up to which the reader has then seen everything.
    pub(super) fn read(&self, after: u64, channels: &[Name], max_bytes: usize) -> (Vec<Arc<Event>>, u64) {
        let follows = |event: &Arc<Event>| channels.contains(&event.channel);
        let from = self.lossless.partition_point(|event| event.seq <= after);
        let mut events: Vec<Arc<Event>> = Vec::new();
        let mut bytes = 0;
        let mut seen = self.head;
        for event in self.lossless.range(from..).filter(|event| follows(event)) {
            if bytes > max_bytes {
                seen = events.last().map_or(after, |last| last.seq);
                break;
            }
            bytes += event.frame.len();
            events.push(Arc::clone(event));
        }
        let newest = self.latest.values().filter(|event| event.seq > after && event.seq <= seen && follows(event));
        events.extend(newest.cloned());
        events.sort_unstable_by_key(|event| event.seq);
        (events, seen)
    }

    /// When the first event after number `after` was published.
    pub(super) fn first_after(&self, after: u64, channels: &[Name]) -> Option<Timestamp> {
        let from = self.lossless.partition_point(|event| event.seq <= after);
        let newest = self.latest.values().filter(|event| event.seq > after);
        self.lossless.range(from..).chain(newest).find(|event| channels.contains(&event.channel)).map(|event| event.at)
    }

    /// The lossless events after number `after` that are gone, by channel.
    pub(super) fn missing(&self, after: u64, channels: &[Name]) -> Vec<Missing> {
        let from = self.gone.partition_point(|&(seq, _)| seq <= after);
        let or_more = after < self.forgotten;
        let mut missing: Vec<Missing> = Vec::new();
        if or_more {
            // Whose they were isn't known any more, so each channel is told.
            let (first, last) = (after + 1, self.forgotten);
            missing.extend(channels.iter().map(|channel| Missing {
                channel: channel.clone(),
                count: 0,
                or_more,
                first,
                last,
            }));
        }
        for (seq, channel) in self.gone.range(from..).filter(|(_, channel)| channels.contains(channel)) {
            match missing.iter_mut().find(|known| known.channel == *channel) {
                Some(known) => (known.count, known.last) = (known.count + 1, *seq),
                None => {
                    missing.push(Missing { channel: channel.clone(), count: 1, or_more, first: *seq, last: *seq });
                }
            }
        }
        missing
    }
}

fn cost(event: &Event) -> usize {
    event.frame.len() + OVERHEAD
}
