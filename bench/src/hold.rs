//! Holds a number of streams, publishes, and counts what arrives.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, ScopedJoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, bail, ensure};
use clap::Args;

use crate::cost::{Memory, Server};
use crate::crowd::Crowd;
use crate::dialect::{self, Dialect};
use crate::follower::{Happening, Manner, Next};
use crate::publisher::{self, Pace, Published};
use crate::report::Report;
use crate::tally::Tally;
use crate::tick::Clock;

/// Connections that are being made at one moment.
const OPENING: usize = 128;
/// All must stand by then.
const OPEN: Duration = Duration::from_secs(60);
/// What has not come by then, after the last was published, is lost.
const DRAIN: Duration = Duration::from_secs(10);
const TURN: Duration = Duration::from_millis(20);

/// How many streams, what is published, for how long.
#[derive(Debug, Args)]
pub(crate) struct Hold {
    /// Streams that are held and read.
    #[arg(long, default_value_t = 1000)]
    connections: usize,
    /// Further streams that are held and never read.
    #[arg(long, default_value_t = 0)]
    stalled: usize,
    /// Deliveries a second in all, to those that read; 0 publishes nothing.
    #[arg(long, default_value_t = 20_000.0)]
    deliveries: f64,
    /// Bytes of an event's data.
    #[arg(long, default_value_t = 200)]
    bytes: usize,
    /// Seconds that are measured.
    #[arg(long, default_value_t = 10.0)]
    seconds: f64,
    /// Seconds before that, published and counted but not measured.
    #[arg(long, default_value_t = 2.0)]
    warmup: f64,
    /// Seconds of rest once all streams stand, before memory is read.
    #[arg(long, default_value_t = 2.0)]
    settle: f64,
    /// Look for the highest use of memory too, twice a second.
    #[arg(long)]
    peak: bool,
    /// The stream to follow, instead of the server's usual one.
    #[arg(long)]
    stream: Option<String>,
    /// The token that each request brings.
    #[arg(long)]
    token: Option<String>,
}

/// What the time of publishing cost.
#[derive(Debug, Default)]
pub(crate) struct Effort {
    /// Events that the server took.
    pub(crate) accepted: u64,
    /// Events that it refused.
    pub(crate) refused: u64,
    /// Time that was measured.
    pub(crate) elapsed: Duration,
    /// Processor time of the server in it.
    pub(crate) cpu: Option<Duration>,
    /// The highest use of memory.
    pub(crate) peak: Option<Memory>,
}

// When the measured time began, and the server's processor time by then.
type Mark = (Instant, Option<Duration>);

struct Run<'a> {
    server: SocketAddr,
    dialect: Dialect,
    options: &'a Hold,
    cost: Option<&'a Server>,
    pace: Pace,
    // The first number that is measured.
    measured: u64,
    crowd: Crowd,
    tally: Tally,
}

impl Hold {
    /// Does all of it.
    ///
    /// # Errors
    /// When streams cannot be held, or publishing fails.
    pub(crate) fn run(&self, server: SocketAddr, dialect: Dialect, cost: Option<&Server>) -> Result<Report> {
        ensure!(self.connections > 0, "--connections is 0: somebody has to read");
        let rate = self.deliveries / self.connections as f64;
        let events = |seconds: f64| (rate * seconds).ceil() as u64;
        let (measured, count) = (events(self.warmup), events(self.warmup + self.seconds));
        let clock = Clock::start();
        let mut run = Run {
            server,
            dialect,
            options: self,
            cost,
            pace: Pace { rate, count, size: self.bytes },
            measured,
            crowd: Crowd::new(server)?,
            tally: Tally::new(clock, self.connections, measured, count)?,
        };
        run.run(clock)
    }
}

