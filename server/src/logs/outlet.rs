use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use app::format::count;
use app::model::{LogEntry, LogLevel};
use tokio_util::sync::CancellationToken;

use super::rate::Rates;
use crate::hub::{Hub, Name, Payload};

/// What opsglass names as the source of its own entries.
pub(super) const OWN_SOURCE: &str = "opsglass";
/// How often it is said what was dropped.
const REPORT: Duration = Duration::from_secs(1);

/// Where every source puts its entries: the dashboard's channel of the hub. Clones share the sources' allowances.
#[derive(Debug, Clone)]
pub struct Outlet {
    hub: Hub,
    channel: Name,
    rates: Arc<Mutex<Rates>>,
    limit: u32,
}

/// A source would bring more lines than it may.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{count} lines of {source_name:?} are more than may come now, at {limit} a second")]
pub struct TooFast {
    source_name: String,
    count: usize,
    limit: u32,
}

impl Outlet {
    /// One that takes `limit` lines a second from each source, and twice as many at once.
    pub fn new(hub: Hub, limit: u32) -> Self {
        Self { hub, channel: Name::dashboard(), rates: Arc::new(Mutex::new(Rates::new(limit))), limit }
    }

    /// Publishes what a source brings; what is more than it may is dropped and counted. What opsglass says itself is not
    /// limited.
    pub(super) fn publish(&self, entry: LogEntry) {
        if entry.source != OWN_SOURCE {
            let mut rates = self.rates();
            let now = Instant::now();
            if !rates.admits(&entry.source, 1, now) {
                rates.dropped(&entry.source, now);
                return;
            }
        }
        self.hub.publish(&self.channel, Payload::Log(entry));
    }

    /// Publishes `entries`, or none of them where a source would bring more than it may.
    pub(super) fn publish_all(&self, entries: Vec<LogEntry>) -> Result<(), TooFast> {
        let mut by_source = BTreeMap::<&str, usize>::new();
        for entry in &entries {
            *by_source.entry(&entry.source).or_default() += 1;
        }
        let mut rates = self.rates();
        for (source, count) in by_source {
            if !rates.admits(source, count, Instant::now()) {
                return Err(TooFast { source_name: source.to_owned(), count, limit: self.limit });
            }
        }
        drop(rates);
        for entry in entries {
            self.hub.publish(&self.channel, Payload::Log(entry));
        }
        Ok(())
    }

    /// Says each second what was dropped, until `shutdown` is cancelled.
    pub async fn report(self, shutdown: CancellationToken) {
        while shutdown.run_until_cancelled(tokio::time::sleep(REPORT)).await.is_some() {
            let dropped = self.rates().take_dropped();
            for (source, lines) in dropped {
                let (lines, limit) = (count(lines), count(self.limit.into()));
                let message = format!("{lines} lines of {source} were dropped: more than {limit} came in a second");
                self.publish(notice(LogLevel::Warn, message));
            }
        }
    }

    fn rates(&self) -> MutexGuard<'_, Rates> {
        self.rates.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An entry in which opsglass itself says something about a source.
pub(super) fn notice(level: LogLevel, message: String) -> LogEntry {
    LogEntry {
        timestamp: SystemTime::now().into(),
        level,
        message,
        source: OWN_SOURCE.to_owned(),
        unit: None,
        fields: BTreeMap::new(),
    }
}
