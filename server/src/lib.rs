//! opsglass: a live ops dashboard in one binary.
//!
//! Everything that happens is an event appended to one ordered log, the [`hub`]; everything that shows something follows
//! the log from a cursor.

pub mod alerts;
pub mod collect;
pub mod hub;
pub mod logs;
