use std::collections::{btree_map, vec_deque};
use std::sync::Arc;

use super::Event;
use super::follow::InChannel;
use super::log::Log;

/// The events of several channels that a follower has not seen, in the order of their numbers.
pub(super) struct Merge<'a> {
    sources: Vec<Source<'a>>,
    seen: u64,
    head: u64,
}

struct Source<'a> {
    at: &'a mut InChannel,
    lossless: vec_deque::Iter<'a, Arc<Event>>,
    values: btree_map::Range<'a, u64, Arc<Event>>,
    next_lossless: Option<&'a Arc<Event>>,
    next_value: Option<&'a Arc<Event>>,
}

impl<'a> Merge<'a> {
    pub(super) fn new(log: &'a Log, places: &'a mut [InChannel], seen: u64) -> Self {
        let source = |at: &'a mut InChannel| {
            let channel = log.channel(at.slot)?;
            let (mut lossless, mut values) = (channel.from(at.place.next), channel.values_after(seen));
            let (next_lossless, next_value) = (lossless.next(), values.next().map(|(_, event)| event));
            Some(Source { at, lossless, values, next_lossless, next_value })
        };
        Self { sources: places.iter_mut().filter_map(source).collect(), seen, head: log.head() }
    }

    /// Takes events until `max_bytes` of frames would be exceeded, at least one; the places move past them. The second is
    /// the number up to which the follower has then seen everything.
    pub(super) fn take(mut self, max_bytes: usize) -> (Vec<Arc<Event>>, u64) {
        let mut events: Vec<Arc<Event>> = Vec::new();
        let mut bytes = 0;
        loop {
            let sources = self.sources.iter_mut().filter_map(|source| Some((source.peek()?, source)));
            let Some((next, source)) = sources.min_by_key(|(next, _)| next.seq) else {
                return (events, self.head);
            };
            bytes += next.frame.len();
            if bytes > max_bytes && !events.is_empty() {
                return (events, self.seen);
            }
            source.advance(next.seq);
            self.seen = next.seq;
            events.push(Arc::clone(next));
        }
    }
}

impl<'a> Source<'a> {
    fn peek(&self) -> Option<&'a Arc<Event>> {
        [self.next_lossless, self.next_value].into_iter().flatten().min_by_key(|event| event.seq)
    }

    /// Moves past event `seq`, which is the one that was peeked at.
    fn advance(&mut self, seq: u64) {
        if self.next_lossless.is_some_and(|event| event.seq == seq) {
            self.at.place.next += 1;
            self.next_lossless = self.lossless.next();
        } else {
            self.at.given += 1;
            self.next_value = self.values.next().map(|(_, event)| event);
        }
    }
}
