//! The page of the war room, drawn for all of its readers: each line when it comes, the rest once a second.

use app::components::chat::{self, draw, draw_line};
use app::model::{Drawn, Host, Snapshot, Timestamp};
use app::range::Range;
use app::series::History;
use std::time::SystemTime;

use crate::board::Board;
use crate::chat::Chat;
use crate::hub::{Contract, EVERY, Hub, Name, Payload, frame};

/// Lines that a page begins with.
const LINES: usize = 200;

/// Draws the page; clones share what it is drawn from.
#[derive(Debug, Clone)]
pub struct Room {
    hub: Hub,
    board: Board,
    chat: Chat,
}

impl Room {
    /// Draws what is said in `chat`, with the machine and the alerts of `board`.
    pub fn new(hub: Hub, board: Board, chat: Chat) -> Self {
        Self { hub, board, chat }
    }

    /// The page as of now.
    pub fn snapshot(&self) -> Snapshot {
        let drawn = self.drawn();
        let (seq, lines) = self.chat.last(LINES, draw_line);
        let interval_ms = u64::try_from(EVERY.as_millis()).unwrap_or(u64::MAX);
        let mut history = History::new(interval_ms);
        history.push_point(drawn.at, &[], Vec::new(), Range::Hour.ms());
        Snapshot {
            cursor: self.hub.cursor_at(seq),
            server_time: drawn.at,
            host: Host { interval_ms, ..self.board.host().clone() },
            metrics: None,
            history,
            alerts: self.board.firing(),
            rules: self.board.rules(),
            logs: Vec::new(),
            drawn: Some(Drawn { parts: drawn.parts.into_iter().chain(lines).collect(), ..drawn }),
        }
    }

    /// Publishes what stands beside the lines, if somebody looks at it.
    pub fn publish(&self) {
        let channel = Name::room();
        let Ok(event) = Name::new("drawn") else { return };
        if self.hub.followers(&channel) > 0 {
            let data = frame::json(&self.drawn());
            self.hub.publish(&channel, Payload::Text { event: Some(event), contract: Contract::Latest, data });
        }
    }

    fn drawn(&self) -> Drawn {
        let (people, is_failing) = self.chat.people();
        let (alerts, metrics) = (self.board.firing(), self.board.metrics());
        let room = chat::Room { here: people.iter().collect(), firing: &alerts, metrics: metrics.as_ref(), is_failing };
        let parts = draw(&room);
        Drawn { at: Timestamp::from(SystemTime::now()), point: Vec::new(), cores: Vec::new(), alerts, parts }
    }
}
