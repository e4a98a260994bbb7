//! The page of the log, as far as it is the same for all its readers: drawn once a second for all of them. The lines
//! themselves each reader asks for.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use app::components::logs::{Figures, draw};
use app::model::{Drawn, Snapshot, Timestamp};
use app::range::Range;
use app::series::{History, Series};
use tokio_util::sync::CancellationToken;

use crate::board::Board;
use crate::drawn;
use crate::hub::{EVERY, Hub, Name};
use crate::logbook::Logbook;
use crate::logbook::summary::Came;

/// Between two words of new lines, in which few may come; where more do, the turn of each second is enough.
const PACE: Duration = Duration::from_millis(200);
const FEW: u64 = 50;

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
    /// Of the last second.
    point: Vec<Option<f32>>,
    came: Came,
}

impl LogsPage {
    /// Draws what `logbook` keeps, with the machine and the alerts of `board`.
    pub fn new(hub: Hub, board: Board, logbook: Logbook) -> Self {
        let past = Past { history: History::new(drawn::interval_ms()), point: Vec::new(), came: Came::default() };
        Self { hub, board, logbook, past: Arc::new(Mutex::new(past)) }
    }

    /// The page as of now, with the figures of `range`.
    pub fn snapshot(&self, range: Range) -> Snapshot {
        let (drawn, history) =
            self.with_past(|past| (self.drawn(&past.history, Vec::new()), past.history.thinned(range.ms())));
        drawn::snapshot(&self.board, self.hub.head(), SystemTime::now().into(), history, drawn)
    }

    /// Counts what came in the last second, and tells of it.
    pub fn publish(&self) {
        let came = self.logbook.came();
        self.with_past(|past| {
            past.point = point(past.came, came);
            past.came = came;
            past.history.push_point(Timestamp::from(SystemTime::now()), &past.point, Vec::new(), Range::Hour.ms());
        });
        self.tell();
    }

    /// Tells of new lines as they come, until `shutdown` is cancelled: of the first after a pause at once.
    pub async fn follow(self, shutdown: CancellationToken) {
        while shutdown.run_until_cancelled(self.logbook.news()).await.is_some() {
            let before = all(self.logbook.came());
            self.tell();
            tokio::time::sleep(PACE).await;
            if all(self.logbook.came()) - before > FEW {
                tokio::time::sleep(EVERY - PACE).await;
            }
        }
    }

    /// Publishes the page, with the figures of the last second, if somebody looks at it.
    fn tell(&self) {
        let draw = || Some(self.with_past(|past| self.drawn(&past.history, past.point.clone())));
        drawn::publish(&self.hub, &Name::logs(), draw);
    }

    fn drawn(&self, history: &History, point: Vec<Option<f32>>) -> Drawn {
        let firing = self.board.firing();
        let lately = [Series::LogErrors, Series::LogWarnings].map(|series| {
            let column = history.column(series);
            column.iter().rev().take(LATELY).flatten().sum::<f32>() as u64
        });
        let parts = draw(Figures { firing: &firing, lately, came: all(self.logbook.came()) });
        let at = history.last().unwrap_or_else(|| Timestamp::from(SystemTime::now()));
        Drawn { at, point, cores: Vec::new(), alerts: firing, parts }
    }

    fn with_past<T>(&self, look: impl FnOnce(&mut Past) -> T) -> T {
        look(&mut self.past.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn all(came: Came) -> u64 {
    came.errors + came.warnings + came.others
}

/// Lines that came between two counts, after the figures of machine and hub, which this page has none of.
fn point(before: Came, now: Came) -> Vec<Option<f32>> {
    let came = [now.errors - before.errors, now.warnings - before.warnings, now.others - before.others];
    let mut point = vec![None; Series::LogErrors as usize];
    point.extend(came.map(|lines| Some(lines as f32)));
    point
}
