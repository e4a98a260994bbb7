//! What the hub promises of channels, of those who follow several, and of the figures about them; with a virtual clock.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

use std::collections::BTreeMap;
use std::future::Future as _;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Wake, Waker};
use std::time::Duration;

use app::filter::Filter;
use app::model::{FollowerState, FollowerStats, Stats};
use app::range::Range;
use proptest::prelude::*;
use server::hub::{Contract, Entrance, Follower, Hub, Limits, Name, Payload, Reader, Resume, watch};
use tokio_util::sync::CancellationToken;

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

fn text(event: &str, contract: Contract, data: &str) -> Payload {
    Payload::Text { event: Some(name(event)), contract, data: data.to_owned() }
}

fn line(data: &str) -> Payload {
    text("line", Contract::Lossless, data)
}

fn reader(name: &str) -> Reader {
    Reader {
        name: name.to_owned(),
        named: true,
        address: None,
        inside: false,
        browser: false,
        entrance: Entrance::Fresh,
    }
}

fn names(hub: &Hub) -> Vec<String> {
    let mut names: Vec<_> = hub.stats(None).channels.into_iter().map(|channel| channel.name).collect();
    names.sort();
    names
}

fn stats_of(stats: &Stats, name: &str) -> FollowerStats {
    stats.followers.iter().find(|follower| follower.name == name).unwrap().clone()
}

const IDLE: Duration = Duration::from_secs(600);

#[tokio::test(start_paused = true)]
async fn a_channel_is_forgotten_when_nobody_uses_it_and_it_holds_nothing() {
    let hub = Hub::new(Limits { age: Duration::from_secs(60), ..Limits::default() });
    let published = hub.publish(&name("published"), line("x"));
    hub.publish(&name("default"), line("x"));
    hub.publish(&name("value"), text("v", Contract::Latest, "x"));
    let follower = hub.follow(0, vec![name("followed")]);
    assert_eq!(names(&hub), ["default", "followed", "published", "value"]);
    tokio::time::advance(IDLE - Duration::from_secs(1)).await;
    hub.publish(&name("dashboard"), line("x"));
    assert_eq!(names(&hub).len(), 5, "not yet");
    tokio::time::advance(Duration::from_secs(2)).await;
    hub.publish(&name("dashboard"), line("x"));
    assert_eq!(names(&hub), ["dashboard", "default", "followed"], "our own stay, and what is followed");
    drop(follower);
    tokio::time::advance(IDLE).await;
    hub.publish(&name("dashboard"), line("x"));
    assert_eq!(names(&hub), ["dashboard", "default"]);

    let Resume::Evicted(missing) = hub.resume(hub.cursor_at(published.seq - 1), &[name("published")]) else {
        panic!("what was forgotten may have been lost, and that is said")
    };
    assert!(missing[0].or_more, "{missing:?}");
    assert_eq!(hub.resume(published, &[name("published")]), Resume::Exact(published.seq));
    let again = hub.publish(&name("published"), line("y"));
    let mut follower = hub.follow(0, vec![name("published")]);
    let batch = follower.ready().unwrap();
    assert!(batch.missing[0].or_more && batch.missing[0].last >= published.seq, "{:?}", batch.missing);
    assert_eq!(batch.events[0].seq, again.seq);
    assert!(follower.ready().is_none(), "it is said once");
}

#[tokio::test(start_paused = true)]
async fn age_goes_by_a_clock_that_nobody_sets() {
    let hub = Hub::new(Limits { age: Duration::from_secs(60), ..Limits::default() });
    for n in 0..10 {
        hub.publish(&name("a"), line(&n.to_string()));
        tokio::time::advance(Duration::from_secs(10)).await;
    }
    let mut follower = hub.follow(0, vec![name("a")]);
    let batch = follower.ready().unwrap();
    assert_eq!((batch.missing[0].count, batch.events.len()), (3, 7), "the newest came at 90 s, so 30 s is the oldest");
}

