use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, RwLockWriteGuard};

use tokio::time::Instant;

use super::follow::InChannel;
use super::log::{Log, Slot};
use super::registry::Entry;
use super::tally::Tally;
use super::{Follower, Full, Hub, Name, Reader, now};

impl Hub {
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
        let slots = channels.iter().map(|name| log.slot_to_follow(name, now)).collect::<Result<_, _>>()?;
        Ok(self.enter(log, reader, seq, channels, slots))
    }

    fn enter(
        &self,
        mut log: RwLockWriteGuard<'_, Log>,
        reader: Reader,
        seq: u64,
        channels: Vec<Name>,
        slots: Vec<Slot>,
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
                heard: 0,
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

    pub(super) fn leave(&self, slots: &[Slot]) {
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
}
