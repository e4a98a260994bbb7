use std::sync::{Arc, PoisonError, RwLock};

use app::model::Process;

use super::Readings;

/// The newest readings; clones share them. Empty until there is a sample, and where the source has none (`--demo`).
#[derive(Debug, Clone, Default)]
pub struct Latest(Arc<RwLock<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    readings: Option<Arc<Readings>>,
    processes: Arc<Vec<Process>>,
}

impl Latest {
    /// The newest.
    pub fn get(&self) -> Option<Arc<Readings>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).readings.clone()
    }

    /// All processes, in no order.
    pub fn processes(&self) -> Arc<Vec<Process>> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner).processes)
    }

    /// Takes the newest.
    pub(in crate::collect) fn set(&self, readings: Readings) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).readings = Some(Arc::new(readings));
    }

    /// Takes the newest processes.
    pub(in crate::collect) fn set_processes(&self, processes: Arc<Vec<Process>>) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).processes = processes;
    }
}
