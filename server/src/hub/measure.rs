use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use app::model::{Lag, Rates};
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::follow::waiting;
use super::log::Log;
use super::past::{Past, Point};
use super::registry::Entry;
use super::{Contract, Hub, Name, Payload, frame, now};

/// Time between two measurements.
pub const EVERY: Duration = Duration::from_secs(1);

/// Seconds over which rates are smoothed.
const SMOOTH: f64 = 5.0;

/// What only shows between two moments.
#[derive(Debug)]
pub(super) struct Measures {
    at: Instant,
    published: Rate,
    delivered: Rate,
    bytes: Rate,
    pub(super) channels: HashMap<Name, OfChannel>,
    pub(super) followers: HashMap<u64, OfFollower>,
    pub(super) lag: Lag,
    pub(super) past: Past,
}

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct OfChannel {
    pub(super) published: Rate,
    /// Lossless ones only.
    pub(super) lossless: Rate,
    pub(super) gone: Rate,
}

#[derive(Debug, Clone, Default)]
pub(super) struct OfFollower {
    pub(super) taken: Rate,
    /// Lossless events by channel.
    pub(super) read: Vec<Rate>,
    pub(super) lag: Duration,
}

/// How fast a count rises.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Rate {
    count: u64,
    /// A second, smoothed.
    pub(super) smooth: f64,
}

impl Rate {
    fn since(count: u64) -> Self {
        Self { count, smooth: 0.0 }
    }

    /// Takes the count in as it is `seconds` later, and returns the rate in between.
    fn update(&mut self, count: u64, seconds: f64) -> f64 {
        let rate = count.saturating_sub(self.count) as f64 / seconds;
        self.count = count;
        self.smooth += (rate - self.smooth) * (1.0 - (-seconds / SMOOTH).exp());
        rate
    }
}

impl Measures {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            at: now,
            published: Rate::default(),
            delivered: Rate::default(),
            bytes: Rate::default(),
            channels: HashMap::new(),
            followers: HashMap::new(),
            lag: Lag::default(),
            past: Past::default(),
        }
    }

    pub(super) fn rates(&self) -> Rates {
        let smooth = |rate: &Rate| rounded(rate.smooth);
        Rates { published: smooth(&self.published), delivered: smooth(&self.delivered), bytes: smooth(&self.bytes) }
    }

    fn channels(&mut self, log: &Log, seconds: f64) {
        self.channels.retain(|name, _| log.named(name).is_some());
        for channel in log.channels() {
            let measured = self.channels.entry(channel.name.clone()).or_default();
            measured.published.update(channel.published(), seconds);
            measured.lossless.update(channel.newest(), seconds);
            measured.gone.update(channel.gone.count(), seconds);
        }
    }

    fn followers(&mut self, log: &Log, all: &[(u64, Arc<Entry>)], seconds: f64) {
        let mut before = std::mem::take(&mut self.followers);
        for (id, entry) in all {
            let taken = entry.tally.events.load(Relaxed);
            let next = || entry.next.iter().map(|next| next.load(Relaxed));
            let mut measured = before.remove(id).unwrap_or_else(|| OfFollower {
                taken: Rate::since(taken),
                read: next().map(Rate::since).collect(),
                lag: Duration::ZERO,
            });
            measured.taken.update(taken, seconds);
            for (rate, next) in measured.read.iter_mut().zip(next()) {
                rate.update(next, seconds);
            }
            let slowest = Duration::from_micros(entry.slowest.swap(0, Relaxed));
            let oldest = waiting(log, &entry.slots, next(), entry.seen.load(Relaxed)).oldest;
            let oldest = oldest.filter(|_| entry.caught_up.load(Relaxed)).unwrap_or_default();
            measured.lag = slowest.max(oldest);
            self.followers.insert(*id, measured);
        }
        let mut lags: Vec<Duration> = self.followers.values().map(|measured| measured.lag).collect();
        lags.sort_unstable();
        let worst = lags.last().copied().unwrap_or_default();
        let p99 = lags.get((lags.len() * 99).div_ceil(100).saturating_sub(1)).copied().unwrap_or_default();
        self.lag = Lag { p99_ms: ms(p99), worst_ms: ms(worst) };
    }
}

impl Hub {
    /// Measures what has happened since the last time.
    pub(super) fn measure(&self) {
        let now_at = Instant::now();
        let all = self.registry().all();
        let mut measures = self.measures();
        let seconds = now_at.saturating_duration_since(measures.at).as_secs_f64();
        if seconds <= 0.0 {
            return;
        }
        measures.at = now_at;
        let log = self.log();
        let published = log.head();
        measures.channels(&log, seconds);
        measures.followers(&log, &all, seconds);
        drop(log);
        let totals = &self.registry().totals.tally;
        measures.bytes.update(totals.bytes.load(Relaxed), seconds);
        let point = Point {
            published: measures.published.update(published, seconds) as f32,
            delivered: measures.delivered.update(totals.events.load(Relaxed), seconds) as f32,
            lag_p99_ms: measures.lag.p99_ms as f32,
            followers: u32::try_from(all.len()).unwrap_or(u32::MAX),
        };
        measures.past.push(point, now());
    }
}

/// Measures once a second until `shutdown`, and publishes the figures in the channel `hub` while somebody follows it.
/// After each measurement it calls `then`.
pub async fn watch(hub: Hub, then: impl Fn() + Send, shutdown: CancellationToken) {
    let channel = Name::hub();
    let Ok(event) = Name::new("stats") else { return };
    let mut tick = interval(EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while shutdown.run_until_cancelled(tick.tick()).await.is_some() {
        hub.measure();
        if hub.followers(&channel) > 0 {
            let data = frame::json(&hub.stats(None));
            let event = Some(event.clone());
            hub.publish(&channel, Payload::Text { event, contract: Contract::Latest, data });
        }
        then();
    }
}

/// Milliseconds with one decimal.
pub(super) fn ms(duration: Duration) -> f64 {
    rounded(duration.as_secs_f64() * 1_000.0)
}

/// One decimal.
pub(super) fn rounded(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
