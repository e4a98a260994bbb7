//! Who came in, who was refused, and who did what: log lines of the source `audit`, which nobody outside can write.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use app::model::{LogEntry, LogLevel};

use crate::logs::{Outlet, line};

const SOURCE: &str = "audit";
/// Refusals that are told a second; more are counted. Whoever knocks a thousand times must not push out what else happens.
const A_SECOND: u32 = 10;
/// Bytes of a text from outside that are told.
const LONGEST: usize = 200;

/// Where it is told.
#[derive(Debug)]
pub(super) struct Audit {
    outlet: Outlet,
    refusals: Mutex<Refusals>,
}

#[derive(Debug)]
struct Refusals {
    since: Instant,
    told: u32,
    left_out: u64,
}

impl Audit {
    pub(super) fn new(outlet: Outlet) -> Self {
        Self { outlet, refusals: Mutex::new(Refusals { since: Instant::now(), told: 0, left_out: 0 }) }
    }

    /// Tells what was done; fields without a value are left out.
    pub(super) fn tell(&self, message: &str, fields: &[(&str, &str)]) {
        self.publish(LogLevel::Info, message, fields);
    }

    /// Tells what was refused, or counts it.
    pub(super) fn refuse(&self, message: &str, fields: &[(&str, &str)]) {
        if self.admits(Instant::now()) {
            self.publish(LogLevel::Warn, message, fields);
        }
    }

    /// Tells of the refusals that were counted.
    pub(super) fn catch_up(&self) {
        let left_out = std::mem::take(&mut self.refusals.lock().unwrap_or_else(PoisonError::into_inner).left_out);
        if left_out > 0 {
            let message = format!("{} more were refused", app::format::count(left_out));
            self.publish(LogLevel::Warn, &message, &[]);
        }
    }

    fn admits(&self, now: Instant) -> bool {
        let mut refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        if now.saturating_duration_since(refusals.since) >= Duration::from_secs(1) {
            (refusals.since, refusals.told) = (now, 0);
        }
        let admits = refusals.told < A_SECOND;
        if admits {
            refusals.told += 1;
        } else {
            refusals.left_out += 1;
        }
        admits
    }

    fn publish(&self, level: LogLevel, message: &str, fields: &[(&str, &str)]) {
        let fields = fields.iter().filter(|(_, value)| !value.is_empty());
        let shown = |text: &str| line::whole(text.as_bytes(), LONGEST);
        let fields: BTreeMap<_, _> = fields.map(|(name, value)| ((*name).to_owned(), shown(value))).collect();
        self.outlet.publish(LogEntry {
            timestamp: SystemTime::now().into(),
            level,
            message: line::whole(message.as_bytes(), 2 * LONGEST),
            source: SOURCE.to_owned(),
            unit: None,
            fields,
        });
    }
}
