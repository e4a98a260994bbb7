//! One alert's way through its states, for one rule and one thing it is about. Pure: what was seen and a moment go in, at
//! most one change comes out.
//!
//! - Inactive → pending: the condition is met; the hold time runs.
//! - Pending → firing: it was met for the hold time; critical if that level was met as long.
//! - Pending → inactive: it is not met, or not read any more, or time went by unwatched. A suspended machine was not
//!   seen to be over its level, so the hold time begins again after it.
//! - Firing warning → critical: the critical level was met for the hold time.
//! - Firing critical → warning: the value is on the calm side of the critical level's clear, at once: the distance
//!   between enter and clear keeps it from flapping.
//! - Firing → recovering: the condition is left, and the rule keeps firing for a while; back as soon as it is not.
//! - Firing or recovering → inactive: the condition is left for as long as the rule keeps firing, which may be no time
//!   at all; or it has not been read for the hold time, and at least [`GRACE`].
//!
//! An alert that flaps recovers for [`CALM`] at least, and is not eased meanwhile.

use std::time::Duration;

use app::model::Timestamp;
use serde::{Deserialize, Serialize};

use super::Rule;
use super::pace::Moment;

/// How long a firing alert at least outlasts its last reading: a mount that is busy, a reading that failed once.
const GRACE: Duration = Duration::from_secs(60);
/// How long an alert that flaps must be calm before it is resolved.
pub(super) const CALM: Duration = Duration::from_secs(10 * 60);

/// What was read, held against both levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen {
    /// The condition is met.
    pub(super) entered: bool,
    /// It is met, or not yet left.
    pub(super) kept: bool,
    /// The same of the critical level, where there is one.
    pub(super) critical_entered: bool,
    pub(super) critical_kept: bool,
}

/// The times of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Times {
    /// Until it fires.
    pub(super) hold: Duration,
    /// Until it is resolved.
    pub(super) keep: Duration,
    /// Until what is not read any more is resolved.
    pub(super) grace: Duration,
}

/// Which of the two levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Severity {
    /// The rule's own, whatever it is called.
    Warning,
    /// The one above, where the rule has a critical level.
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
    /// Not met any more, and firing on for a while.
    Recovering,
    /// Met again meanwhile.
    Back,
    /// Not met any more, for as long as it must.
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
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub(super) enum Machine {
    #[default]
    Inactive,
    Pending(Pending),
    Firing(Firing),
}

/// Above the warning level.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Pending {
    /// What has been told of it. It only goes down, so that a value around the critical level doesn't tell and tell.
    severity: Severity,
    since: Timestamp,
    /// Since when it is above the critical level too.
    critical_since: Option<Timestamp>,
}

/// Fired and not resolved.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Firing {
    severity: Severity,
    since: Timestamp,
    critical_since: Option<Timestamp>,
    /// Since when there is no reading.
    unread_since: Option<Timestamp>,
    /// Since when the condition is left.
    recovering_since: Option<Timestamp>,
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

    /// Firing, and about to be resolved.
    #[cfg(test)]
    pub(super) fn is_recovering(&self) -> bool {
        matches!(self, Self::Firing(Firing { recovering_since: Some(_), .. }))
    }

    pub(super) fn is_firing(&self) -> bool {
        matches!(self, Self::Firing(_))
    }

    /// How bad it is, where it is anything.
    pub(super) fn severity(&self) -> Option<Severity> {
        match self {
            Self::Inactive => None,
            Self::Pending(pending) => Some(pending.severity),
            Self::Firing(firing) => Some(firing.severity),
        }
    }

    /// Takes in what is seen next, or that nothing was. `flapping`: it has changed so often that it must calm down first.
    pub(super) fn step(&mut self, seen: Option<Seen>, times: Times, now: Moment, flapping: bool) -> Option<Change> {
        let (next, change) = match (*self, seen) {
            (Self::Inactive, None) => (Self::Inactive, None),
            (Self::Inactive, Some(seen)) => Self::begin(seen, times, now.at),
            (Self::Pending(pending), seen) => pending.step(seen, times, now),
            (Self::Firing(firing), Some(seen)) => firing.step(seen, times, now, flapping),
            (Self::Firing(firing), None) => firing.unread(times, now),
        };
        *self = next;
        change
    }

    fn begin(seen: Seen, times: Times, at: Timestamp) -> (Self, Option<Change>) {
        if !seen.entered {
            return (Self::Inactive, None);
        }
        let severity = if seen.critical_entered { Severity::Critical } else { Severity::Warning };
        let pending = Pending { severity, since: at, critical_since: seen.critical_entered.then_some(at) };
        let told = Some(Change::Pending(severity));
        pending.fire(times.hold, at).unwrap_or((Self::Pending(pending), told))
    }
}

