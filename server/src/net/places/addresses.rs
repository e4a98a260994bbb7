use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Kind;
use crate::net::Block;

/// What each address holds. One that holds nothing is forgotten.
#[derive(Debug, Default)]
pub(super) struct Addresses(Mutex<HashMap<Block, Held>>);

#[derive(Debug, Default)]
struct Held {
    connections: usize,
    streams: usize,
}

impl Addresses {
    /// Addresses that hold something.
    pub(super) fn count(&self) -> usize {
        self.held().len()
    }

    /// Counts one more for `block`, and tells whether it may: it holds fewer than `most` of that kind.
    pub(super) fn take(&self, block: Block, kind: Kind, most: usize) -> bool {
        let mut held = self.held();
        let may = held.get_mut(&block).map_or(0, |held| *held.of(kind)) < most;
        if may {
            *held.entry(block).or_default().of(kind) += 1;
        }
        may
    }

    /// Counts one less for `block`.
    pub(super) fn give_back(&self, block: Block, kind: Kind) {
        if let Entry::Occupied(mut entry) = self.held().entry(block) {
            *entry.get_mut().of(kind) -= 1;
            if entry.get().connections + entry.get().streams == 0 {
                entry.remove();
            }
        }
    }

    fn held(&self) -> MutexGuard<'_, HashMap<Block, Held>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn of(&mut self, kind: Kind) -> &mut usize {
        match kind {
            Kind::Connection | Kind::Forwarded => &mut self.connections,
            Kind::Stream => &mut self.streams,
        }
    }
}
