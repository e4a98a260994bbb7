use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hash, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};

use governor::nanos::Nanos;
use governor::state::StateStore;
use governor::state::keyed::ShrinkableKeyedStateStore;

/// Who is remembered at one time, each by themselves.
pub(super) const REMEMBERED: usize = 16_384;
/// Counts that all share who come when so many are remembered. So there is an end to what somebody with ever other names
/// may do, and nobody can choose with whom they share one: to keep all others out takes as much as this many may do.
pub(super) const TOGETHER: usize = 4_096;

/// Where a limiter keeps what it knows of each.
#[derive(Debug)]
pub(super) struct Table<K>(Mutex<Inner<K>>);

#[derive(Debug)]
struct Inner<K> {
    own: HashMap<K, Nanos>,
    shared: HashMap<u64, Nanos>,
    hasher: RandomState,
}

impl<K> Default for Table<K> {
    fn default() -> Self {
        Self(Mutex::new(Inner { own: HashMap::new(), shared: HashMap::new(), hasher: RandomState::new() }))
    }
}

impl<K> Table<K> {
    fn inner(&self) -> MutexGuard<'_, Inner<K>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Hash + Eq + Clone> StateStore for Table<K> {
    type Key = K;

    fn measure_and_replace<T, F, E>(&self, key: &K, measure: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let Inner { own, shared, hasher } = &mut *self.inner();
        if let Some(known) = own.get_mut(key) {
            let (taken, new) = measure(Some(*known))?;
            *known = new;
            return Ok(taken);
        }
        if own.len() < REMEMBERED {
            let (taken, new) = measure(None)?;
            own.insert(key.clone(), new);
            return Ok(taken);
        }
        let place = hasher.hash_one(key) % TOGETHER as u64;
        let (taken, new) = measure(shared.get(&place).copied())?;
        shared.insert(place, new);
        Ok(taken)
    }
}

impl<K: Hash + Eq + Clone> ShrinkableKeyedStateStore<K> for Table<K> {
    fn retain_recent(&self, drop_below: Nanos) {
        let Inner { own, shared, .. } = &mut *self.inner();
        own.retain(|_, last| *last > drop_below);
        shared.retain(|_, last| *last > drop_below);
    }

    fn len(&self) -> usize {
        self.inner().own.len()
    }

    fn is_empty(&self) -> bool {
        self.inner().own.is_empty()
    }
}
