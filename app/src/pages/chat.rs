//! The war room: people and the machine, in one order.

use crate::components::chat::{Part, lines, place};
use crate::element::{El, el};
use crate::live::Live;

/// What stands between the bars.
pub(super) fn board(live: Live) -> El {
    let side = [
        place(live, Part::Here, "card part-here"),
        place(live, Part::Firing, "card part-firing"),
        place(live, Part::Now, "card part-now"),
    ];
    el("div").fixed(|board| board.class("room-board")).of([
        el("section").fixed(|card| card.class("card room").attr("aria-label", "War room")).of([lines(live), foot()]),
        el("div").fixed(|it| it.class("room-side")).of(side),
    ])
}

/// Where a reader writes; the browser finds it as it is.
fn foot() -> El {
    el("div").fixed(|foot| {
        let foot = foot.class("room-foot");
        #[cfg(feature = "ssr")]
        let foot = foot.of([crate::components::chat::composer()]);
        foot
    })
}
