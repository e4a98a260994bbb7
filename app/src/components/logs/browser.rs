//! What the page of the log does in the browser. On the server nothing of it does anything.

/// The form with the filters.
pub(super) const FORM: &str = "log-filters";
/// The field for words.
pub(super) const WORDS: &str = "log-words";
/// What copies.
pub(super) const COPY: &str = "log-copy";
/// What scrolls.
pub(super) const SCROLLER: &str = "log-scroller";
/// What the rows are in.
pub(super) const LINES: &str = "logs";
/// On a line: its number.
pub(super) const LINE: &str = "data-line";
/// On the button of a gap: the number of the event before which it ends.
pub(super) const GAP: &str = "data-gap";

#[cfg(feature = "hydrate")]
mod asking;
#[cfg(feature = "hydrate")]
mod hands;
#[cfg(feature = "hydrate")]
mod view;

#[cfg(feature = "hydrate")]
pub(super) use hydrated::*;
#[cfg(not(feature = "hydrate"))]
pub(super) use rendered::*;

#[cfg(feature = "hydrate")]
mod hydrated {
    pub(in super::super) use super::asking::look;
    pub(in super::super) use super::hands::{click, copy};
    pub(in super::super) use super::view::{jump, scrolled, start, wrap};
}

#[cfg(not(feature = "hydrate"))]
mod rendered {
    use leptos::web_sys::Event;

    use super::super::Reading;

    pub(in super::super) fn start(_: Reading) {}
    pub(in super::super) fn look(_: Reading) {}
    pub(in super::super) fn wrap(_: Reading) {}
    pub(in super::super) fn copy(_: Reading) {}
    pub(in super::super) fn jump(_: Reading) {}
    pub(in super::super) fn scrolled(_: Reading) {}
    pub(in super::super) fn click(_: Reading, _: &Event) {}
}
