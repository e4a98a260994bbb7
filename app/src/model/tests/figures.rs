//! Any figures of the hub that the wire can carry, and any latest values.

use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::super::*;
use super::values::{cursor, few, number, text, timestamp};

/// One decimal, as the server rounds them: miniserde may read a longer number with a last bit of its own.
fn figure() -> impl Strategy<Value = f64> {
    (0_u64..1 << 50).prop_map(|tenths| tenths as f64 / 10.0)
}

fn totals() -> impl Strategy<Value = Totals> {
    any::<[u64; 10]>().prop_map(
        |[opened, fresh, resumed, resumed_with_gap, gaps, missed, skipped, published, delivered, delivered_bytes]| {
            Totals {
                opened,
                fresh,
                resumed,
                resumed_with_gap,
                gaps,
                missed,
                skipped,
                published,
                delivered,
                delivered_bytes,
            }
        },
    )
}

fn log() -> impl Strategy<Value = LogStats> {
    let oldest = (option::of(cursor()), option::of(timestamp()), any::<Option<u64>>());
    (any::<[u64; 8]>(), oldest, cursor()).prop_map(|(counts, (oldest, oldest_at, oldest_age_ms), newest)| {
        let [events, max_events, bytes, max_bytes, max_age_ms, latest, max_latest, max_channels] = counts;
        LogStats {
            events,
            max_events,
            bytes,
            max_bytes,
            max_age_ms,
            latest,
            max_latest,
            max_channels,
            oldest,
            oldest_at,
            oldest_age_ms,
            newest,
        }
    })
}

fn channel() -> impl Strategy<Value = ChannelStats> {
    (text(), any::<[u64; 4]>(), figure()).prop_map(|(name, [followers, events, kept, gaps], rate)| ChannelStats {
        name,
        followers,
        events,
        rate,
        kept,
        gaps,
    })
}

fn follower() -> impl Strategy<Value = FollowerStats> {
    let state = select(vec![FollowerState::Live, FollowerState::Reading, FollowerState::Resuming, FollowerState::Slow]);
    let who = (text(), option::of(text()), any::<[bool; 2]>(), few(text()), timestamp(), cursor());
    (who, any::<[u64; 8]>(), [figure(), figure()], any::<Option<u64>>(), state).prop_map(
        |((name, address, [inside, browser], channels, since, cursor), counts, [lag_ms, rate], falls_off_in, state)| {
            let [id, behind, resumes, gaps, missed, skipped, events, bytes] = counts;
            FollowerStats {
                id,
                name,
                address,
                inside,
                browser,
                channels,
                since,
                cursor,
                behind,
                lag_ms,
                rate,
                falls_off_in,
                resumes,
                gaps,
                missed,
                skipped,
                events,
                bytes,
                state,
            }
        },
    )
}

fn history() -> impl Strategy<Value = StatsHistory> {
    let columns = [few(number()), few(number()), few(number())];
    (any::<u64>(), timestamp(), columns, few(any::<u32>())).prop_map(
        |(interval_ms, end, [published, delivered, lag_p99_ms], followers)| StatsHistory {
            interval_ms,
            end,
            published,
            delivered,
            lag_p99_ms,
            followers,
        },
    )
}

pub(super) fn stats() -> impl Strategy<Value = Stats> {
    let rates =
        [figure(), figure(), figure()].prop_map(|[published, delivered, bytes]| Rates { published, delivered, bytes });
    let lag = [figure(), figure()].prop_map(|[p99_ms, worst_ms]| Lag { p99_ms, worst_ms });
    let lists = (few(channel()), few(follower()), option::of(history()));
    ([timestamp(), timestamp()], any::<[u64; 5]>(), totals(), rates, lag, log(), lists).prop_map(
        |([server_time, started], counts, totals, rates, lag, log, (channels, followers, history))| {
            let [streams, inside, browsers, channel_count, unlisted] = counts;
            Stats {
                server_time,
                started,
                streams,
                inside,
                browsers,
                totals,
                rates,
                lag,
                log,
                channels,
                channel_count,
                followers,
                unlisted,
                history,
            }
        },
    )
}

pub(super) fn values() -> impl Strategy<Value = Values> {
    let value = (cursor(), timestamp(), option::of(text()), text()).prop_map(|(id, at, event, data)| Value {
        id,
        at,
        event,
        data,
    });
    (cursor(), few(value), any::<u64>()).prop_map(|(cursor, values, omitted)| Values { cursor, values, omitted })
}
