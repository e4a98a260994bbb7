use std::cmp::Reverse;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use app::filter::Filter;
use app::model::{ChannelStats, FollowerState, FollowerStats, LogStats, Stats, StatsHistory, Totals};
use app::range::Range;

use super::follow::waiting;
use super::log::Log;
use super::measure::{Measures, OfFollower, ms, rounded};
use super::registry::Entry;
use super::{Entrance, Hub, Name, Waiting, now};

/// Followers that are listed, and channels.
const LISTED: usize = 200;

/// Waiting less long than this is what a line and a scheduler take.
const LIVE: Duration = Duration::from_secs(1);

/// Events a second below which a follower stands still.
const STILL: f64 = 0.1;

impl Hub {
    /// How the hub and its followers fare; with the figures of the last while, if that is given.
    ///
    /// Rates and lag are those that [`watch`](super::watch) has measured.
    pub fn stats(&self, range: Option<Range>) -> Stats {
        self.stats_of(range, &Filter::default())
    }

    /// The same, where of the followers only those are listed that `filter` lets through, by name, place, channel and state.
    pub fn stats_of(&self, range: Option<Range>, filter: &Filter) -> Stats {
        let all = self.registry().all();
        let measures = self.measures();
        let log = self.log();
        let inside = all.iter().filter(|(_, entry)| entry.reader.inside).count();
        let mut by_distance: Vec<(Waiting, &(u64, Arc<Entry>))> =
            all.iter().map(|one| (of(&log, &one.1), one)).collect();
        if !filter.is_empty() {
            by_distance.retain(|&(waiting, (id, entry))| admits(filter, &log, &measures, *id, entry, waiting));
        }
        let found = by_distance.len();
        by_distance.sort_by_key(|(waiting, _)| Reverse((waiting.events, waiting.oldest)));
        let listed = by_distance.iter().take(LISTED);
        Stats {
            server_time: now(),
            started: self.registry().started,
            streams: (all.len() - inside) as u64,
            inside: inside as u64,
            browsers: all.iter().filter(|(_, entry)| entry.reader.browser).count() as u64,
            totals: self.totals(log.head()),
            rates: measures.rates(),
            lag: measures.lag,
            log: self.log_stats(&log),
            channels: channels(&log, &measures),
            followers: listed
                .map(|(waiting, (id, entry))| self.follower_stats(&log, &measures, *id, entry, *waiting))
                .collect(),
            channel_count: log.channels().count() as u64,
            unlisted: found.saturating_sub(LISTED) as u64,
            history: range.map(|range| measures.past.last(usize::try_from(range.ms() / 1_000).unwrap_or(usize::MAX))),
        }
    }

    /// The figures of the last `seconds`, of an hour at most, a point a second.
    pub fn past(&self, seconds: usize) -> StatsHistory {
        self.measures().past.each(seconds)
    }

    fn totals(&self, published: u64) -> Totals {
        let totals = &self.registry().totals;
        let read = |count: &AtomicU64| count.load(Relaxed);
        let (fresh, resumed, with_gap) = (read(&totals.fresh), read(&totals.complete), read(&totals.with_gap));
        Totals {
            opened: fresh + resumed + with_gap,
            fresh,
            resumed,
            resumed_with_gap: with_gap,
            gaps: read(&totals.tally.gaps),
            missed: read(&totals.tally.missed),
            skipped: read(&totals.tally.skipped),
            published,
            delivered: read(&totals.tally.events),
            delivered_bytes: read(&totals.tally.bytes),
        }
    }

    fn log_stats(&self, log: &Log) -> LogStats {
        let oldest = log.oldest();
        LogStats {
            events: log.kept() as u64,
            max_events: log.limits.count as u64,
            bytes: log.bytes() as u64,
            max_bytes: log.limits.bytes as u64,
            max_age_ms: whole_ms(log.limits.age),
            latest: log.values() as u64,
            max_latest: log.limits.latest as u64,
            max_channels: log.limits.channels as u64,
            oldest: oldest.map(|event| self.cursor_at(event.seq)),
            oldest_at: oldest.map(|event| event.at),
            oldest_age_ms: oldest.map(|event| whole_ms(event.published.elapsed())),
            newest: self.cursor_at(log.head()),
        }
    }

