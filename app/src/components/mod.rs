//! What the pages are made of, one component a file.

pub mod chart;
