//! The page of alerts. What all its readers see alike, the list of what is open, is drawn once a second for all of them
//! and published in the channel `alerts`; who has opened an alert, or looks at another list, is drawn that when asking.
//!
//! - `witness`: what used most of the machine when an alert fired
//! - `draw`: the page, in words; pure

mod draw;
mod witness;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use app::asked::{Asked, Show};
use app::model::{AlertChange, AlertPhase, AlertSample, Cursor, Drawn, NumberedLog, Process, Snapshot, Timestamp};
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::alerts::{Handle, Page};
use crate::board::Board;
use crate::drawn;
use crate::hub::{Event, Follower, Hub, Name, Payload};
use crate::logbook::Logbook;
use crate::logbook::query::{Bound, Query};

use witness::Witness;

/// How often it is drawn while somebody looks.
const EVERY: Duration = Duration::from_secs(1);
/// For so long the alerts as of a moment are those of now, for whoever asks again.
pub const FRESH: Duration = Duration::from_millis(250);
/// How long an opened alert's first moments are looked at before it, at least, in milliseconds.
const LEAD: u64 = 60_000;
/// Lines of the log before and after an alert's moment.
const LINES: usize = 4;
/// How far from that moment they may be, in milliseconds.
const AROUND: u64 = 120_000;

/// The alerts as they were asked for last, and when that was.
type Latest = Option<(Instant, Arc<Page>)>;

/// Draws the page; clones share what it is drawn from.
#[derive(Debug, Clone)]
pub struct AlertPage {
    hub: Hub,
    board: Board,
    alerts: Handle,
    logbook: Logbook,
    latest: Arc<Mutex<Latest>>,
    witness: Arc<Mutex<Witness>>,
}

/// What is known of the alert that is opened, beside the alert itself.
#[derive(Debug, Clone, Default)]
struct Surroundings {
    /// The values before it was pending.
    before: Vec<AlertSample>,
    /// The processes that used most of the processor when it fired.
    processes: Vec<Process>,
    /// The log around its moment.
    lines: Vec<NumberedLog>,
}

impl AlertPage {
    /// Draws what `alerts` tells, with the machine of `board` and the lines of `logbook`.
    pub fn new(hub: Hub, board: Board, alerts: Handle, logbook: Logbook) -> Self {
        Self { hub, board, alerts, logbook, latest: Arc::default(), witness: Arc::default() }
    }

    /// The page as it is asked for, as of `age` ago at most.
    pub async fn snapshot(&self, asked: &Asked, age: Duration) -> Snapshot {
        let cursor = self.hub.head();
        let page = self.page(age).await;
        let around = self.surroundings(&page, asked).await;
        self.page_of(cursor, self.drawn(&page, asked, &around))
    }

    /// The same for whoever begins to follow, if it has been drawn of late: else it comes within a second.
    pub fn latest(&self) -> Option<Snapshot> {
        let latest = self.kept().clone();
        let (_, page) = latest.filter(|(at, _)| at.elapsed() < 2 * EVERY)?;
        let drawn = self.drawn(&page, &Asked::default(), &Surroundings::default());
        Some(self.page_of(self.hub.head(), drawn))
    }

    fn page_of(&self, cursor: Cursor, drawn: Drawn) -> Snapshot {
        drawn::snapshot(&self.board, cursor, drawn.at, drawn::no_charts(drawn.at), drawn)
    }

    /// Draws it for all who look, each second and when something changes, until `shutdown`.
    pub async fn publish(self, shutdown: CancellationToken) {
        let mut follower = self.hub.follow_inside("alerts page", self.hub.head().seq, vec![Name::dashboard()]);
        let mut ticks = interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while let Some(age) = shutdown.run_until_cancelled(self.next(&mut follower, &mut ticks)).await {
            if self.hub.followers(&Name::alerts()) > 0 {
                let page = self.page(age).await;
                let drawn = self.drawn(&page, &Asked::default(), &Surroundings::default());
                drawn::publish(&self.hub, &Name::alerts(), || Some(drawn));
            }
        }
    }

    /// Waits for the next reason to draw, and says how old what is drawn may be.
    async fn next(&self, follower: &mut Follower, ticks: &mut tokio::time::Interval) -> Duration {
        loop {
            tokio::select! {
                _ = ticks.tick() => return FRESH,
                batch = follower.next() => {
                    if batch.events.iter().filter(|event| self.is_news(event)).count() > 0 {
                        return Duration::ZERO;
                    }
                }
            }
        }
    }

    /// Whether an event changes what the page shows.
    fn is_news(&self, event: &Event) -> bool {
        match &event.payload {
            Payload::Metrics(metrics) => {
                self.witness().see(metrics);
                false
            }
            Payload::Alert(change) => {
                self.witness().note(change);
                true
            }
            Payload::Text { .. } => true,
            Payload::Log(_) => false,
        }
    }

    /// The alerts, not older than `age`; when the process is about to end, those there were.
    async fn page(&self, age: Duration) -> Arc<Page> {
        let latest = self.kept().clone();
        if let Some((_, page)) = latest.as_ref().filter(|(at, _)| at.elapsed() < age) {
            return Arc::clone(page);
        }
        match self.alerts.page().await {
            Ok(page) => {
                let page = Arc::new(page);
                *self.kept() = Some((Instant::now(), Arc::clone(&page)));
                page
            }
            Err(_) => latest.map(|(_, page)| page).unwrap_or_default(),
        }
    }

    fn drawn(&self, page: &Page, asked: &Asked, around: &Surroundings) -> Drawn {
        let rules = self.alerts.listed();
        let part = draw::draw(&draw::Scene { page, rules: &rules, asked, around });
        Drawn { at: page.now, point: Vec::new(), cores: Vec::new(), alerts: self.board.firing(), parts: vec![part] }
    }

    async fn surroundings(&self, page: &Page, asked: &Asked) -> Surroundings {
        let Some(change) = draw::opened(page, asked) else { return Surroundings::default() };
        let begun = change.samples.first().map_or(change.alert.since, |sample| sample.at);
        let fired = change.fired_at.unwrap_or(begun);
        let processes = self.witness().of(&change.alert.id, fired);
        Surroundings { before: self.before(change, begun, page.now), processes, lines: self.lines(fired).await }
    }

    /// What the board remembers of the values before an alert, as long again as it stands.
    fn before(&self, change: &AlertChange, begun: Timestamp, now: Timestamp) -> Vec<AlertSample> {
        let end = if change.phase == AlertPhase::Resolved { change.at } else { now };
        let from = begun.minus((end.since(begun) / 2).max(LEAD));
        self.board.values(&change.rule.when, from, begun)
    }

    /// A few lines on each side of a moment.
    async fn lines(&self, at: Timestamp) -> Vec<NumberedLog> {
        let before = Query { since: None, until: Some(Bound::Moment(at)), limit: LINES, ..Query::default() };
        let after = Query {
            since: Some(Bound::Moment(at)),
            until: Some(Bound::Moment(at.plus(AROUND))),
            limit: LINES,
            ..Query::default()
        };
        let mut lines = Vec::new();
        for query in [before, after] {
            // Too many look for lines at this moment: then it goes without.
            lines.extend(self.logbook.find(query).await.into_iter().flat_map(|found| found.lines));
        }
        lines.retain(|line| line.entry.timestamp.plus(AROUND) >= at);
        lines
    }

    fn kept(&self) -> MutexGuard<'_, Latest> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn witness(&self) -> MutexGuard<'_, Witness> {
        self.witness.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
