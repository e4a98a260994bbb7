//! What crosses the wire and what is drawn. Built twice: for the server (`ssr`), which renders pages, and for the
//! browser (`hydrate`), which brings them to life.
//!
//! - [`model`]: the events and the snapshot, plain structs
//! - [`series`], [`board`]: what a page knows, folded from events
//! - `asked`: what is asked of the page of alerts, as its address says it
//! - [`filter`]: which texts are let through
//! - [`format`]: numbers and times as people read them
//! - [`place`]: which pages there are
//! - [`live`]: the browser's side of a stream
//! - [`watched`]: values whose readers are told when they change
//! - [`element`]: elements as values, of which pages are made
//! - [`components`], [`pages`], [`shell`]: what is drawn

#[cfg(feature = "ssr")]
pub mod asked;
pub mod board;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod components;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod element;
pub mod filter;
#[cfg(test)]
mod fixtures;
pub mod format;
pub mod live;
pub mod model;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod pages;
pub mod place;
pub mod range;
pub mod series;
#[cfg(feature = "ssr")]
pub mod shell;
pub mod watched;
