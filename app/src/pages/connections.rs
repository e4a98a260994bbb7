//! The connections: the hub and its followers.

use crate::components::chart::{Timeline, hub};
use crate::components::hub::{Part, connection, followers, place};
use crate::components::{range_picker, tile};
use crate::element::{El, el};
use crate::series::Series;

/// The part that is what is looked for, when a page is drawn.
pub(super) const FOLLOWERS: usize = Part::FollowerTable as usize;

/// What stands between the bars.
pub(super) fn board(timeline: Timeline) -> El {
    let live = timeline.live();
    let tiles = [
        (Part::Followers, Some(Series::Followers)),
        (Part::Published, Some(Series::Published)),
        (Part::Delivered, Some(Series::Delivered)),
        (Part::Lag, Some(Series::Lag)),
        (Part::Resumed, None),
        (Part::Lost, None),
    ];
    let tiles = tiles.map(|(part, series)| tile(timeline, place(live, part, "div", "contents"), series, None));
    let charts = [hub::published(timeline), hub::lag(timeline), connection(live)];
    let tables = [followers(live), place(live, Part::ChannelTable, "section", "card part-channels")];
    el("div").fixed(|board| board.class("hub-board")).of([
        el("div").fixed(|it| it.class("tiles")).of(tiles),
        place(live, Part::Strip, "section", "card strip"),
        range_picker(live, "range needs-js on-phone"),
        el("div").fixed(|it| it.class("hub-charts")).of(charts),
        el("div").fixed(|it| it.class("hub-tables")).of(tables),
    ])
}