    fn follower_stats(
        &self,
        log: &Log,
        measures: &Measures,
        id: u64,
        entry: &Entry,
        waiting: Waiting,
    ) -> FollowerStats {
        let measured = measures.followers.get(&id).cloned().unwrap_or_default();
        let falls_off_in = falls_off_in(log, measures, entry, &measured, waiting);
        let seen = if waiting.events == 0 { log.head() } else { entry.seen.load(Relaxed) };
        let read = |count: &AtomicU64| count.load(Relaxed);
        FollowerStats {
            id,
            name: entry.reader.name.clone(),
            address: entry.reader.address.clone(),
            inside: entry.reader.inside,
            browser: entry.reader.browser,
            channels: entry.channels.iter().map(Name::to_string).collect(),
            since: entry.since,
            cursor: self.cursor_at(seen),
            behind: waiting.events,
            lag_ms: ms(measured.lag.max(waiting.oldest.unwrap_or_default())),
            rate: rounded(measured.taken.smooth),
            falls_off_in,
            resumes: read(&entry.tally.resumes),
            gaps: read(&entry.tally.gaps),
            missed: read(&entry.tally.missed),
            skipped: read(&entry.tally.skipped),
            events: read(&entry.tally.events),
            bytes: read(&entry.tally.bytes),
            state: state(measures, entry, &measured, waiting, falls_off_in),
        }
    }
}

/// Whether the filter lets a follower through.
fn admits(filter: &Filter, log: &Log, measures: &Measures, id: u64, entry: &Entry, waiting: Waiting) -> bool {
    let measured = measures.followers.get(&id).cloned().unwrap_or_default();
    let falls_off_in = falls_off_in(log, measures, entry, &measured, waiting);
    let reader = &entry.reader;
    let place = reader.address.as_deref().or(reader.inside.then_some("inside"));
    let state = state(measures, entry, &measured, waiting, falls_off_in).as_str();
    let texts = [Some(reader.name.as_str()), place, Some(state)];
    let channels = entry.channels.iter().map(Name::as_str);
    filter.admits(&texts.into_iter().flatten().chain(channels))
}

fn of(log: &Log, entry: &Entry) -> Waiting {
    waiting(log, &entry.slots, entry.next.iter().map(|next| next.load(Relaxed)), entry.seen.load(Relaxed))
}

fn channels(log: &Log, measures: &Measures) -> Vec<ChannelStats> {
    let mut channels: Vec<ChannelStats> = log
        .channels()
        .map(|channel| ChannelStats {
            name: channel.name.to_string(),
            followers: channel.followers as u64,
            events: channel.published(),
            rate: measures.channels.get(&channel.name).map_or(0.0, |measured| rounded(measured.published.smooth)),
            kept: channel.kept() as u64,
            gaps: channel.signal.gaps.load(Relaxed),
        })
        .collect();
    channels.sort_unstable_by(|a, b| b.followers.cmp(&a.followers).then_with(|| a.name.cmp(&b.name)));
    channels.truncate(LISTED);
    channels
}

/// Seconds until the log forgets what waits for a follower, should all go on as it does.
fn falls_off_in(log: &Log, measures: &Measures, entry: &Entry, measured: &OfFollower, waiting: Waiting) -> Option<u64> {
    let waited = waiting.oldest.filter(|&waited| waited >= LIVE)?;
    let by_channel = entry.slots.iter().zip(&entry.next).zip(&measured.read).filter_map(|((&slot, next), read)| {
        let channel = log.channel(slot)?;
        let next = next.load(Relaxed);
        let forgets = measures.channels.get(&channel.name)?.gone.smooth - read.smooth;
        let left = next.saturating_sub(channel.gone.count() + 1);
        (next <= channel.newest() && forgets > STILL).then(|| (left as f64 / forgets) as u64)
    });
    let by_age = (measured.taken.smooth < STILL).then(|| log.limits.age.saturating_sub(waited).as_secs());
    by_channel.chain(by_age).min()
}

fn state(
    measures: &Measures,
    entry: &Entry,
    measured: &OfFollower,
    waiting: Waiting,
    falls_off_in: Option<u64>,
) -> FollowerState {
    let published: f64 = entry
        .channels
        .iter()
        .filter_map(|name| measures.channels.get(name))
        .map(|measured| measured.lossless.smooth)
        .sum();
    let read: f64 = measured.read.iter().map(|rate| rate.smooth).sum();
    if waiting.oldest.is_none_or(|waited| waited < LIVE) {
        FollowerState::Live
    } else if falls_off_in.is_some() {
        FollowerState::Slow
    } else if entry.reader.entrance != Entrance::Fresh && !entry.caught_up.load(Relaxed) {
        FollowerState::Resuming
    } else if read < published {
        FollowerState::Slow
    } else {
        FollowerState::Reading
    }
}

fn whole_ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
