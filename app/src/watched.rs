//! What a page watches: a value whose readers are told when it changes.
//!
//! A signal of the library adds three or four kilobytes to the browser's module for each type that is watched. Here the
//! notice is one type for all. In the browser the value itself is kept for good, as its island is; on the server it goes
//! with the request.

use std::fmt;
use std::ops::Deref;
#[cfg(feature = "hydrate")]
use std::sync::{PoisonError, RwLock};

use leptos::prelude::*;

#[cfg(feature = "hydrate")]
type Kept<T> = &'static RwLock<T>;
#[cfg(not(feature = "hydrate"))]
type Kept<T> = StoredValue<T>;

/// A value that is watched. A handle: copies share the value.
pub struct Watched<T: 'static> {
    value: Kept<T>,
    changed: Trigger,
}

impl<T> Clone for Watched<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Watched<T> {}

impl<T> fmt::Debug for Watched<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watched")
    }
}

impl<T: Send + Sync> Watched<T> {
    /// Begins with `value`.
    pub fn new(value: T) -> Self {
        #[cfg(feature = "hydrate")]
        let value: Kept<T> = Box::leak(Box::new(RwLock::new(value)));
        #[cfg(not(feature = "hydrate"))]
        let value = StoredValue::new(value);
        Self { value, changed: Trigger::new() }
    }

    /// Reads the value; what runs is run again when it changes.
    pub fn read(self) -> impl Deref<Target = T> {
        self.changed.track();
        self.read_untracked()
    }

    /// Reads the value once.
    pub fn read_untracked(self) -> impl Deref<Target = T> {
        #[cfg(feature = "hydrate")]
        return self.value.read().unwrap_or_else(PoisonError::into_inner);
        #[cfg(not(feature = "hydrate"))]
        self.value.read_value()
    }

    /// Sets the value.
    pub fn set(self, value: T) {
        self.update(|now| *now = value);
    }

    /// Changes the value.
    pub fn update(self, change: impl FnOnce(&mut T)) {
        #[cfg(feature = "hydrate")]
        change(&mut self.value.write().unwrap_or_else(PoisonError::into_inner));
        #[cfg(not(feature = "hydrate"))]
        self.value.update_value(change);
        self.changed.notify();
    }
}

impl<T: Clone + Send + Sync> Watched<T> {
    /// A copy of the value; what runs is run again when it changes.
    pub fn get(self) -> T {
        self.read().clone()
    }

    /// A copy of the value.
    pub fn get_untracked(self) -> T {
        self.read_untracked().clone()
    }
}
