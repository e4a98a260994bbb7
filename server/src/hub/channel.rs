use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use tokio::time::Instant;

use super::gone::Gone;
use super::signal::Signal;
use super::{Contract, Event, Name};

/// What the log holds of one channel.
#[derive(Debug)]
pub(super) struct Channel {
    pub(super) name: Name,
    /// The lossless events that are kept, oldest first. Counted from 1, the front is number `gone.count() + 1` of the
    /// channel: its ordinal, by which a follower finds its place without a search.
    ring: VecDeque<Arc<Event>>,
    /// The numbers of those that went before.
    pub(super) gone: Gone,
    /// The newest of each latest value, by its number in the log.
    values: BTreeMap<u64, Arc<Event>>,
    /// That number by event name; no name is "".
    keys: HashMap<String, u64>,
    /// Latest values published so far.
    pub(super) values_published: u64,
    pub(super) followers: usize,
    /// When it was last published in, followed or left.
    pub(super) used: Instant,
    pub(super) signal: Arc<Signal>,
}

/// Where in a channel something goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// The ordinal of the next lossless event.
    pub(super) next: u64,
    /// It may have been an earlier one: that is no longer known.
    pub(super) or_earlier: bool,
}

impl Channel {
    pub(super) fn new(name: Name, forgotten: u64, now: Instant) -> Self {
        Self {
            name,
            ring: VecDeque::new(),
            gone: Gone::new(forgotten),
            values: BTreeMap::new(),
            keys: HashMap::new(),
            values_published: 0,
            followers: 0,
            used: now,
            signal: Arc::default(),
        }
    }

    /// Keeps an event; returns the latest value whose place it takes.
    pub(super) fn push(&mut self, event: Event) -> Option<Arc<Event>> {
        self.used = event.published;
        if event.payload.contract() == Contract::Lossless {
            self.ring.push_back(Arc::new(event));
            return None;
        }
        self.values_published += 1;
        let key = event.payload.event_name().unwrap_or_default();
        let before = match self.keys.get_mut(key) {
            Some(seq) => self.values.remove(&std::mem::replace(seq, event.seq)),
            None => {
                self.keys.insert(key.to_owned(), event.seq);
                None
            }
        };
        self.values.insert(event.seq, Arc::new(event));
        before
    }

    /// Lets the oldest lossless event go. Returns it, and by how many bytes the index has grown.
    pub(super) fn forget_oldest(&mut self) -> Option<(Arc<Event>, usize)> {
        let event = self.ring.pop_front()?;
        let grown = self.gone.push(event.seq);
        Some((event, grown))
    }

    /// Lets the oldest latest value go if it was published before `oldest`.
    pub(super) fn forget_value(&mut self, oldest: Instant) -> Option<Arc<Event>> {
        let event = self.values.first_entry().filter(|value| value.get().published < oldest)?.remove();
        self.keys.remove(event.payload.event_name().unwrap_or_default());
        Some(event)
    }

    /// Whether a latest value of this name is kept.
    pub(super) fn has_value(&self, event_name: Option<&str>) -> bool {
        self.keys.contains_key(event_name.unwrap_or_default())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ring.is_empty() && self.values.is_empty()
    }

    /// Lossless events published so far: the ordinal of the newest.
    pub(super) fn newest(&self) -> u64 {
        self.gone.count() + self.ring.len() as u64
    }

    /// The number in the log of its newest event.
    pub(super) fn newest_seq(&self) -> u64 {
        let lossless = self.ring.back().map_or(self.gone.last(), |event| event.seq);
        lossless.max(self.values.last_key_value().map_or(0, |(&seq, _)| seq))
    }

    /// All events published so far.
    pub(super) fn published(&self) -> u64 {
        self.newest() + self.values_published
    }

    pub(super) fn kept(&self) -> usize {
        self.ring.len()
    }

