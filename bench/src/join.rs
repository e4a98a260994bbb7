//! Followers that come at random moments while events are published, leave, and come back to where they were.

use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use clap::Args;

use crate::crowd::Crowd;
use crate::dialect::{self, Dialect};
use crate::follower::{Happening, Manner};
use crate::publisher::{self, Pace};
use crate::tick::Clock;
use crate::visits::{Joiner, Report, Visits};

/// Time in which nobody joins, before the first and after the last.
const MARGIN: f64 = 0.5;
/// What has not come by then, after the last was published, does not come.
const DRAIN: Duration = Duration::from_secs(5);
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
            let publishing = scope.spawn(move || publisher::publish(server, dialect, None, clock, pace, |_| Ok(())));
            let mut visits = Visits::new(self.run, !self.no_resume);
            let mut crowd = Crowd::new(server)?;
            let mut moments = self.moments();
            let mut published = None;
            while published.is_none_or(|at: Duration| start.elapsed() < at + DRAIN && crowd.len() > 0) {
                while published.is_none() && moments.last().is_some_and(|moment| start.elapsed() > *moment) {
                    moments.pop();
                    enter(&mut crowd, &mut visits, dialect, Joiner::new())?;
                }
                for joiner in visits.returning() {
                    enter(&mut crowd, &mut visits, dialect, joiner)?;
                }
                crowd.turn(TURN, &mut |follower, happening: Happening<'_>| visits.take(follower, &happening))?;
                if publishing.is_finished() {
                    published.get_or_insert_with(|| start.elapsed());
                }
            }
            let elapsed = published.unwrap_or_default();
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

fn enter(crowd: &mut Crowd, visits: &mut Visits, dialect: Dialect, joiner: Joiner) -> Result<()> {
    let request = dialect::follow(crowd.server(), dialect.stream(), None, joiner.last_id());
    visits.enter(crowd.open(request, Manner::Reads)?, joiner);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_come_in_order_within_the_time() {
        let join = Join { joins: 50, run: 2, events: 1.0, seconds: 4.0, bytes: 0, no_resume: false };
        let moments = join.moments();
        assert_eq!(moments.len(), 50);
        assert!(moments.is_sorted_by(|a, b| a >= b));
        assert!(moments.iter().all(|moment| (0.5..=3.5).contains(&moment.as_secs_f64())));
    }
}