impl Pending {
    fn step(mut self, seen: Option<Seen>, times: Times, now: Moment) -> (Machine, Option<Change>) {
        let withdrawn = |reason| (Machine::Inactive, Some(Change::Withdrawn(reason)));
        let Some(seen) = seen else { return withdrawn(Reason::Unread) };
        if !seen.entered {
            return withdrawn(Reason::Down);
        }
        if now.broken {
            return withdrawn(Reason::Unwatched);
        }
        self.critical_since = seen.critical_entered.then(|| self.critical_since.unwrap_or(now.at));
        if let Some(fired) = self.fire(times.hold, now.at) {
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
        let firing = Firing {
            severity,
            since: at,
            critical_since: self.critical_since,
            unread_since: None,
            recovering_since: None,
        };
        Some((Machine::Firing(firing), Some(Change::Fired(severity))))
    }
}

impl Firing {
    fn step(mut self, seen: Seen, times: Times, now: Moment, flapping: bool) -> (Machine, Option<Change>) {
        self.unread_since = None;
        if !seen.kept {
            return self.recover(times, now, flapping);
        }
        let was_recovering = self.recovering_since.take().is_some();
        let known = self.critical_since.filter(|_| !now.broken);
        self.critical_since = seen.critical_entered.then(|| known.unwrap_or(now.at));
        let critical = self.critical_since.is_some_and(|since| has_passed(times.hold, since, now.at));
        let change = match self.severity {
            Severity::Warning if critical => Some(Change::Fired(Severity::Critical)),
            Severity::Critical if !seen.critical_kept && !flapping => Some(Change::Eased),
            Severity::Warning | Severity::Critical => None,
        };
        match change {
            Some(Change::Eased) => self.severity = Severity::Warning,
            Some(_) => self.severity = Severity::Critical,
            None => {}
        }
        (Machine::Firing(self), change.or(was_recovering.then_some(Change::Back)))
    }

    fn recover(mut self, times: Times, now: Moment, flapping: bool) -> (Machine, Option<Change>) {
        let keep = if flapping { times.keep.max(CALM) } else { times.keep };
        let since = self.recovering_since.filter(|_| !now.broken).unwrap_or(now.at);
        if has_passed(keep, since, now.at) {
            return (Machine::Inactive, Some(Change::Cleared));
        }
        let change = self.recovering_since.is_none().then_some(Change::Recovering);
        self.recovering_since = Some(since);
        self.critical_since = None;
        (Machine::Firing(self), change)
    }

    fn unread(mut self, times: Times, now: Moment) -> (Machine, Option<Change>) {
        let since = self.unread_since.filter(|_| !now.broken).unwrap_or(now.at);
        if has_passed(times.grace, since, now.at) {
            return (Machine::Inactive, Some(Change::Lost));
        }
        self.unread_since = Some(since);
        self.critical_since = None;
        (Machine::Firing(self), None)
    }
}

impl Times {
    pub(super) fn of(rule: &Rule) -> Self {
        // What looks back has nothing to say for a while after a start.
        let grace = [rule.hold, rule.keep_firing_for, rule.window(), GRACE].into_iter().max().unwrap_or(GRACE);
        Self { hold: rule.hold, keep: rule.keep_firing_for, grace }
    }
}

fn has_passed(span: Duration, since: Timestamp, at: Timestamp) -> bool {
    u128::from(at.since(since)) >= span.as_millis()
}

#[cfg(test)]
mod tests;
