//! What outlasts a restart: [`Saved`] is all of it, and [`Record`] one change of it.

mod journal;
mod saved;

pub(super) use journal::Journal;
pub(super) use saved::{Notified, Record, Saved};

/// Where it is kept.
pub(super) type Store = crate::store::Store<Saved>;

#[cfg(test)]
mod tests;