#[tokio::test]
async fn room_is_made_by_use_and_bounded() {
    let hub = Hub::new(Limits { channels: 2, latest: 10, ..Limits::default() });
    let publish = |channel: &str, payload| hub.publish_from_outside(&name(channel), payload);
    publish("a", line("x")).unwrap();
    let follower = hub.follow_from_outside(reader("r"), 0, vec![name("b")]).unwrap();
    assert_eq!(publish("c", line("x")).unwrap_err().to_string(), "there are 2 channels, which is as many as are kept");
    assert!(hub.follow_from_outside(reader("r"), 0, vec![name("a"), name("d")]).is_err());
    assert_eq!((hub.followers(&name("a")), hub.stats(None).streams), (0, 1), "who was refused isn't counted");
    publish("default", line("x")).unwrap();
    for n in 0..10 {
        publish("a", text(&format!("e{n}"), Contract::Latest, "x")).unwrap();
    }
    assert!(publish("b", text("e0", Contract::Latest, "x")).is_err());
    publish("a", text("e0", Contract::Latest, "y")).unwrap();
    assert_eq!(hub.stats(None).log.latest, 10);
    drop(follower);
}

#[tokio::test]
async fn who_only_follows_leaves_room_for_who_publishes() {
    let hub = Hub::new(Limits { channels: 4, ..Limits::default() });
    let follow = |channels: &[&str]| {
        hub.follow_from_outside(reader("r"), 0, channels.iter().map(|channel| name(channel)).collect())
    };
    let first = follow(&["a", "b"]).unwrap();
    let refused = follow(&["c"]).unwrap_err().to_string();
    assert!(refused.starts_with("there are 2 channels into which nothing has been published"), "{refused}");
    for channel in ["c", "d"] {
        hub.publish_from_outside(&name(channel), line("x")).unwrap();
    }
    follow(&["a", "b", "c", "d"]).unwrap();
    drop(first);
}

#[tokio::test]
async fn latest_values_are_bounded_in_bytes() {
    let hub = Hub::new(Limits { bytes: 100_000, ..Limits::default() });
    let value = |n: usize| text(&format!("e{n}"), Contract::Latest, &"x".repeat(10_000));
    let published = (0..20).filter(|&n| hub.publish_from_outside(&name("a"), value(n)).is_ok()).count();
    assert_eq!(published, 5, "a text takes its size twice");
    hub.publish_from_outside(&name("a"), value(0)).unwrap();
}

#[derive(Default)]
struct Counter(AtomicUsize);

