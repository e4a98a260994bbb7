//! Handlers, one file a subject. They translate between HTTP and the rest, and decide nothing.

pub(crate) mod assets;
pub(crate) mod dashboard;
pub(crate) mod health;
pub(crate) mod missing;
pub(crate) mod overview;
