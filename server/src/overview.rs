//! The overview, drawn for all of its readers: with each sample, with each change of an alert, and while neither comes
//! once a second, for the ages that it tells.

use std::time::{Duration, SystemTime};

use app::components::overview::{Hanging, Machine, Part, draw, processes};
use app::model::{Drawn, ProcessQuery, Snapshot, Timestamp};
use app::range::Range;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::board::{Board, State};
use crate::collect::Latest;
use crate::collect::readings::MountPoint;
use crate::drawn;
use crate::hub::{Hub, Name};
use vitals::vitals;

mod vitals;

/// How long ages may stand still.
const AGES: Duration = Duration::from_secs(1);

/// File systems that hang of which each is listed.
const HANGING: usize = 32;

/// Draws the page; clones share what it is drawn from.
#[derive(Debug, Clone)]
pub struct Overview {
    hub: Hub,
    board: Board,
    latest: Latest,
}

impl Overview {
    /// Draws the machine of `board`, and of its `latest` processes what is looked for.
    pub fn new(hub: Hub, board: Board, latest: Latest) -> Self {
        Self { hub, board, latest }
    }

    /// The page as of now, with the samples of `range`, and the processes that `query` asks for.
    pub fn snapshot(&self, range: Range, query: &ProcessQuery) -> Snapshot {
        let mut drawn = self.board.with(|state| self.draw(state));
        if !query.is_plain() {
            drawn.parts[Part::Processes as usize] = processes(&self.latest.processes(), query);
        }
        let snapshot = self.board.snapshot(range);
        Snapshot { metrics: None, alerts: drawn.alerts.clone(), drawn: Some(drawn), ..snapshot }
    }

    /// Publishes the page whenever it is another, until `shutdown` is cancelled.
    pub async fn follow(self, shutdown: CancellationToken) {
        // A sample that is a moment late is worth the wait.
        let ages = if self.board.interval() > AGES { AGES } else { 2 * AGES };
        while shutdown.run_until_cancelled(timeout(ages, self.board.changed())).await.is_some() {
            self.publish();
        }
    }

    fn publish(&self) {
        drawn::publish(&self.hub, &Name::overview(), || {
            self.board.with(|state| state.metrics.is_some().then(|| self.draw(state)))
        });
    }

    fn draw(&self, state: &State) -> Drawn {
        let now = Timestamp::from(SystemTime::now());
        let readings = self.latest.get();
        let mounts = readings.as_ref().and_then(|readings| readings.mounts.clone());
        let vitals = readings.as_deref().map(vitals).unwrap_or_default();
        let hanging: Vec<_> = mounts.iter().flat_map(|mounts| &mounts.hanging).take(HANGING).map(hanging).collect();
        let parts = draw(&Machine {
            host: self.board.host(),
            metrics: state.metrics.as_ref(),
            file_systems: mounts.as_ref().map_or(0, |mounts| mounts.data.len()),
            hanging: &hanging,
            vitals: &vitals,
            history: &state.history,
            alerts: &state.alerts,
            marks: &state.marks,
            rules: self.board.rules(),
            now,
        });
        let (point, cores) = state.history.newest();
        let at = state.metrics.as_ref().map_or(now, |metrics| metrics.timestamp);
        Drawn { at, point, cores, alerts: state.alerts.firing().cloned().collect(), parts }
    }
}

fn hanging(MountPoint { mount, device, kind }: &MountPoint) -> Hanging<'_> {
    Hanging { mount, device, kind }
}
