use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Name;

/// Counts readers by channel. Clones share the counts.
#[derive(Debug, Clone, Default)]
pub struct Presence(Arc<Mutex<BTreeMap<Name, usize>>>);

/// One reader; leaving is dropping this, so that no way of ending a stream can forget it.
#[derive(Debug)]
pub struct Present {
    presence: Presence,
    channels: Vec<Name>,
}

impl Presence {
    /// Counts one reader of `channels` until the returned guard is dropped.
    pub fn enter(&self, channels: Vec<Name>) -> Present {
        let mut counts = self.counts();
        for channel in &channels {
            *counts.entry(channel.clone()).or_default() += 1;
        }
        drop(counts);
        Present { presence: self.clone(), channels }
    }

    /// How many read `channel` now.
    pub fn count(&self, channel: &Name) -> usize {
        self.counts().get(channel).copied().unwrap_or(0)
    }

    fn counts(&self) -> MutexGuard<'_, BTreeMap<Name, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Present {
    fn drop(&mut self) {
        let mut counts = self.presence.counts();
        for channel in &self.channels {
            if let Some(count) = counts.get_mut(channel) {
                *count -= 1;
                if *count == 0 {
                    counts.remove(channel);
                }
            }
        }
    }
}
