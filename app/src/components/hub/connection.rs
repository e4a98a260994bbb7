//! What has happened to this page's own stream: known to the browser alone.

use crate::components::icon::{Icon, icon};
use crate::element::{El, el, moving};
use crate::format;
use crate::live::Live;
use crate::live::journal::{Kind, Moment};

/// The card.
pub fn connection(live: Live) -> El {
    let note = move || match live.shared_by.get() {
        0 => String::new(),
        others => format!("shared with {others} more"),
    };
    let head = [
        el("h2").fixed(|name| name.class("card-title").text("Your connection")),
        el("p").fixed(|it| it.class("card-note")).text(moving(note)),
    ];
    let moments = el("ul").fixed(|list| list.class("moments")).rows(move || {
        let journal = live.journal.read();
        journal.moments.iter().map(|moment| row(moment, live.offset_min())).collect()
    });
    let scroll =
        el("div").fixed(|it| super::super::table::scrolls(it.class("scroll"), "Your connection")).of([moments]);
    el("section").fixed(|card| card.class("card part-connection")).of([
        el("div").fixed(|it| it.class("card-head")).of(head),
        el("div").fixed(|it| it.class("moments-fill")).of([scroll]),
    ])
}

fn row(moment: &Moment, offset_min: i32) -> El {
    let (drawing, mark) = match moment.kind {
        Kind::Live | Kind::Begun => (Icon::Waves, "icon-14 text-ok"),
        Kind::Dropped => (Icon::Retry, "icon-14 text-warn-mark"),
        Kind::Stale => (Icon::Clock, "icon-14 text-warn-mark"),
        Kind::GivenUp => (Icon::Struck, "icon-14 text-crit"),
        Kind::Lost => (Icon::Gap, "icon-14 text-warn-mark"),
    };
    el("li").of([
        el("span").class("text-fg-3").text(format::clock(moment.at, offset_min)),
        icon(drawing, mark),
        el("span").text(moment.said.clone()),
    ])
}
