//! The page of the war room, drawn for all of its readers: each line when it comes, the rest once a second.

use app::components::chat::{self, draw, draw_line};
use app::model::{Alert, Drawn, Snapshot, Timestamp};
use std::time::SystemTime;

use crate::alerts::Handle;
use crate::board::Board;
use crate::chat::Chat;
use crate::drawn;
use crate::hub::{Hub, Name};

/// Lines that a page begins with.
const LINES: usize = 200;

/// Draws the page; clones share what it is drawn from.
#[derive(Debug, Clone)]
pub struct Room {
    hub: Hub,
    board: Board,
    chat: Chat,
    alerts: Handle,
}

impl Room {
    /// Draws what is said in `chat`, with the machine and the alerts of `board`, and who sees to these.
    pub fn new(hub: Hub, board: Board, chat: Chat, alerts: Handle) -> Self {
        Self { hub, board, chat, alerts }
    }

    /// The page as of now.
    pub fn snapshot(&self) -> Snapshot {
        let mut drawn = self.drawn();
        let (seq, lines) = self.chat.last(LINES, draw_line);
        drawn.parts.extend(lines);
        let at = drawn.at;
        drawn::snapshot(&self.board, self.hub.cursor_at(seq), at, drawn::no_charts(at), drawn)
    }

    /// Publishes what stands beside the lines, if somebody looks at it.
    pub fn publish(&self) {
        drawn::publish(&self.hub, &Name::room(), || Some(self.drawn()));
    }

    fn drawn(&self) -> Drawn {
        let (people, is_failing) = self.chat.people();
        let now = Timestamp::from(SystemTime::now());
        let acknowledged = self.alerts.acknowledged();
        self.board.with(|state| {
            let alerts: Vec<Alert> = state.alerts.firing().cloned().collect();
            let parts = draw(&chat::Room {
                here: &people,
                firing: &alerts,
                acknowledged: &acknowledged,
                metrics: state.metrics.as_ref(),
                history: &state.history,
                now,
                is_failing,
            });
            Drawn { at: now, point: Vec::new(), cores: Vec::new(), alerts, parts }
        })
    }
}
