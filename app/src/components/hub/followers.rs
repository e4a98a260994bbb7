//! The followers: the furthest behind of all, or those that the reader looks for.

use super::{Part, place};
use crate::components::search;
use crate::components::table::{column, scrolls};
use crate::element::{El, el};
use crate::live::Live;

/// The table of followers.
pub fn followers(live: Live) -> El {
    let columns = |head: El| {
        head.of([el("tr").of([
            column("Follower", ""),
            column("Channels", "follower-channels"),
            column("Connected", "follower-for"),
            column("Behind", "follower-behind"),
            column("Resumes", "follower-resumes"),
            column("Gaps", "follower-gaps"),
            column("Sent", "follower-sent"),
            column("State", "follower-state"),
        ])])
    };
    let rows = el("tbody").rows(search::rows(live, Part::FollowerTable as usize));
    let table = el("table").fixed(|table| table.class("grid-table")).of([el("thead").fixed(columns), rows]);
    el("section").fixed(|card| card.class("card part-followers")).of([
        el("div").fixed(|head| head.class("card-head")).of([
            el("h2").fixed(|name| name.class("card-title").text("Followers")),
            place(live, Part::FollowerCount, "div", "contents"),
            search::field(live, "Filter followers"),
        ]),
        el("div")
            .fixed(|fill| fill.class("fill"))
            .of([el("div").fixed(|scroll| scrolls(scroll.class("scroll"), "Followers")).of([table])]),
    ])
}
