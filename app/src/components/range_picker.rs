//! How far back the charts look: three buttons, one of them pressed.

use leptos::prelude::*;

use crate::element::{El, el, moving};
use crate::live::Live;
use crate::range::Range;

/// The buttons. They stand in the health line, on a phone above the charts: `class` says where.
pub fn range_picker(live: Live, class: &'static str) -> El {
    let buttons = Range::ALL.map(|range| {
        el("button")
            .fixed(|button| button.attr("type", "button").text(range.label()))
            .attr("aria-pressed", moving(move || (live.range.get() == range).to_string()))
            .on("click", move |_| live.set_range(range))
    });
    el("div")
        .fixed(|group| group.class(class).attr("role", "group").attr("aria-label", "Time range of the charts"))
        .of(buttons)
}
