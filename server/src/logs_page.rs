//! The page of the log, as far as it is the same for all its readers: drawn once a second for all of them. The lines
//! themselves each reader asks for.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use app::components::logs::{Figures, draw};
use app::model::{Drawn, Host, Snapshot, Timestamp};
use app::range::Range;
use app::series::{History, Series};

use crate::board::Board;
use crate::hub::{Contract, EVERY, Hub, Name, Payload, frame};
use crate::logbook::Logbook;
use crate::logbook::summary::Came;

/// Seconds over which errors and warnings are counted in words.
const LATELY: usize = 60;

/// Draws the page; clones share what it is drawn from.
#[derive(Debug, Clone)]
pub struct LogsPage {
    hub: Hub,
    board: Board,
    logbook: Logbook,
    past: Arc<Mutex<Past>>,
}

/// How many lines came each second of the last hour.
#[derive(Debug)]
struct Past {
    history: History,
    came: Came,
}

impl LogsPage {
    /// Draws what `logbook` keeps, with the machine and the alerts of `board`.
    pub fn new(hub: Hub, board: Board, logbook: Logbook) -> Self {
        let past = Past { history: History::new(interval_ms()), came: Came::default() };
        Self { hub, board, logbook, past: Arc::new(Mutex::new(past)) }
    }

    /// The page as of now, with the figures of `range`.
    pub fn snapshot(&self, range: Range) -> Snapshot {
        let history = self.with_past(|past| past.history.clone());
        Snapshot {
            cursor: self.hub.head(),
            server_time: Timestamp::from(SystemTime::now()),
            host: Host { interval_ms: interval_ms(), ..self.board.host().clone() },
            metrics: None,
            alerts: self.board.firing(),
            rules: self.board.rules(),
            logs: Vec::new(),
            drawn: Some(self.drawn(&history, Vec::new())),
            history: history.thinned(range.ms()),
        }
    }

    /// Counts what came in the last second, and publishes the page as of now if somebody looks at it.
    pub fn publish(&self) {
        let came = self.logbook.came();
        let (point, history) = self.with_past(|past| {
            let point = point(past.came, came);
            past.came = came;
            past.history.push_point(Timestamp::from(SystemTime::now()), &point, Vec::new(), Range::Hour.ms());
            (point, past.history.thinned(LATELY as u64 * interval_ms()))
        });
        let channel = Name::logs();
        let Ok(event) = Name::new("drawn") else { return };
        if self.hub.followers(&channel) > 0 {
            let data = frame::json(&self.drawn(&history, point));
            self.hub.publish(&channel, Payload::Text { event: Some(event), contract: Contract::Latest, data });
        }
    }

    fn drawn(&self, history: &History, point: Vec<Option<f32>>) -> Drawn {
        let firing = self.board.firing();
        let lately = [Series::LogErrors, Series::LogWarnings].map(|series| {
            let column = history.column(series);
            column.iter().rev().take(LATELY).flatten().sum::<f32>() as u64
        });
        let parts = draw(Figures { firing: &firing, lately });
        let at = history.last().unwrap_or_else(|| Timestamp::from(SystemTime::now()));
        Drawn { at, point, cores: Vec::new(), alerts: firing, parts }
    }

    fn with_past<T>(&self, look: impl FnOnce(&mut Past) -> T) -> T {
        look(&mut self.past.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Lines that came between two counts, after the figures of machine and hub, which this page has none of.
fn point(before: Came, now: Came) -> Vec<Option<f32>> {
    let came = [now.errors - before.errors, now.warnings - before.warnings, now.others - before.others];
    let mut point = vec![None; Series::LogErrors as usize];
    point.extend(came.map(|lines| Some(lines as f32)));
    point
}

fn interval_ms() -> u64 {
    u64::try_from(EVERY.as_millis()).unwrap_or(u64::MAX)
}