impl Wake for Counter {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[tokio::test]
async fn who_follows_a_quiet_channel_is_not_woken_by_a_busy_one() {
    let hub = Hub::new(Limits::default());
    let mut follower = hub.follow(0, vec![name("quiet"), name("calm")]);
    let woken = Arc::new(Counter::default());
    let waker = Waker::from(Arc::clone(&woken));
    let mut context = Context::from_waker(&waker);
    {
        let mut next = pin!(follower.next());
        assert!(next.as_mut().poll(&mut context).is_pending());
        for _ in 0..1_000 {
            hub.publish(&name("busy"), line("x"));
        }
        assert_eq!(woken.0.load(Ordering::Relaxed), 0);
        hub.publish(&name("calm"), line("x"));
        assert_eq!(woken.0.load(Ordering::Relaxed), 1);
        assert!(next.as_mut().poll(&mut context).is_ready());
    }
    for _ in 0..10 {
        hub.publish(&name("busy"), line("x"));
    }
    assert_eq!(follower.waiting().events, 0);
    assert_eq!(follower.cursor(), hub.head(), "its cursor moves on all the same");
}

#[tokio::test]
async fn a_batch_is_bounded_in_bytes() {
    let hub = Hub::new(Limits::default());
    for n in 0..100_u32 {
        hub.publish(&name(["a", "b"][n as usize % 2]), line(&"x".repeat(1_000)));
    }
    hub.publish(&name("b"), text("value", Contract::Latest, "x"));
    hub.publish(&name("a"), line(&"x".repeat(100_000)));
    let mut follower = hub.follow(0, vec![name("a"), name("b")]);
    let mut seen = 0;
    while let Some(batch) = follower.ready() {
        let bytes: usize = batch.events.iter().map(|event| event.frame.len()).sum();
        assert!(bytes <= 32 * 1024 || batch.events.len() == 1, "{bytes}");
        for event in batch.events {
            assert_eq!(event.seq, seen + 1);
            seen = event.seq;
        }
        assert_eq!(follower.cursor().seq, seen, "who is cut off here goes on here");
    }
    assert_eq!(seen, 102);
}

#[tokio::test(start_paused = true)]
async fn lag_is_that_of_the_oldest_event_of_either_kind() {
    let hub = Hub::new(Limits::default());
    let mut follower = hub.follow(0, vec![name("a")]);
    assert_eq!(follower.waiting().oldest, None);
    hub.publish(&name("a"), text("v", Contract::Latest, "x"));
    tokio::time::advance(Duration::from_secs(3)).await;
    hub.publish(&name("a"), line("x"));
    tokio::time::advance(Duration::from_secs(2)).await;
    let waiting = follower.waiting();
    assert_eq!((waiting.events, waiting.oldest), (2, Some(Duration::from_secs(5))));
}

#[tokio::test(start_paused = true)]
async fn the_figures_see_a_slow_follower_coming() {
    let hub = Hub::new(Limits { count: 1_000, ..Limits::default() });
    let shutdown = CancellationToken::new();
    let watching = tokio::spawn(watch(hub.clone(), || {}, shutdown.clone()));
    let mut fast = hub.follow_from_outside(reader("fast"), 0, vec![name("a")]).unwrap();
    let slow = hub.follow_from_outside(reader("slow"), 0, vec![name("a")]).unwrap();
    for _ in 0..100 * 20 {
        hub.publish(&name("a"), line("x"));
        tokio::time::sleep(Duration::from_millis(50)).await;
        fast.ready();
        if hub.head().seq == 1_500 {
            break;
        }
    }
    let stats = hub.stats(Some(Range::FiveMinutes));
    assert!((19.0..=21.0).contains(&stats.rates.published), "{}", stats.rates.published);
    assert!((48_000.0..=51_000.0).contains(&stats.lag.worst_ms), "{:?}", stats.lag);
    assert_eq!(stats_of(&stats, "fast").state, FollowerState::Live);
    let found =
        |typed: &str| hub.stats_of(None, &Filter::new(typed)).followers.into_iter().map(|follower| follower.name);
    assert_eq!(found("SLOW").collect::<Vec<_>>(), ["slow"], "by name or state");
    assert_eq!(found("a -slow").collect::<Vec<_>>(), ["fast"], "by channel");
    assert_eq!(found("inside").count(), 0);
    let waits = stats_of(&stats, "slow");
    assert_eq!((waits.state, waits.behind, waits.falls_off_in), (FollowerState::Slow, 1_500, Some(0)));
    assert_eq!((stats.log.events, stats.log.oldest), (1_000, Some(hub.cursor_at(501))));
    let history = stats.history.unwrap();
    assert!(history.published.len() > 60 && history.published.iter().skip(2).all(|&rate| rate > 10.0));

    let middle = hub.follow_from_outside(reader("middle"), 1_000, vec![name("a")]).unwrap();
    for _ in 0..10 * 20 {
        hub.publish(&name("a"), line("x"));
        tokio::time::sleep(Duration::from_millis(50)).await;
        fast.ready();
    }
    let waits = stats_of(&hub.stats(None), "middle");
    // 300 events are left to lose, and 20 a second go.
    assert!((14..=16).contains(&waits.falls_off_in.unwrap()), "{waits:?}");
    drop((slow, middle, fast));
    tokio::time::sleep(Duration::from_secs(2)).await;
    let stats = hub.stats(None);
    assert_eq!((stats.streams, stats.followers.len(), stats.lag.worst_ms), (0, 0, 0.0));
    shutdown.cancel();
    watching.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn figures_are_published_only_while_somebody_follows() {
    let hub = Hub::new(Limits::default());
    tokio::spawn(watch(hub.clone(), || {}, CancellationToken::new()));
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(hub.head().seq, 0);
    let mut follower = hub.follow(0, vec![Name::hub()]);
    for _ in 0..3 {
        let batch = follower.next().await;
        let Payload::Text { event, contract, data } = &batch.events[0].payload else { panic!() };
        assert_eq!((event.as_ref().map(Name::as_str), contract), (Some("stats"), &Contract::Latest));
        let stats: Stats = miniserde::json::from_str(data).unwrap();
        assert_eq!((stats.inside, stats.history), (1, None));
    }
    drop(follower);
    let head = hub.head();
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(hub.head(), head);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_join_under_load_and_each_sees_a_contiguous_sequence() {
    const LAST: u64 = 8_000;
    let hub = Hub::new(Limits::default());
    let (a, b) = (name("a"), name("b"));
    let joins = (0..1_000).map(|n: u64| {
        let (hub, channels) = (hub.clone(), vec![a.clone(), b.clone()]);
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_micros(n * 700)).await;
            let from = hub.head().seq;
            let mut follower = hub.follow_from_outside(reader(&n.to_string()), from, channels).unwrap();
            let mut expected = from + 1;
            while expected <= (from + 1_000).min(LAST) {
                let batch = follower.next().await;
                assert_eq!(batch.missing, []);
                for event in batch.events {
                    assert_eq!(event.seq, expected);
                    expected += 1;
                }
            }
        })
    });
    let joins: Vec<_> = joins.collect();
    let mut tick = tokio::time::interval(Duration::from_millis(2));
    for batch in 0..LAST / 20 {
        tick.tick().await;
        for n in 0..20 {
            hub.publish(if (batch + n) % 3 == 0 { &a } else { &b }, line("x"));
        }
    }
    for join in joins {
        join.await.unwrap();
    }
    assert_eq!((hub.stats(None).streams, hub.followers(&a)), (0, 0));
}

