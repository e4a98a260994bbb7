//! The log: what is looked for, how many lines come, and the lines.

use crate::components::chart::{Timeline, log_lines};
use crate::components::logs::{self, Filters};
use crate::components::range_picker;
use crate::element::{El, el};
use crate::model::LogView;

/// What stands between the bars.
pub(super) fn board(timeline: Timeline, view: Option<LogView>, filters: &Filters) -> El {
    let range = range_picker(timeline.live(), "range needs-js on-phone");
    let chart = el("div").fixed(|it| it.class("log-chart")).of([log_lines(timeline)]);
    let board = el("div").fixed(|board| board.class("log-board"));
    let Some(view) = view else { return board };
    let [filters, lines] = logs::board(timeline, view, filters);
    board.of([filters, range, chart, lines])
}
