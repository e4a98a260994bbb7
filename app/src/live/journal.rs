//! What has happened to this page's own stream.

use crate::format;
use crate::model::Timestamp;

use super::{Lost, Status};

/// Moments that are kept.
const KEPT: usize = 50;

/// What kind of thing happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// The first connection is still to come.
    #[default]
    Begun,
    /// The line stands.
    Live,
    /// The line is down.
    Dropped,
    /// The line stands, and nothing comes.
    Stale,
    /// No more tries are made.
    GivenUp,
    /// Events are gone for good.
    Lost,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// When, by the server's clock.
    pub at: Timestamp,
    /// What kind of thing.
    pub kind: Kind,
    /// The same for people.
    pub said: String,
}

/// What has happened, the newest first.
#[derive(Debug, Default)]
pub struct Journal {
    /// The moments.
    pub moments: Vec<Moment>,
    now: Kind,
    attempt: u32,
    caught_up: bool,
}

impl Journal {
    /// Takes in how the page stands to the server. A pause says nothing of the line.
    pub fn note(&mut self, at: Timestamp, status: &Status) {
        let (kind, said) = match status {
            Status::Connecting | Status::Paused { .. } => return,
            Status::Live { .. } | Status::CaughtUp { .. } if self.now == Kind::Begun => (Kind::Live, "Live".to_owned()),
            Status::Live { .. } => (Kind::Live, self.again()),
            Status::CaughtUp { events } => {
                if !self.caught_up {
                    self.caught_up = true;
                    self.now = Kind::Live;
                    let said = format!("{}, caught up, {} events", self.again(), format::count(*events));
                    self.add(at, Kind::Live, said);
                }
                return;
            }
            Status::Reconnecting { attempt, .. } => {
                (self.attempt, self.caught_up) = (*attempt, false);
                (Kind::Dropped, "The line dropped".to_owned())
            }
            Status::Stale { .. } => {
                self.attempt = 0;
                (Kind::Stale, "The line stands, but nothing comes".to_owned())
            }
            Status::Offline { reason } => (Kind::GivenUp, format!("Given up: {reason}")),
            Status::Refused(refusal) => (Kind::GivenUp, format!("Given up: {}", refusal.words().1)),
        };
        if kind != self.now {
            self.now = kind;
            self.add(at, kind, said);
        }
    }

    /// Takes in a loss. Its times are written as a clock shows them `offset_min` minutes east of UTC.
    pub fn lose(&mut self, at: Timestamp, lost: &Lost, offset_min: i32) {
        let (from, to) = (format::clock(lost.from, offset_min), format::clock(lost.to, offset_min));
        self.add(at, Kind::Lost, format!("{} events were lost between {from} and {to}", format::count(lost.count)));
    }

    fn again(&self) -> String {
        if self.attempt == 0 { "Live again".to_owned() } else { format!("Live again on try {}", self.attempt) }
    }

    fn add(&mut self, at: Timestamp, kind: Kind, said: String) {
        self.moments.insert(0, Moment { at, kind, said });
        self.moments.truncate(KEPT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIVE: Status = Status::Live { lag_ms: Some(3) };

    fn trying(attempt: u32) -> Status {
        Status::Reconnecting { in_seconds: 2, attempt, of: 10 }
    }

    fn said(statuses: &[Status]) -> Vec<String> {
        let mut journal = Journal::default();
        for (second, status) in (0..).zip(statuses) {
            journal.note(Timestamp::from_ms(second * 1_000), status);
        }
        journal.moments.iter().rev().map(|moment| format!("{} {}", moment.at.ms() / 1_000, moment.said)).collect()
    }

    #[test]
    fn says_each_change_once() {
        let paused = Status::Paused { waiting: 4 };
        let caught_up = Status::CaughtUp { events: 1_037 };
        let offline = Status::Offline { reason: "gone".to_owned() };
        assert_eq!(said(&[Status::Connecting, LIVE, Status::Live { lag_ms: None }, paused, LIVE]), ["1 Live"]);
        assert_eq!(
            said(&[LIVE, trying(1), trying(2), LIVE, caught_up.clone(), caught_up, LIVE]),
            ["0 Live", "1 The line dropped", "3 Live again on try 2", "4 Live again on try 2, caught up, 1,037 events"]
        );
        assert_eq!(
            said(&[Status::Stale { age_seconds: 9 }, LIVE, trying(1), offline]),
            ["0 The line stands, but nothing comes", "1 Live again", "2 The line dropped", "3 Given up: gone"]
        );
        assert_eq!(
            said(&[trying(3), LIVE, Status::Stale { age_seconds: 9 }, LIVE])[2..],
            ["2 The line stands, but nothing comes", "3 Live again"]
        );
    }

    #[test]
    fn a_loss_has_its_times() {
        let mut journal = Journal::default();
        let at = Timestamp::from_ms;
        journal.lose(at(40_000), &Lost { count: 81, last: 7, from: at(11_000), to: at(40_000) }, 60);
        assert_eq!(journal.moments[0].said, "81 events were lost between 01:00:11 and 01:00:40");
    }
}
