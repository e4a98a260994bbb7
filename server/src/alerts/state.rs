//! One alert's way through its states, for one rule and one thing it is about. Pure: a value and a moment go in, at most
//! one change comes out.
//!
//! - Inactive → pending: the value is above the warning level; the hold time runs.
//! - Pending → firing: it stayed above for the hold time; critical if it stayed above that level as long.
//! - Pending → inactive: it came down, it is not read any more, or time went by unwatched. A suspended machine was not
//!   seen to be over its level, so the hold time begins again after it.
//! - Firing warning → critical: the value stayed above the critical level for the hold time.
//! - Firing critical → warning: it is under the critical level's clear, at once: the distance between enter and clear
//!   keeps it from flapping.
//! - Firing → inactive: it is under the warning level's clear, at once; or it has not been read for the hold time, and
//!   at least [`GRACE`].

use std::time::Duration;

use app::model::{AlertLevel, Timestamp};

use super::Levels;
use super::pace::Moment;

/// How long a firing alert at least outlasts its last reading: a mount that is busy, a reading that failed once.
const GRACE: Duration = Duration::from_secs(60);

/// Which of the two levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Severity {
    Warning,
    Critical,
}

/// What changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// Above a level, not yet for the hold time.
    Pending(Severity),
    /// Above a level for the hold time.
    Fired(Severity),
    /// Firing, and not critical any more.
    Eased,
    /// Under the warning level's clear.
    Cleared,
    /// Fired, and not read any more.
    Lost,
    /// Pending, and will not fire.
    Withdrawn(Reason),
}

/// Why a pending alert did not fire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// The value came down.
    Down,
    /// The value is not read any more.
    Unread,
    /// Time went by unwatched.
    Unwatched,
}

/// Where an alert stands.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) enum Machine {
    #[default]
    Inactive,
    Pending(Pending),
    Firing(Firing),
}

/// Above the warning level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Pending {
    /// What has been told of it. It only goes down, so that a value around the critical level doesn't tell and tell.
    severity: Severity,
    since: Timestamp,
    /// Since when it is above the critical level too.
    critical_since: Option<Timestamp>,
}

/// Fired and not resolved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Firing {
    severity: Severity,
    since: Timestamp,
    critical_since: Option<Timestamp>,
    /// Since when there is no reading.
    unread_since: Option<Timestamp>,
}

impl Machine {
    /// Neither pending nor firing.
    pub(super) fn is_inactive(&self) -> bool {
        *self == Self::Inactive
    }

    /// Since when it is in this state; for pending since when the value is above.
    pub(super) fn since(&self) -> Option<Timestamp> {
        match self {
            Self::Inactive => None,
            Self::Pending(pending) => Some(pending.since),
            Self::Firing(firing) => Some(firing.since),
        }
    }

    /// Takes in the next value, or that there was none.
    pub(super) fn step(&mut self, levels: &Levels, hold: Duration, now: Moment, value: Option<f32>) -> Option<Change> {
        let (next, change) = match (*self, value) {
            (Self::Inactive, None) => (Self::Inactive, None),
            (Self::Inactive, Some(value)) => Self::begin(levels, hold, now.at, value),
            (Self::Pending(pending), value) => pending.step(levels, hold, now, value),
            (Self::Firing(firing), Some(value)) => firing.step(levels, hold, now, value),
            (Self::Firing(firing), None) => firing.unread(hold, now),
        };
        *self = next;
        change
    }

    fn begin(levels: &Levels, hold: Duration, at: Timestamp, value: f32) -> (Self, Option<Change>) {
        if value <= levels.warning.enter {
            return (Self::Inactive, None);
        }
        let critical = value > levels.critical.enter;
        let severity = if critical { Severity::Critical } else { Severity::Warning };
        let pending = Pending { severity, since: at, critical_since: critical.then_some(at) };
        let told = Some(Change::Pending(severity));
        pending.fire(hold, at).unwrap_or((Self::Pending(pending), told))
    }
}

impl Pending {
    fn step(mut self, levels: &Levels, hold: Duration, now: Moment, value: Option<f32>) -> (Machine, Option<Change>) {
        let withdrawn = |reason| (Machine::Inactive, Some(Change::Withdrawn(reason)));
        let Some(value) = value else { return withdrawn(Reason::Unread) };
        if value <= levels.warning.enter {
            return withdrawn(Reason::Down);
        }
        if now.broken {
            return withdrawn(Reason::Unwatched);
        }
        self.critical_since = (value > levels.critical.enter).then(|| self.critical_since.unwrap_or(now.at));
        if let Some(fired) = self.fire(hold, now.at) {
            return fired;
        }
        let mut change = None;
        if self.severity == Severity::Critical && self.critical_since.is_none() {
            self.severity = Severity::Warning;
            change = Some(Change::Pending(Severity::Warning));
        }
        (Machine::Pending(self), change)
    }

    /// Firing, if the hold time has passed.
    fn fire(&self, hold: Duration, at: Timestamp) -> Option<(Machine, Option<Change>)> {
        if !has_passed(hold, self.since, at) {
            return None;
        }
        let critical = self.critical_since.is_some_and(|since| has_passed(hold, since, at));
        let severity = if critical { Severity::Critical } else { Severity::Warning };
        let firing = Firing { severity, since: at, critical_since: self.critical_since, unread_since: None };
        Some((Machine::Firing(firing), Some(Change::Fired(severity))))
    }
}

impl Firing {
    fn step(mut self, levels: &Levels, hold: Duration, now: Moment, value: f32) -> (Machine, Option<Change>) {
        if value < levels.warning.clear {
            return (Machine::Inactive, Some(Change::Cleared));
        }
        self.unread_since = None;
        let known = self.critical_since.filter(|_| !now.broken);
        self.critical_since = (value > levels.critical.enter).then(|| known.unwrap_or(now.at));
        let critical = self.critical_since.is_some_and(|since| has_passed(hold, since, now.at));
        let change = match self.severity {
            Severity::Warning if critical => Some(Change::Fired(Severity::Critical)),
            Severity::Critical if value < levels.critical.clear => Some(Change::Eased),
            Severity::Warning | Severity::Critical => None,
        };
        match change {
            Some(Change::Eased) => self.severity = Severity::Warning,
            Some(_) => self.severity = Severity::Critical,
            None => {}
        }
        (Machine::Firing(self), change)
    }

    fn unread(mut self, hold: Duration, now: Moment) -> (Machine, Option<Change>) {
        let since = self.unread_since.filter(|_| !now.broken).unwrap_or(now.at);
        if has_passed(grace(hold), since, now.at) {
            return (Machine::Inactive, Some(Change::Lost));
        }
        self.unread_since = Some(since);
        self.critical_since = None;
        (Machine::Firing(self), None)
    }
}

impl From<Severity> for AlertLevel {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Warning => Self::Warning,
            Severity::Critical => Self::Critical,
        }
    }
}

/// How long a firing alert outlasts its last reading.
pub(super) fn grace(hold: Duration) -> Duration {
    hold.max(GRACE)
}

fn has_passed(span: Duration, since: Timestamp, at: Timestamp) -> bool {
    u128::from(at.since(since)) >= span.as_millis()
}

#[cfg(test)]
mod tests;
