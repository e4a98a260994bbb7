//! What the pages that the server draws share: the state that each starts from, and the event that draws it anew.

use app::model::{Cursor, Drawn, Host, Snapshot, Timestamp};
use app::range::Range;
use app::series::History;

use crate::board::Board;
use crate::hub::{Contract, EVERY, Hub, Name, Payload, frame};

/// A page that shows what is `drawn`, with charts of `history`, and the machine of `board`.
pub(crate) fn snapshot(
    board: &Board,
    cursor: Cursor,
    server_time: Timestamp,
    history: History,
    drawn: Drawn,
) -> Snapshot {
    Snapshot {
        cursor,
        server_time,
        host: Host { interval_ms: interval_ms(), ..board.host().clone() },
        metrics: None,
        history,
        alerts: drawn.alerts.clone(),
        rules: board.rules(),
        logs: Vec::new(),
        drawn: Some(drawn),
    }
}

/// The history of a page that has no charts: it says how old the page is.
pub(crate) fn no_charts(at: Timestamp) -> History {
    let mut history = History::new(interval_ms());
    history.push_point(at, &[], Vec::new(), Range::Hour.ms());
    history
}

/// Time between two drawings: as long as between two measurements of the hub.
pub(crate) fn interval_ms() -> u64 {
    u64::try_from(EVERY.as_millis()).unwrap_or(u64::MAX)
}

/// Publishes in `channel` what `draw` gives, if somebody follows it there. Who is behind gets the newest.
pub(crate) fn publish(hub: &Hub, channel: &Name, draw: impl FnOnce() -> Option<Drawn>) {
    if hub.followers(channel) > 0
        && let Some(drawn) = draw()
    {
        let (event, data) = (Name::new("drawn").ok(), frame::json(&drawn));
        hub.publish(channel, Payload::Text { event, contract: Contract::Latest, data });
    }
}