impl Run<'_> {
    fn run(&mut self, clock: Clock) -> Result<Report> {
        let before = self.memory()?;
        self.open()?;
        self.turn_for(self.options.settle)?;
        let idle = self.memory()?;
        let effort = if self.pace.count > 0 { self.publish(clock)? } else { self.rest()? };
        let each = before.zip(idle).map(|(before, idle)| idle.since(before).per(self.held()));
        let on_top = idle.zip(effort.peak).map(|(idle, peak)| peak.since(idle));
        Ok(Report::new(&mut self.tally, self.options.stalled, &effort, each, on_top))
    }

    fn held(&self) -> usize {
        self.options.connections + self.options.stalled
    }

    fn memory(&self) -> Result<Option<Memory>> {
        self.cost.map(Server::memory).transpose()
    }

    fn open(&mut self) -> Result<()> {
        let held = self.held();
        let path = self.options.stream.as_deref().unwrap_or_else(|| self.dialect.stream());
        let deadline = Instant::now() + OPEN;
        while self.tally.opened < held {
            while self.crowd.len() < held && self.crowd.len() < self.tally.opened + OPENING {
                // Those that read come first: the tally knows them by their numbers.
                let manner = if self.crowd.len() < self.options.connections { Manner::Reads } else { Manner::Stalls };
                self.crowd.open(dialect::follow(self.server, path, self.options.token.as_deref(), None), manner)?;
            }
            self.turn()?;
            if let Some(failure) = self.tally.failure.take() {
                bail!("{} of {held} streams stood, then: {failure}", self.tally.opened);
            }
            ensure!(Instant::now() < deadline, "only {} of {held} streams stand", self.tally.opened);
        }
        Ok(())
    }

    fn turn(&mut self) -> Result<()> {
        let tally = &mut self.tally;
        self.crowd.turn(TURN, &mut |follower, happening: Happening<'_>| {
            tally.take(follower, &happening);
            Next::Stay
        })
    }

    fn turn_for(&mut self, seconds: f64) -> Result<()> {
        let end = Instant::now() + Duration::try_from_secs_f64(seconds)?;
        while Instant::now() < end {
            self.turn()?;
        }
        Ok(())
    }

    // Publishes from another thread while the followers read in this one.
    fn publish(&mut self, clock: Clock) -> Result<Effort> {
        let (server, dialect, pace, measured, cost) = (self.server, self.dialect, self.pace, self.measured, self.cost);
        let token = self.options.token.as_deref();
        let watch = cost.filter(|_| self.options.peak);
        let stop = AtomicBool::new(false);
        thread::scope(|scope| {
            let publishing = scope.spawn(move || -> Result<(Published, Option<Mark>)> {
                let mut mark = None;
                let published = publisher::publish(server, dialect, token, clock, pace, |number| {
                    if number == measured {
                        mark = Some((Instant::now(), cost.map(Server::cpu).transpose()?));
                    }
                    Ok(())
                })?;
                Ok((published, mark))
            });
            let watching = watch.map(|cost| scope.spawn(|| cost.peak(&stop)));

            let read = self.read_all(&publishing);
            let (end, cpu) = (Instant::now(), cost.map(Server::cpu).transpose());
            stop.store(true, Ordering::Relaxed);
            let peak = watching.map(joined).transpose();
            let (published, mark) = joined(publishing)?;
            read?;
            let (start, cpu_at_start) = mark.unwrap_or((end, None));
            Ok(Effort {
                accepted: published.accepted,
                refused: published.refused,
                elapsed: end - start,
                cpu: cpu?.zip(cpu_at_start).map(|(end, start)| end.saturating_sub(start)),
                peak: peak?,
            })
        })
    }

    // Until everybody has everything, or what is missing has had its time.
    fn read_all<T>(&mut self, publishing: &ScopedJoinHandle<'_, T>) -> Result<()> {
        let mut deadline = None;
        while self.tally.complete < self.options.connections {
            self.turn()?;
            if publishing.is_finished() && Instant::now() > *deadline.get_or_insert_with(|| Instant::now() + DRAIN) {
                break;
            }
        }
        Ok(())
    }

    fn rest(&mut self) -> Result<Effort> {
        let (start, cpu) = (Instant::now(), self.cost.map(Server::cpu).transpose()?);
        self.turn_for(self.options.seconds)?;
        let end = self.cost.map(Server::cpu).transpose()?;
        Ok(Effort {
            elapsed: start.elapsed(),
            cpu: end.zip(cpu).map(|(end, start)| end.saturating_sub(start)),
            peak: self.memory()?,
            ..Effort::default()
        })
    }
}

fn joined<T>(thread: ScopedJoinHandle<'_, Result<T>>) -> Result<T> {
    thread.join().map_err(|_| anyhow!("a thread of the load client has died"))?
}
