//! Where a reader looks for lines. `public/room-search.js` opens it and looks through those that are here.

use crate::components::icon::{Icon, icon};
use crate::element::{El, el};

/// The button and, in its place once it is pressed, the field.
pub fn search() -> El {
    let button = |id| el("button").attr("type", "button").attr("id", id).class("button");
    let words = el("input").attr("type", "search").attr("id", "room-words").attr("aria-label", "Search the room");
    let words = words.attr("placeholder", "a word, a name, 10:03").attr("autocomplete", "off");
    let field = [
        icon(Icon::Search, "icon"),
        words.attr("autocapitalize", "off").attr("spellcheck", "false"),
        el("output").attr("id", "room-found").attr("for", "room-words"),
    ];
    el("div").class("room-search needs-js").attr("role", "search").of([
        button("room-find").of([icon(Icon::Search, "icon"), el("span").text("Search the room")]),
        el("div")
            .attr("id", "room-finding")
            .attr("hidden", "")
            .of([el("div").class("room-finder").of(field), button("room-end").text("Close")]),
    ])
}
