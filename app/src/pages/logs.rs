//! The log: what is looked for, how many lines come, and the lines.

use crate::components::chart::{Timeline, log_lines};
use crate::components::logs::{self, Filters};
use crate::components::{place, range_picker};
use crate::element::{El, el, given};
use crate::model::LogView;

/// What the page begins with. The browser's half needs none of it: what was drawn from it is moved by a script.
#[derive(Debug, Clone)]
pub struct LogStart {
    /// The lines, with how many there are of each kind.
    pub view: LogView,
    /// What is looked for.
    pub filters: Filters,
}

/// What stands between the bars.
pub(super) fn board(timeline: Timeline, start: Option<&LogStart>) -> El {
    let live = timeline.live();
    let seen = |seen: El| seen.attr("id", "log-seen").attr("hidden", "");
    let chart = el("div").fixed(|it| it.class("log-chart")).of([log_lines(timeline), el("i").fixed(seen)]);
    let form = |place: El| {
        let form = |start: &LogStart| {
            let summary = start.view.summary.clone().unwrap_or_default();
            logs::form(&start.filters, &summary, start.view.problem.as_deref())
        };
        place.class("contents").of(start.map(form).into_iter().collect::<Vec<_>>())
    };
    let lines = |card: El| match start {
        Some(start) => logs::lines(card, &start.view),
        None => card,
    };
    el("div")
        .fixed(|board| board.class("log-board").attr("id", "log-board"))
        .attr("data-paused", given(move || live.is_paused()))
        .of([
            el("div").fixed(form),
            range_picker(live, "range needs-js on-phone"),
            chart,
            el("section").fixed(lines),
            place(live, logs::NEWS, "div", "sr-only").fixed(|it| it.attr("id", "log-news").attr("hidden", "")),
        ])
}
