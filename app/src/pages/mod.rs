//! The pages: layout, and one island each.

pub mod not_found;
pub mod overview;

pub use not_found::NotFound;
pub use overview::Overview;
