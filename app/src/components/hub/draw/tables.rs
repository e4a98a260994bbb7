//! Who follows, and what there is to follow.

use super::place;
use crate::components::icon::{Icon, icon};
use crate::components::table::{cell, column, row_name, scrolls};
use crate::element::{El, el};
use crate::format;
use crate::model::{ChannelStats, FollowerState, FollowerStats, Stats, Timestamp};

/// Rows of a table at most: who needs more asks `/api/stats`.
const ROWS: usize = 100;

/// How many there are, and in which order.
pub(super) fn follower_count(stats: &Stats) -> Vec<El> {
    let total = stats.streams + stats.inside;
    let note = format!("{}, furthest behind first", shown(stats.followers.len(), total));
    vec![el("p").class("card-note").text(note)]
}

pub(super) fn followers(stats: &Stats) -> Vec<El> {
    let rows = stats.followers.iter().take(ROWS).map(|follower| follower_row(follower, stats.server_time));
    let mut rows: Vec<El> = rows.collect();
    let says = |text: String| el("tr").of([el("td").attr("colspan", "8").class("hint").text(text)]);
    match (stats.followers.len() as u64 + stats.unlisted).saturating_sub(ROWS as u64) {
        0 if rows.is_empty() => rows.push(says("No follower is like that.".to_owned())),
        0 => {}
        more => rows.push(says(format!("and {} more", format::count(more)))),
    }
    rows
}

fn follower_row(follower: &FollowerStats, now: Timestamp) -> El {
    let place = place(follower);
    let mut name = vec![el("span").class("strong").text(follower.name.clone())];
    let mut row = el("tr").class(if follower.state == FollowerState::Live { "is-live" } else { "" });
    let sent = if follower.inside {
        "–".to_owned()
    } else {
        row = row.attr("data-client", follower.name.clone());
        name.push(el("span").class("you").text(", you"));
        let sent = format::bytes(follower.bytes);
        format!("{} {}", sent.value, sent.unit)
    };
    name.push(el("span").class("text-fg-3").text(format!(" {place}")));
    let channels = follower.channels.join(", ");
    row.of([
        row_name(format!("{} {place}", follower.name)).of(name),
        cell("follower-channels", channels.clone()).attr("title", channels),
        cell("follower-for", format::span(now.since(follower.since) / 1_000)),
        cell("strong", format::count(follower.behind)),
        cell("follower-resumes strong", format::count(follower.resumes)),
        cell("follower-gaps strong", format::count(follower.gaps)),
        cell("follower-sent strong", sent),
        el("td").class("follower-state").of(state(follower.state)),
    ])
}

fn state(state: FollowerState) -> [El; 2] {
    let (drawing, mark, text, word) = match state {
        FollowerState::Live => (Icon::Waves, "icon-14 text-ok", "", "Live"),
        FollowerState::Reading => (Icon::ArrowDown, "icon-14", "", "Reading"),
        FollowerState::Resuming => (Icon::Retry, "icon-14", "", "Resuming"),
        FollowerState::Slow => (Icon::Warning, "icon-14 text-warn-mark", "text-warn", "Slow"),
    };
    [icon(drawing, mark), el("span").class(text).text(word)]
}

pub(super) fn channels(stats: &Stats) -> Vec<El> {
    let columns = vec![
        column("Channel", ""),
        column("Followers", "w-[78px]"),
        column("Events/s", "w-[70px]"),
        column("Gaps", "w-[52px]"),
    ];
    let rows = stats.channels.iter().take(ROWS).map(channel_row);
    card("Channels", shown(stats.channels.len(), stats.channel_count), columns, rows.collect())
}

fn channel_row(channel: &ChannelStats) -> El {
    el("tr").of([
        row_name(channel.name.clone()).of([el("span").class("strong").text(channel.name.clone())]),
        cell("strong", format::count(channel.followers)),
        cell("strong", format::decimal(channel.rate as f32)),
        cell(if channel.gaps > 0 { "text-warn" } else { "strong" }, format::count(channel.gaps)),
    ])
}

fn shown(listed: usize, total: u64) -> String {
    let listed = listed.min(ROWS) as u64;
    if listed < total { format!("{listed} of {}", format::count(total)) } else { format::count(total) }
}

fn card(title: &'static str, note: String, columns: Vec<El>, rows: Vec<El>) -> Vec<El> {
    let head = [el("h2").class("card-title").text(title), el("p").class("card-note").text(note)];
    let table = el("table").class("grid-table").of([el("thead").of([el("tr").of(columns)]), el("tbody").of(rows)]);
    vec![
        el("div").class("card-head").of(head),
        el("div").class("fill").of([scrolls(el("div").class("scroll"), title).of([table])]),
    ]
}
