//! The war room. The server draws what is the same for all: the lines, who is here, what fires. What depends on the reader
//! (their name, what is new, what waits to be sent) is the work of `public/room.js`, which leaves the elements of these
//! parts alone and marks them with attributes.

#[cfg(feature = "ssr")]
mod composer;
#[cfg(feature = "ssr")]
mod draw;
#[cfg(feature = "ssr")]
mod search;

#[cfg(feature = "ssr")]
pub use composer::{Guest, composer};
#[cfg(feature = "ssr")]
pub use draw::{Room, draw, draw_line};
#[cfg(feature = "ssr")]
pub use search::search;

use crate::components::drawn::shown;
use crate::element::{El, el};
use crate::live::Live;
use crate::live::apply::PARTS;

/// The parts that the server draws, in the order in which they come. After them comes a part for each line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say what is drawn")]
pub enum Part {
    Headline,
    Here,
    Firing,
    Now,
}

/// A place for a part.
pub fn place(live: Live, part: Part, class: &'static str) -> El {
    super::drawn::place(live, part as usize, "section", class)
}

/// The lines.
pub fn lines(live: Live) -> El {
    let drawn = move || live.parts.read().iter().skip(PARTS).flat_map(|words| shown(live, words)).collect();
    let list = el("ol").fixed(|list| list.attr("id", "room-lines").class("room-lines")).rows(drawn);
    let scrolls = el("div").fixed(|scroll| {
        let scroll = scroll.attr("id", "room-scroll").class("room-scroll").attr("tabindex", "0");
        scroll.attr("role", "log").attr("aria-label", "What was said")
    });
    scrolls.of([list])
}
