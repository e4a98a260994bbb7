//! The page about the hub and its followers, drawn once a second for all of its readers.

use app::components::hub::{Part, draw, found};
use app::filter::Filter;
use app::model::{Alert, Drawn, Snapshot, Stats, StatsHistory};
use app::range::Range;
use app::series::{History, Series};

use crate::board::Board;
use crate::drawn;
use crate::hub::{Hub, Name};

/// Draws the page; clones share what it is drawn from.
#[derive(Debug, Clone)]
pub struct Connections {
    hub: Hub,
    board: Board,
}

impl Connections {
    /// Draws what `hub` tells of itself, with the machine and the alerts of `board`.
    pub fn new(hub: Hub, board: Board) -> Self {
        Self { hub, board }
    }

    /// The page as of now, with the figures of `range` and the followers that `filter` lets through.
    pub fn snapshot(&self, range: Range, filter: &Filter) -> Snapshot {
        let stats = self.hub.stats(None);
        let past = self.hub.past(usize::try_from(Range::Hour.ms() / 1_000).unwrap_or(usize::MAX));
        let mut drawn = drawn(&stats, &past, self.board.firing());
        if let Some(rows) = drawn.parts.get_mut(Part::FollowerTable as usize).filter(|_| !filter.is_empty()) {
            *rows = found(&self.hub.stats_of(None, filter));
        }
        let history = history(&past).thinned(range.ms());
        drawn::snapshot(&self.board, stats.log.newest, stats.server_time, history, drawn)
    }

    /// Publishes the page as of now, if somebody looks at it.
    pub fn publish(&self) {
        drawn::publish(&self.hub, &Name::connections(), || {
            Some(drawn(&self.hub.stats(None), &self.hub.past(1), self.board.firing()))
        });
    }
}

fn drawn(stats: &Stats, past: &StatsHistory, alerts: Vec<Alert>) -> Drawn {
    let point = past.published.len().checked_sub(1).map(|last| point(past, last));
    Drawn { at: past.end, point: point.unwrap_or_default(), cores: Vec::new(), alerts, parts: draw(stats) }
}

/// The columns as the charts know them.
fn history(past: &StatsHistory) -> History {
    let mut history = History::new(drawn::interval_ms());
    let points = past.published.len();
    for index in 0..points {
        let at = past.end.minus((points - 1 - index) as u64 * past.interval_ms);
        history.push_point(at, &point(past, index), Vec::new(), Range::Hour.ms());
    }
    history
}

/// The columns of the machine come before those of the hub.
fn point(past: &StatsHistory, index: usize) -> Vec<Option<f32>> {
    let mut point = vec![None; Series::Published as usize];
    let columns = [&past.published, &past.delivered, &past.lag_p99_ms];
    point.extend(columns.iter().map(|column| column.get(index).copied()));
    point.push(past.followers.get(index).map(|&followers| followers as f32));
    point
}
