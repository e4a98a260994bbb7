//! A table in which a reader may look for some rows: what all see is drawn for all, what one looks for is asked for.

use leptos::prelude::event_target_value;

use super::browser;
use super::drawn::{drawn, shown};
use crate::element::{El, el};
use crate::live::Live;
use crate::model::ProcessQuery;

/// The rows: those of the part with this number, or those that are looked for.
pub(super) fn rows(live: Live, part: usize) -> impl Fn() -> Vec<El> {
    // What isn't drawn for everybody is asked for as often.
    browser::follow(move || {
        let _ = live.parts.read();
        if !live.query.read().is_plain() {
            live.search();
        }
    });
    move || {
        if live.query.read().is_plain() { drawn(live, part) } else { shown(live, &live.found.read()) }
    }
}

/// Where a reader types what to look for.
pub(super) fn field(live: Live, name: &'static str) -> El {
    el("input")
        .fixed(|input| {
            let named = input.attr("type", "search").attr("aria-label", name);
            let typed = named.attr("placeholder", "filter").attr("value", live.query.read_untracked().filter.clone());
            typed.class("filter needs-js").attr("autocomplete", "off").attr("spellcheck", "false")
        })
        .on("input", move |event| {
            let sort = live.query.read_untracked().sort;
            live.look_for(ProcessQuery { sort, filter: event_target_value(&event) });
        })
}
