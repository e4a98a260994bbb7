//! What `/api/snapshot` answers and pages are rendered from: the state of the dashboard as of one cursor, kept by
//! following the hub like everybody else.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::{Duration, SystemTime};

use app::board::{AlertList, AlertMarks, LOG_LINES, LogTail};
use app::model::{Alert, AlertChange, AlertSample, Host, Metrics, Snapshot, Timestamp};
use app::range::Range;
use app::series::{History, Series};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

use crate::alerts::Handle;
use crate::hub::{Event, Hub, Name, Payload};

/// A handle on the dashboard's state; clones share it.
#[derive(Debug, Clone)]
pub struct Board {
    hub: Hub,
    host: Host,
    rules: Arc<AtomicU32>,
    silenced: watch::Receiver<Arc<BTreeSet<String>>>,
    state: Arc<RwLock<State>>,
    changed: Arc<Notify>,
}

/// What is known of the machine.
#[derive(Debug, Default)]
pub(crate) struct State {
    /// The last event that is in here.
    seq: u64,
    /// The newest sample.
    pub(crate) metrics: Option<Metrics>,
    /// The last hour.
    pub(crate) history: History,
    /// Open and lately resolved alerts.
    pub(crate) alerts: AlertList,
    /// When alerts began and ceased to fire.
    pub(crate) marks: AlertMarks,
    logs: LogTail,
}

impl Board {
    /// A board with the samples, the open alerts and the `changes` of alerts of before, where there are any; `handle` says
    /// how many rules there are and which alerts are silenced.
    pub fn new(
        hub: Hub,
        host: Host,
        handle: &Handle,
        past: &[Metrics],
        alerts: Vec<Alert>,
        changes: &[AlertChange],
    ) -> Self {
        let mut history = History::new(host.interval_ms);
        for metrics in past {
            history.push(metrics, Range::Hour.ms());
        }
        let alerts = AlertList::new(alerts);
        let mut marks = AlertMarks::default();
        changes.iter().for_each(|change| marks.apply(change));
        let state = Arc::new(RwLock::new(State { history, alerts, marks, ..State::default() }));
        let (rules, silenced) = (handle.rules(), handle.silenced());
        Self { hub, host, rules, silenced, state, changed: Arc::default() }
    }

    /// Follows the hub until `shutdown` is cancelled.
    pub async fn follow(self, shutdown: CancellationToken) {
        let mut follower = self.hub.follow_inside("board", 0, vec![Name::dashboard()]);
        let mut silenced = self.silenced.clone();
        loop {
            let next = async {
                tokio::select! {
                    batch = follower.next() => Some(batch),
                    Ok(()) = silenced.changed() => None,
                }
            };
            let Some(next) = shutdown.run_until_cancelled(next).await else { return };
            self.write().alerts.silence(Arc::clone(&self.silenced.borrow()));
            let Some(batch) = next else {
                self.changed.notify_one();
                continue;
            };
            for missing in &batch.missing {
                // Only where the hub is smaller than what is published between two turns of this task.
                tracing::error!("the board has missed {} events: pages may show old alerts", missing.count);
            }
            let mut state = self.write();
            // A page shows the last lines; those before them in the batch would be copied for nothing.
            let is_line = |event: &Arc<Event>| matches!(event.payload, Payload::Log(_));
            let mut passed = batch.events.iter().filter(|event| is_line(event)).count().saturating_sub(LOG_LINES);
            for event in &batch.events {
                if passed > 0 && is_line(event) {
                    passed -= 1;
                } else {
                    state.apply(event);
                }
            }
            state.seq = follower.cursor().seq;
            drop(state);
            if batch.events.iter().any(|event| matches!(event.payload, Payload::Metrics(_) | Payload::Alert(_))) {
                self.changed.notify_one();
            }
        }
    }

    /// The state, with the samples of `range`.
    pub fn snapshot(&self, range: Range) -> Snapshot {
        let state = self.read();
        Snapshot {
            cursor: self.hub.settled(state.seq, &Name::dashboard()),
            server_time: Timestamp::from(SystemTime::now()),
            host: self.host.clone(),
            metrics: state.metrics.clone(),
            history: state.history.thinned(range.ms()),
            alerts: state.alerts.all().to_vec(),
            rules: self.rules.load(Relaxed),
            logs: state.logs.lines().iter().cloned().collect(),
            drawn: None,
        }
    }

    /// The machine.
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// How many alert rules are checked.
    pub fn rules(&self) -> u32 {
        self.rules.load(Relaxed)
    }

    /// Alerts that fire and are not silenced, the last changed first.
    pub fn firing(&self) -> Vec<Alert> {
        self.read().alerts.firing().cloned().collect()
    }

    /// Waits for a sample or a change of an alert. For one that waits.
    pub(crate) async fn changed(&self) {
        self.changed.notified().await;
    }

    /// What `look` sees of the state.
    pub(crate) fn with<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.read())
    }

    /// Time between two samples.
    pub(crate) fn interval(&self) -> Duration {
        Duration::from_millis(self.host.interval_ms)
    }

    /// The newest sample.
    pub fn metrics(&self) -> Option<Metrics> {
        self.read().metrics.clone()
    }

    /// The values from `from` up to `until` of what a condition begins with, where it is one of those that the charts draw:
    /// 300 at most.
    pub fn values(&self, condition: &str, from: Timestamp, until: Timestamp) -> Vec<AlertSample> {
        let metric = condition.split([' ', '<', '>', '=', '!']).next().unwrap_or_default();
        let state = self.read();
        let (series, scale) = match metric {
            "cpu" => (Series::Cpu, 1.0),
            "cpu.user" => (Series::CpuUser, 1.0),
            "cpu.system" => (Series::CpuSystem, 1.0),
            "cpu.iowait" => (Series::CpuIowait, 1.0),
            "memory" => {
                let total = state.metrics.as_ref().map_or(0, |metrics| metrics.memory_bytes.total);
                (Series::MemoryUsed, 100.0 / total.max(1) as f32)
            }
            "swap" => (Series::Swap, 1.0),
            "load.one" => (Series::Load, 1.0),
            "network.received" => (Series::NetworkReceived, 1.0),
            "network.sent" => (Series::NetworkSent, 1.0),
            "disk.read" => (Series::DiskRead, 1.0),
            "disk.written" => (Series::DiskWritten, 1.0),
            _ => return Vec::new(),
        };
        let column = state.history.column(series);
        let within = |(at, value): (u64, &Option<f32>)| {
            let is_within = from.ms() <= at && at < until.ms();
            Some(AlertSample { at: Timestamp::from_ms(at), value: (*value).filter(|_| is_within)? * scale })
        };
        let values: Vec<AlertSample> = state.history.times().zip(column).filter_map(within).collect();
        let stride = values.len().div_ceil(300).max(1);
        values.into_iter().step_by(stride).collect()
    }

    /// There is a sample to show.
    pub fn is_ready(&self) -> bool {
        self.read().metrics.is_some()
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn apply(&mut self, event: &Event) {
        match &event.payload {
            Payload::Metrics(metrics) => {
                self.history.push(metrics, Range::Hour.ms());
                self.metrics = Some((**metrics).clone());
            }
            Payload::Alert(change) => {
                self.marks.apply(change);
                self.alerts.apply(change.alert.clone());
            }
            Payload::Log(entry) => self.logs.apply(event.seq, entry.clone()),
            Payload::Text { .. } => {}
        }
    }
}
