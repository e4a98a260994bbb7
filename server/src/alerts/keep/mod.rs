//! What outlasts a restart.
//!
//! - [`Saved`]: all of it, and [`Record`]: one change of it
//! - [`Store`]: a journal of records, a line a commit

mod saved;
mod store;

pub(super) use saved::{Notified, Record, Saved};
pub(super) use store::Store;
pub use store::{StateDir, StateError};
