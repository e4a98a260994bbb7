use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use app::format::count;
use app::model::{LogEntry, LogLevel};
use tokio_util::sync::CancellationToken;

use super::rate::{Rates, Refused};
use crate::hub::{Hub, Name, Payload};
use crate::visible::{folded, hidden};

/// What opsglass names as the source of its own entries.
pub(super) const OWN_SOURCE: &str = "opsglass";
/// What is said of who came in, and of what they did or were refused.
pub(super) const AUDIT: &str = "audit";
/// How often it is said what was dropped.
const REPORT: Duration = Duration::from_secs(1);

/// How long waits who brings more than it may.
const TURN: Duration = Duration::from_millis(10);

/// Where every source puts its entries: the dashboard's channel of the hub. Clones share the sources' allowances.
#[derive(Debug, Clone)]
pub struct Outlet {
    hub: Hub,
    channel: Name,
    rates: Arc<Mutex<Rates>>,
    limit: u32,
}

impl Outlet {
    /// One that takes `limit` lines a second from each source, and twice as many at once.
    pub fn new(hub: Hub, limit: u32) -> Self {
        Self { hub, channel: Name::dashboard(), rates: Arc::new(Mutex::new(Rates::new(limit))), limit }
    }

    /// Publishes what a source brings; what is more than it may is dropped and counted. What opsglass says itself is not
    /// limited.
    pub(crate) fn publish(&self, entry: LogEntry) {
        if entry.source == OWN_SOURCE || self.rates().admits(&entry.source, Instant::now()) {
            self.put(entry);
        }
    }

    /// As [`publish`](Self::publish), of a source that can wait: what is more than it may waits until it may, or until
    /// `shutdown` is cancelled.
    pub(super) async fn deliver(&self, entry: LogEntry, shutdown: &CancellationToken) {
        while !self.rates().takes(&entry.source, Instant::now()) && !shutdown.is_cancelled() {
            tokio::time::sleep(TURN).await;
        }
        self.put(entry);
    }

    /// Publishes `entries`, which came over HTTP, or none of them where a source would bring more than it may.
    ///
    /// Whoever hands lines in may name any source: what it brings is no part of what a file of that name may bring.
    pub(super) fn publish_all(&self, entries: Vec<LogEntry>) -> Result<(), Refused> {
        let names: Vec<String> = entries.iter().map(|entry| format!("{} over HTTP", entry.source)).collect();
        let mut lines = BTreeMap::new();
        for name in &names {
            *lines.entry(name.as_str()).or_default() += 1;
        }
        self.rates().admit(&lines, Instant::now())?;
        for entry in entries {
            self.put(entry);
        }
        Ok(())
    }

    fn put(&self, mut entry: LogEntry) {
        // Pages show the unit in the source's place.
        if let Some(unit) = entry.unit.take_if(|unit| is_own(unit) && entry.source != OWN_SOURCE) {
            entry.fields.entry("unit".to_owned()).or_insert(unit);
        }
        self.hub.publish(&self.channel, Payload::Log(entry));
    }

    /// Says each second what was dropped, until `shutdown` is cancelled, and then once more.
    pub async fn report(self, shutdown: CancellationToken) {
        loop {
            let is_last = shutdown.run_until_cancelled(tokio::time::sleep(REPORT)).await.is_none();
            let dropped = self.rates().take_dropped();
            for (source, lines) in dropped {
                let (lines, limit) = (count(lines), count(self.limit.into()));
                let message = format!("{lines} lines of {source} were dropped: more than {limit} came in a second");
                self.publish(notice(LogLevel::Warn, message));
            }
            if is_last {
                return;
            }
        }
    }

    fn rates(&self) -> MutexGuard<'_, Rates> {
        self.rates.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether `name` looks like that of opsglass' own entries.
pub(super) fn is_own(name: &str) -> bool {
    let own = [OWN_SOURCE, AUDIT];
    if name.is_ascii() {
        return own.iter().any(|own| name.trim().eq_ignore_ascii_case(own));
    }
    let seen: String = name.chars().filter(|char| hidden(char.encode_utf8(&mut [0; 4])).is_none()).collect();
    own.contains(&folded(&seen).as_str())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::test_support;

    #[tokio::test]
    async fn no_unit_is_taken_for_opsglass_itself() {
        let (outlet, mut reader) = test_support::outlet();
        for unit in ["audit", "Audit ", "OPSGLASS", "\u{ff41}udit", "au\u{200b}dit", "auditd", "opsglass.service"] {
            let entry = notice(LogLevel::Info, unit.to_owned());
            outlet.publish(LogEntry { source: "syslog".to_owned(), unit: Some(unit.to_owned()), ..entry });
        }
        let entries = reader.first(7).await;
        let kept: Vec<_> = entries.iter().filter_map(|entry| entry.unit.as_deref()).collect();
        assert_eq!(kept, ["auditd", "opsglass.service"]);
        assert_eq!(entries[0].fields["unit"], "audit", "it is still known");
    }
}
