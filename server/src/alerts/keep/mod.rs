//! What outlasts a restart.
//!
//! - [`Saved`]: all of it, and [`Record`]: one change of it
//! - [`Store`]: the journal that they are kept in

mod saved;
#[cfg(test)]
mod tests;

pub(super) use saved::{Notified, Record, Saved};

/// The journal of the alerts.
pub(super) type Store = crate::journal::Store<Saved>;