/// What may happen to a hub.
#[derive(Debug, Clone)]
enum Step {
    Publish { channel: usize, latest: Option<usize> },
    Read,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..3_usize, prop::option::of(0..2_usize)).prop_map(|(channel, latest)| Step::Publish { channel, latest }),
        1 => Just(Step::Read),
    ]
}

/// What a follower was given and told.
#[derive(Default)]
struct Got {
    lossless: Vec<u64>,
    values: BTreeMap<(String, String), u64>,
    given_values: u64,
    missed: u64,
}

impl Got {
    fn read(&mut self, follower: &mut Follower) {
        while let Some(batch) = follower.ready() {
            self.missed += batch.missing.iter().map(|missing| missing.count).sum::<u64>();
            for event in batch.events {
                match event.payload.contract() {
                    Contract::Lossless => self.lossless.push(event.seq),
                    Contract::Latest => {
                        let event_name = event.payload.event_name().unwrap().to_owned();
                        self.values.insert((event.channel.to_string(), event_name), event.seq);
                        self.given_values += 1;
                    }
                }
            }
        }
    }
}

proptest! {
    /// Whatever is published and read in turns, who follows some of the channels gets every lossless event of them in order
    /// or is told how many are missing, ends with the newest of each value, and the values it wasn't given are counted.
    #[test]
    fn whoever_follows_several_channels_loses_nothing_unnoticed(
        steps in prop::collection::vec(step(), 0..120),
        keep in 1_usize..40,
        followed in prop::sample::subsequence(vec![0_usize, 1, 2], 1..=3),
    ) {
        let hub = Hub::new(Limits { count: keep, ..Limits::default() });
        let all = ["a", "b", "c"].map(name);
        let channels = followed.iter().map(|&channel| all[channel].clone()).collect();
        let mut follower = hub.follow_from_outside(reader("r"), 0, channels).unwrap();
        let (mut lossless, mut values, mut value_count) = (Vec::new(), BTreeMap::new(), 0);
        let mut got = Got::default();
        for step in &steps {
            let &Step::Publish { channel, latest } = step else {
                got.read(&mut follower);
                continue;
            };
            let contract = if latest.is_some() { Contract::Latest } else { Contract::Lossless };
            let event = latest.map_or("line".to_owned(), |value| format!("v{value}"));
            let seq = hub.publish(&all[channel], text(&event, contract, "x")).seq;
            match contract {
                _ if !followed.contains(&channel) => {}
                Contract::Lossless => lossless.push(seq),
                Contract::Latest => {
                    values.insert((all[channel].to_string(), event), seq);
                    value_count += 1;
                }
            }
        }
        got.read(&mut follower);
        prop_assert!(got.lossless.is_sorted_by(|a, b| a < b), "no double, in order");
        prop_assert!(got.lossless.iter().all(|seq| lossless.contains(seq)));
        prop_assert_eq!(got.lossless.len() as u64 + got.missed, lossless.len() as u64);
        prop_assert_eq!(got.values, values);
        let stats = stats_of(&hub.stats(None), "r");
        prop_assert_eq!((stats.skipped, stats.missed), (value_count - got.given_values, got.missed));
        prop_assert_eq!(stats.events, got.lossless.len() as u64 + got.given_values);
        prop_assert_eq!((stats.behind, stats.cursor), (0, hub.head()));
    }
}
