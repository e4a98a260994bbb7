//! Who came in, who was refused, and who did what: log lines of the source `audit`, which nobody outside can write.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Instant, SystemTime};

use app::model::{LogEntry, LogLevel};

use super::refusals::{Kind, Refusals};
use crate::logs::{Outlet, line};
use crate::quota::Account;

const SOURCE: &str = "audit";
/// Bytes of a text from outside that are told.
const LONGEST: usize = 200;

/// Where it is told.
#[derive(Debug)]
pub(super) struct Audit {
    outlet: Outlet,
    refusals: Mutex<Refusals>,
}

impl Audit {
    pub(super) fn new(outlet: Outlet) -> Self {
        Self { outlet, refusals: Mutex::default() }
    }

    /// Tells what was done; fields without a value are left out.
    pub(super) fn tell(&self, message: &str, fields: &[(&str, &str)]) {
        self.publish(LogLevel::Info, message, fields);
    }

    /// Tells what was refused of whom, or counts it.
    pub(super) fn refuse(&self, kind: Kind, whose: Account, message: &str, fields: &[(&str, &str)]) {
        if self.refusals().admits(kind, whose, Instant::now()) {
            self.warn(message, fields);
        }
    }

    /// Tells that somebody tries the name of a `user` during a pause, or counts it.
    pub(super) fn refuse_paused(&self, user: &str, message: &str, fields: &[(&str, &str)]) {
        if self.refusals().admits_paused(user, Instant::now()) {
            self.warn(message, fields);
        }
    }

    /// Tells what is never left out, for it can't come often.
    pub(super) fn warn(&self, message: &str, fields: &[(&str, &str)]) {
        self.publish(LogLevel::Warn, message, fields);
    }

    /// Tells of the refusals that were counted; at the end, of all of them.
    pub(super) fn catch_up(&self, is_last: bool) {
        let lines = self.refusals().catch_up(Instant::now(), is_last);
        lines.iter().for_each(|line| self.warn(line, &[]));
    }

    fn refusals(&self) -> MutexGuard<'_, Refusals> {
        self.refusals.lock().unwrap_or_else(PoisonError::into_inner)
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
