//! Followers that come at random moments while events are published, leave, and come back to where they were.

use std::collections::HashMap;
use std::fmt;
use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use clap::Args;
use serde::Serialize;

use crate::crowd::{Crowd, Happening, Manner, Next};
use crate::dialect::{self, Dialect};
use crate::events::Message;
use crate::ledger::Ledger;
use crate::publisher::{self, Pace};
use crate::tick::{self, Clock, Tick};

/// Time in which nobody joins, before the first and after the last.
const MARGIN: f64 = 0.5;
const TURN: Duration = Duration::from_millis(2);

/// How many join, and under what load.
#[derive(Debug, Args)]
pub(crate) struct Join {
    /// Followers that join, each at a random moment.
    #[arg(long, default_value_t = 1000)]
    joins: usize,
    /// Events that each must see without a hole, before it leaves and again after it has come back.
    #[arg(long, default_value_t = 100)]
    run: u64,
    /// Events a second.
    #[arg(long, default_value_t = 10_000.0)]
    events: f64,
    /// Seconds of publishing.
    #[arg(long, default_value_t = 10.0)]
    seconds: f64,
    /// Bytes of an event's data.
    #[arg(long, default_value_t = 200)]
    bytes: usize,
    /// Leave for good instead of coming back with the last id.
    #[arg(long)]
    no_resume: bool,
}

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

struct Joiner {
    ledger: Ledger,
    // Where it came back to; none on its first visit.
    resumed: bool,
    last_id: String,
}

struct Visits<'a> {
    options: &'a Join,
    here: HashMap<usize, Joiner>,
    // Those that have left and want to come back.
    returning: Vec<Joiner>,
    report: Report,
}

impl Join {
    /// Does all of it.
    ///
    /// # Errors
    /// When connections cannot be made, or publishing fails.
    pub(crate) fn run(&self, server: SocketAddr, dialect: Dialect) -> Result<Report> {
        let pace = Pace { rate: self.events, count: (self.events * self.seconds).ceil() as u64, size: self.bytes };
        let clock = Clock::start();
        thread::scope(|scope| {
            let start = Instant::now();
            let publishing = scope.spawn(move || publisher::publish(server, dialect, clock, pace, |_| Ok(())));
            let mut visits = Visits::new(self);
            let mut crowd = Crowd::new(server)?;
            let mut moments = self.moments();
            while !publishing.is_finished() {
                while moments.last().is_some_and(|moment| start.elapsed() > *moment) {
                    moments.pop();
                    visits.enter(&mut crowd, dialect::follow(server, dialect.stream(), None), Joiner::new())?;
                }
                for joiner in std::mem::take(&mut visits.returning) {
                    let request = dialect::follow(server, dialect.stream(), Some(&joiner.last_id));
                    visits.enter(&mut crowd, request, joiner)?;
                }
                crowd.turn(TURN, &mut |follower, happening: Happening<'_>| visits.take(follower, &happening))?;
                if moments.is_empty() && visits.here.is_empty() && visits.returning.is_empty() {
                    thread::sleep(TURN);
                }
            }
            let elapsed = start.elapsed();
            let published = publishing.join().map_err(|_| anyhow!("the publisher has died"))??;
            Ok(visits.report(moments.len(), published, elapsed))
        })
    }

    // When each joins, the first one last.
    fn moments(&self) -> Vec<Duration> {
        let last = (self.seconds - MARGIN).max(MARGIN);
        let mut moments: Vec<_> =
            (0..self.joins).map(|_| Duration::from_secs_f64(rand::random_range(MARGIN..=last))).collect();
        moments.sort_unstable_by(|a, b| b.cmp(a));
        moments
    }
}

impl Joiner {
    fn new() -> Self {
        Self { ledger: Ledger::from_anywhere(), resumed: false, last_id: String::new() }
    }
}

impl<'a> Visits<'a> {
    fn new(options: &'a Join) -> Self {
        Self { options, here: HashMap::new(), returning: Vec::new(), report: Report::default() }
    }

    fn enter(&mut self, crowd: &mut Crowd, request: String, joiner: Joiner) -> Result<()> {
        let follower = crowd.open(request, Manner::Reads)?;
        self.here.insert(follower, joiner);
        Ok(())
    }

    fn take(&mut self, follower: usize, happening: &Happening<'_>) -> Next {
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
        if joiner.ledger.delivered < self.options.run {
            return Next::Stay;
        }
        joiner.last_id = String::from_utf8_lossy(message.id).into_owned();
        if let Some(joiner) = self.here.remove(&follower) {
            self.count(&joiner, true);
            if let Some(next) = joiner.ledger.next().filter(|_| !joiner.resumed && !self.options.no_resume) {
                self.returning.push(Joiner { ledger: Ledger::from(next), resumed: true, ..joiner });
            }
        }
        Next::Close
    }

    fn count(&mut self, joiner: &Joiner, arrived: bool) {
        let report = &mut self.report;
        let good = usize::from(arrived && joiner.ledger.is_contiguous());
        if joiner.resumed {
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

    // The sums, when that many have not come any more.
    fn report(mut self, absent: usize, published: publisher::Published, elapsed: Duration) -> Report {
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

    const OPTIONS: Join = Join { joins: 1, run: 2, events: 1.0, seconds: 1.0, bytes: 0, no_resume: false };

    fn see(visits: &mut Visits<'_>, number: u64) -> Next {
        let data = Tick { number, at: 0 }.encode(0);
        let id = format!("e.{number}");
        let message = Message { name: b"tick", data: data.as_bytes(), id: id.as_bytes() };
        visits.take(0, &Happening::Message(message))
    }

    // What is said of one that sees the first events, and the others once it has come back.
    fn visit(first: [u64; 2], second: [u64; 2]) -> Report {
        let mut visits = Visits::new(&OPTIONS);
        visits.here.insert(0, Joiner::new());
        assert_eq!([see(&mut visits, first[0]), see(&mut visits, first[1])], [Next::Stay, Next::Close]);
        let back = visits.returning.pop().unwrap();
        assert_eq!(back.last_id, format!("e.{}", first[1]));
        visits.here.insert(0, back);
        see(&mut visits, second[0]);
        see(&mut visits, second[1]);
        assert!(visits.returning.is_empty());
        visits.report(0, publisher::Published { accepted: 0, refused: 0 }, Duration::from_secs(1))
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
        let visits = Visits::new(&OPTIONS);
        let report = visits.report(3, publisher::Published { accepted: 0, refused: 0 }, Duration::from_secs(1));
        assert_eq!((report.joins, report.contiguous, report.failed), (3, 0, 3));
    }

    #[test]
    fn moments_come_in_order_within_the_time() {
        let moments = Join { joins: 50, seconds: 4.0, ..OPTIONS }.moments();
        assert!(moments.is_sorted_by(|a, b| a >= b));
        assert!(moments.iter().all(|moment| (0.5..=3.5).contains(&moment.as_secs_f64())));
    }
}
