//! The log, full size. The server draws the filters and the lines that a reader begins with; what moves of them is moved by
//! the page's own script, `public/logs.js`, so that the module of all pages knows nothing of them.

#[cfg(feature = "ssr")]
mod draw;
mod filters;
mod list;
mod rows;

pub use filters::{Filters, form};
pub use list::lines;

/// The part that changes with each line that comes: a sign for the page's script.
pub const NEWS: usize = 1;

#[cfg(feature = "ssr")]
pub use draw::{Figures, draw};