    /// The lossless events from ordinal `next` on that are kept.
    pub(super) fn from(&self, next: u64) -> std::collections::vec_deque::Iter<'_, Arc<Event>> {
        let skipped = usize::try_from(next.saturating_sub(self.gone.count() + 1)).unwrap_or(usize::MAX);
        self.ring.range(skipped.min(self.ring.len())..)
    }

    /// The latest values after event `seq`.
    pub(super) fn values_after(&self, seq: u64) -> std::collections::btree_map::Range<'_, u64, Arc<Event>> {
        self.values.range(seq.saturating_add(1)..)
    }

    pub(super) fn oldest(&self) -> Option<&Arc<Event>> {
        self.ring.front()
    }

    /// The place after event `seq` of the log.
    pub(super) fn place(&self, seq: u64) -> Place {
        let kept = self.kept_up_to(seq, || {});
        if kept > 0 {
            return Place { next: self.gone.count() + kept as u64 + 1, or_earlier: false };
        }
        let rank = self.gone.rank(seq, || {});
        Place { next: rank.count + 1, or_earlier: rank.or_fewer }
    }

    /// How many of the kept have a number of at most `seq`. Where the channel is busy, hardly any number lies between its
    /// events: then the first and the last leave few places to search, whatever the length. Calls `looked` for each event
    /// that is looked at between those two.
    fn kept_up_to(&self, seq: u64, mut looked: impl FnMut()) -> usize {
        let (Some(first), Some(last)) = (self.ring.front(), self.ring.back()) else { return 0 };
        if seq < first.seq {
            return 0;
        }
        let len = self.ring.len();
        let distance = |from: u64, to: u64| usize::try_from(to.saturating_sub(from)).unwrap_or(usize::MAX);
        let most = distance(first.seq, seq).saturating_add(1).min(len);
        let least = len.saturating_sub(distance(seq, last.seq));
        let (mut low, mut high) = (least, most);
        while low < high {
            looked();
            let middle = low.midpoint(high);
            if self.ring[middle].seq <= seq { low = middle + 1 } else { high = middle }
        }
        low
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hub::Payload;
    use app::model::Timestamp;
    use bytes::Bytes;
    use proptest::prelude::*;

    fn lossless(seq: u64, now: Instant) -> Event {
        let payload = Payload::Text { event: None, contract: Contract::Lossless, data: String::new() };
        let (at, channel, frame) = (Timestamp::default(), Name::dashboard(), Bytes::new());
        Event { seq, at, published: now, channel, payload, frame }
    }

    /// What looking for `seq` takes: the events and the runs that are looked at.
    fn steps(channel: &Channel, seq: u64) -> (u32, u32) {
        let (mut kept, mut gone) = (0, 0);
        channel.kept_up_to(seq, || kept += 1);
        channel.gone.rank(seq, || gone += 1);
        (kept, gone)
    }

    /// Two numbers of three, so that no place follows from its distance to an end; then the first half goes.
    #[test]
    fn among_a_million_events_a_place_takes_twenty_looks() {
        const EVENTS: u64 = 1_000_000;
        let now = Instant::now();
        let mut channel = Channel::new(Name::dashboard(), 0, now);
        let numbers = (1..).filter(|seq| seq % 3 != 0).take(2 * EVENTS as usize);
        let mut last = 0;
        for seq in numbers {
            last = seq;
            channel.push(lossless(seq, now));
            if channel.kept() as u64 > EVENTS {
                channel.forget_oldest();
            }
        }
        let hostile = [0, 1, 2, 3, last / 4, last / 2 - 1, last / 2, last / 2 + 1, last / 4 * 3, last - 1, last];
        let spread = (0..1_000).map(|n| last / 1_000 * n);
        for seq in hostile.into_iter().chain([last + 1, u64::MAX - 1, u64::MAX]).chain(spread) {
            let (kept, gone) = steps(&channel, seq);
            assert!(kept <= 20 && gone <= 300, "{seq}: {kept} events and {gone} runs");
            if seq <= last {
                assert_eq!(channel.place(seq).next, seq / 3 * 2 + seq % 3 + 1, "{seq}");
            }
        }
    }

    proptest! {
        #[test]
        fn a_place_is_the_one_that_a_plain_search_finds(
            steps in prop::collection::vec(prop_oneof![Just(1_u64), 1_u64..50], 1..200),
            gone in 0_usize..200,
            seq in 0_u64..3_000,
        ) {
            let now = Instant::now();
            let mut channel = Channel::new(Name::dashboard(), 0, now);
            let numbers: Vec<u64> = steps.iter().scan(0, |seq, step| { *seq += step; Some(*seq) }).collect();
            for &seq in &numbers {
                channel.push(lossless(seq, now));
            }
            for _ in 0..gone {
                channel.forget_oldest();
            }
            let expected = numbers.partition_point(|&number| number <= seq) as u64 + 1;
            prop_assert_eq!(channel.place(seq), Place { next: expected, or_earlier: false });
        }
    }
}
