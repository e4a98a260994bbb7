use std::sync::{Arc, PoisonError, RwLock};

use super::Readings;

/// The newest readings; clones share them. Empty until there is a sample, and where the source has none (`--demo`).
#[derive(Debug, Clone, Default)]
pub struct Latest(Arc<RwLock<Option<Arc<Readings>>>>);

impl Latest {
    /// The newest.
    pub fn get(&self) -> Option<Arc<Readings>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes the newest.
    pub(in crate::collect) fn set(&self, readings: Readings) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(readings));
    }
}
