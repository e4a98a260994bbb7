//! Connections that are dropped with a reset, at each stage of their short lives in turn.

use std::fmt;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use clap::Args;
use serde::Serialize;

use crate::crowd::Crowd;
use crate::dialect::{self, Dialect};
use crate::follower::{Happening, Manner, Next};

const TURN: Duration = Duration::from_millis(20);
/// All must be over by then.
const LIMIT: Duration = Duration::from_secs(120);

/// How many connections.
#[derive(Debug, Args)]
pub(crate) struct Cycle {
    /// Connections in all.
    #[arg(long, default_value_t = 10_000)]
    cycles: usize,
    /// Connections at one moment.
    #[arg(long, default_value_t = 64)]
    at_once: usize,
}

/// What was done.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    /// Reset as soon as the request was sent.
    after_request: usize,
    /// Reset when the head of the response came.
    after_head: usize,
    /// Reset when the first event came.
    after_event: usize,
    /// Ended by the server, or never made.
    failed: usize,
    seconds: f64,
}

impl Report {
    fn sum(&self) -> usize {
        self.after_request + self.after_head + self.after_event + self.failed
    }

    // A third of the connections goes at each stage. A server that sends nothing of itself has no last stage.
    fn take(&mut self, turn: usize, happening: &Happening<'_>) -> Next {
        let stage = match (turn % 3, happening) {
            (0, Happening::Asked) => &mut self.after_request,
            (1, Happening::Opened(200)) => &mut self.after_head,
            (2, Happening::Message(_)) => &mut self.after_event,
            (_, Happening::Ended(_)) => &mut self.failed,
            (_, Happening::Opened(status)) if *status != 200 => &mut self.failed,
            _ => return Next::Stay,
        };
        *stage += 1;
        Next::Reset
    }
}

impl Cycle {
    /// Does all of it.
    ///
    /// # Errors
    /// When connections cannot be made.
    pub(crate) fn run(&self, server: SocketAddr, dialect: Dialect) -> Result<Report> {
        let start = Instant::now();
        let mut crowd = Crowd::new(server)?;
        let mut report = Report::default();
        // The stage at which each of the present followers goes.
        let mut turns = vec![0; self.at_once];
        let mut begun = 0;
        while report.sum() < self.cycles {
            while begun < self.cycles && crowd.len() < self.at_once {
                let follower = crowd.open(dialect::follow(server, dialect.stream(), None, None), Manner::Reads)?;
                turns[follower] = begun;
                begun += 1;
            }
            crowd.turn(TURN, &mut |follower: usize, happening: Happening<'_>| {
                report.take(turns[follower], &happening)
            })?;
            ensure!(start.elapsed() < LIMIT, "only {} of {} connections are over", report.sum(), self.cycles);
        }
        Ok(Report { seconds: start.elapsed().as_secs_f64(), ..report })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { after_request, after_head, after_event, failed, seconds } = self;
        writeln!(out, "reset       {after_request} after the request, {after_head} after the head of the response,")?;
        writeln!(out, "            {after_event} after the first event; {failed} failed")?;
        writeln!(out, "took        {seconds:.1} s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_goes_at_its_stage() {
        let mut report = Report::default();
        assert_eq!(report.take(0, &Happening::Asked), Next::Reset);
        assert_eq!(report.take(1, &Happening::Asked), Next::Stay);
        assert_eq!(report.take(1, &Happening::Opened(200)), Next::Reset);
        assert_eq!(report.take(2, &Happening::Opened(200)), Next::Stay);
        assert_eq!(report.take(2, &Happening::Opened(503)), Next::Reset);
        assert_eq!(report.take(5, &Happening::Ended(String::new())), Next::Reset);
        assert_eq!((report.after_request, report.after_head, report.failed, report.sum()), (1, 1, 2, 4));
    }
}
