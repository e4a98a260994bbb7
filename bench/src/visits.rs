//! What followers see that come, leave, and come back.

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use serde::Serialize;

use crate::events::Message;
use crate::follower::{Happening, Next};
use crate::ledger::Ledger;
use crate::publisher::Published;
use crate::tick::{self, Tick};

/// What was seen.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    joins: usize,
    /// Of those, the ones that saw their run in order, each event once.
    contiguous: usize,
    resumes: usize,
    /// Of those, the ones that went on with exactly the next event, and saw their run in order.
    exact: usize,
    lost: u64,
    doubled: u64,
    /// Followers that did not get as far as their run.
    failed: usize,
    accepted: u64,
    refused: u64,
    /// The events a second that were published in fact.
    events_per_second: f64,
}

/// A follower, on its first visit or its second.
pub(crate) struct Joiner {
    ledger: Ledger,
    // Where it comes back to; none on its first visit.
    last_id: Option<String>,
}

/// All followers.
pub(crate) struct Visits {
    // Events that make a visit.
    run: u64,
    resume: bool,
    here: HashMap<usize, Joiner>,
    // Those that have left and want to come back.
    returning: Vec<Joiner>,
    report: Report,
}

impl Joiner {
    /// One that has not been here.
    pub(crate) fn new() -> Self {
        Self { ledger: Ledger::from_anywhere(), last_id: None }
    }

    /// Where it comes back to.
    pub(crate) fn last_id(&self) -> Option<&str> {
        self.last_id.as_deref()
    }
}

impl Visits {
    /// Nobody yet. Each sees a run of that many events and leaves; then comes back, if it is to resume.
    pub(crate) fn new(run: u64, resume: bool) -> Self {
        Self { run, resume, here: HashMap::new(), returning: Vec::new(), report: Report::default() }
    }

    /// A follower has come, and has that number.
    pub(crate) fn enter(&mut self, follower: usize, joiner: Joiner) {
        self.here.insert(follower, joiner);
    }

    /// Those that have left and want to come back.
    pub(crate) fn returning(&mut self) -> Vec<Joiner> {
        std::mem::take(&mut self.returning)
    }

    /// Takes down what has happened to a follower.
    pub(crate) fn take(&mut self, follower: usize, happening: &Happening<'_>) -> Next {
        match happening {
            Happening::Message(message) => self.message(follower, message),
            Happening::Asked | Happening::Opened(200) => Next::Stay,
            Happening::Opened(_) | Happening::Ended(_) => {
                if let Some(joiner) = self.here.remove(&follower) {
                    self.count(&joiner, false);
                }
                Next::Close
            }
        }
    }

    fn message(&mut self, follower: usize, message: &Message<'_>) -> Next {
        let Some(joiner) = self.here.get_mut(&follower) else { return Next::Close };
        if message.name != tick::NAME.as_bytes() {
            return Next::Stay;
        }
        let Ok(tick) = Tick::decode(message.data) else { return Next::Stay };
        joiner.ledger.see(tick.number);
        if joiner.ledger.delivered < self.run {
            return Next::Stay;
        }
        if let Some(joiner) = self.here.remove(&follower) {
            self.count(&joiner, true);
            if let Some(next) = joiner.ledger.next().filter(|_| self.resume && joiner.last_id.is_none()) {
                let last_id = Some(String::from_utf8_lossy(message.id).into_owned());
                self.returning.push(Joiner { ledger: Ledger::from(next), last_id });
            }
        }
        Next::Close
    }

    fn count(&mut self, joiner: &Joiner, arrived: bool) {
        let report = &mut self.report;
        let good = usize::from(arrived && joiner.ledger.is_contiguous());
        if joiner.last_id.is_some() {
            report.resumes += 1;
            report.exact += good;
        } else {
            report.joins += 1;
            report.contiguous += good;
        }
        report.lost += joiner.ledger.lost;
        report.doubled += joiner.ledger.doubled;
        report.failed += usize::from(!arrived);
    }

    /// The sums, when that many have not come at all and publishing has taken that long.
    pub(crate) fn report(mut self, absent: usize, published: Published, elapsed: Duration) -> Report {
        for joiner in std::mem::take(&mut self.here).into_values().chain(std::mem::take(&mut self.returning)) {
            self.count(&joiner, false);
        }
        Report {
            joins: self.report.joins + absent,
            failed: self.report.failed + absent,
            accepted: published.accepted,
            refused: published.refused,
            events_per_second: (published.accepted + published.refused) as f64 / elapsed.as_secs_f64(),
            ..self.report
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "joined      {}, {} of them contiguous", self.joins, self.contiguous)?;
        writeln!(out, "resumed     {}, {} of them exactly", self.resumes, self.exact)?;
        writeln!(out, "lost        {}", self.lost)?;
        writeln!(out, "doubled     {}", self.doubled)?;
        writeln!(out, "failed      {}", self.failed)?;
        let Self { accepted, refused, events_per_second, .. } = self;
        writeln!(out, "published   {accepted} accepted, {refused} refused, {events_per_second:.0} a second")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: Published = Published { accepted: 0, refused: 0 };

    fn see(visits: &mut Visits, number: u64) -> Next {
        let data = Tick { number, at: 0 }.encode(0);
        let id = format!("e.{number}");
        let message = Message { name: b"tick", data: data.as_bytes(), id: id.as_bytes() };
        visits.take(0, &Happening::Message(message))
    }

    // What is said of one that sees the first events, and the others once it has come back.
    fn visit(first: [u64; 2], second: [u64; 2]) -> Report {
        let mut visits = Visits::new(2, true);
        visits.enter(0, Joiner::new());
        assert_eq!([see(&mut visits, first[0]), see(&mut visits, first[1])], [Next::Stay, Next::Close]);
        let back = visits.returning().pop().unwrap();
        assert_eq!(back.last_id(), Some(format!("e.{}", first[1]).as_str()));
        visits.enter(0, back);
        see(&mut visits, second[0]);
        see(&mut visits, second[1]);
        assert!(visits.returning().is_empty());
        visits.report(0, NOTHING, Duration::from_secs(1))
    }

    #[test]
    fn going_on_with_the_next_event_is_exact() {
        let report = visit([5, 6], [7, 8]);
        assert_eq!((report.joins, report.contiguous, report.resumes, report.exact), (1, 1, 1, 1));
        assert_eq!((report.lost, report.doubled, report.failed), (0, 0, 0));
    }

    #[test]
    fn holes_and_doubles_after_coming_back_are_not() {
        let hole = visit([5, 6], [8, 9]);
        assert_eq!((hole.contiguous, hole.exact, hole.lost), (1, 0, 1));
        let double = visit([5, 6], [6, 7]);
        assert_eq!((double.exact, double.doubled, double.failed), (0, 1, 1));
    }

    #[test]
    fn those_that_never_came_have_failed() {
        let visits = Visits::new(2, true);
        let report = visits.report(3, NOTHING, Duration::from_secs(1));
        assert_eq!((report.joins, report.contiguous, report.failed), (3, 0, 3));
    }
}
