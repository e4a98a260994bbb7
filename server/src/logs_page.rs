//! The page of the log, as far as it is the same for all its readers: drawn once a second for all of them. The lines
//! themselves each reader asks for.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use app::components::logs::{Figures, draw};
use app::model::{Drawn, Snapshot, Timestamp};
use app::range::Range;
use app::series::{History, LOG_STEP_MS, Series};
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

/// How many lines came in the last hour.
#[derive(Debug)]
struct Past {
    history: History,
    /// Of the ten seconds that have begun.
    point: Vec<Option<f32>>,
    /// Which these are.
    step: u64,
    /// What had come when they began.
    before: Came,
    /// What had come, a count a second of the last minute.
    came: VecDeque<Came>,
}

impl Past {
    fn new() -> Self {
        let history = History::new(drawn::interval_ms());
        Self { history, point: Vec::new(), step: 0, before: Came::default(), came: VecDeque::from([Came::default()]) }
    }

    /// Takes a second's count in.
    fn count(&mut self, at: Timestamp, came: Came) {
        let step = at.ms() / LOG_STEP_MS;
        if step != self.step {
            (self.step, self.before) = (step, self.newest());
        }
        self.point = point(self.before, came);
        self.history.push_point(at, &self.point, Vec::new(), Range::Hour.ms());
        self.came.push_back(came);
        if self.came.len() > LATELY + 1 {
            self.came.pop_front();
        }
    }

    fn newest(&self) -> Came {
        self.came.back().copied().unwrap_or_default()
    }

    /// Errors and warnings of the last minute.
    fn lately(&self) -> [u64; 2] {
        let (before, now) = (self.came.front().copied().unwrap_or_default(), self.newest());
        [now.errors - before.errors, now.warnings - before.warnings]
    }
}

impl LogsPage {
    /// Draws what `logbook` keeps, with the machine and the alerts of `board`.
    pub fn new(hub: Hub, board: Board, logbook: Logbook) -> Self {
        Self { hub, board, logbook, past: Arc::new(Mutex::new(Past::new())) }
    }

    /// The page as of now, with the figures of `range`.
    pub fn snapshot(&self, range: Range) -> Snapshot {
        let history = |past: &Past| past.history.thinned_to(range.ms(), LOG_STEP_MS);
        let (drawn, history) = self.with_past(|past| (self.drawn(past, Vec::new()), history(past)));
        drawn::snapshot(&self.board, self.hub.head(), SystemTime::now().into(), history, drawn)
    }

    /// Counts what came in the last second, and tells of it.
    pub fn publish(&self) {
        let came = self.logbook.came();
        self.with_past(|past| past.count(Timestamp::from(SystemTime::now()), came));
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
        let draw = || Some(self.with_past(|past| self.drawn(past, past.point.clone())));
        drawn::publish(&self.hub, &Name::logs(), draw);
    }

    fn drawn(&self, past: &Past, point: Vec<Option<f32>>) -> Drawn {
        let firing = self.board.firing();
        let parts = draw(Figures { firing: &firing, lately: past.lately(), came: all(self.logbook.came()) });
        let at = past.history.last().unwrap_or_else(|| Timestamp::from(SystemTime::now()));
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

#[cfg(test)]
mod tests {
    use super::*;

    fn after(seconds: u64, errors: u64, others: u64) -> (Timestamp, Came) {
        (Timestamp::from_ms(1_000_000_000 + seconds * 1_000), Came { errors, warnings: 0, others })
    }

    #[test]
    fn counts_begin_anew_each_ten_seconds() {
        let mut past = Past::new();
        // A second was missed: what came in it counts with the next.
        for (at, came) in [after(8, 1, 10), after(9, 1, 20), after(10, 2, 23), after(12, 2, 30), after(20, 5, 30)] {
            past.count(at, came);
        }
        let bars = past.history.thinned_to(Range::FiveMinutes.ms(), LOG_STEP_MS);
        assert_eq!(bars.column(Series::LogErrors), [Some(1.0), Some(1.0), Some(3.0)]);
        assert_eq!(bars.column(Series::LogOthers), [Some(20.0), Some(10.0), Some(0.0)]);
        assert_eq!(past.lately(), [5, 0]);
    }

    #[test]
    fn a_minute_is_a_minute() {
        let mut past = Past::new();
        for second in 0..100 {
            let (at, came) = after(second, second, 0);
            past.count(at, came);
        }
        assert_eq!((past.lately(), past.came.len()), ([60, 0], LATELY + 1));
    }
}
