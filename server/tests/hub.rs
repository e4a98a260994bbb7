//! What the hub promises its followers.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

use std::time::Duration;

use app::model::Cursor;
use proptest::prelude::*;
use server::hub::{Contract, Hub, Limits, Missing, Name, Payload, Resume};

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

fn text(contract: Contract, data: &str) -> Payload {
    Payload::Text { event: Some(name("n")), contract, data: data.to_owned() }
}

fn small(count: usize) -> Hub {
    Hub::new(Limits { count, ..Limits::default() })
}

/// All data that a follower of `channels` is given from `seq` on, without waiting for more.
async fn drain(hub: &Hub, seq: u64, channels: &[Name]) -> (Vec<String>, Vec<Missing>, u64) {
    let mut follower = hub.follow(seq, channels.to_vec());
    let (mut data, mut missing) = (Vec::new(), Vec::new());
    while let Ok(batch) = tokio::time::timeout(Duration::ZERO, follower.next()).await {
        missing.extend(batch.missing);
        data.extend(batch.events.iter().map(|event| match &event.payload {
            Payload::Text { data, .. } => data.clone(),
            other => panic!("{other:?}"),
        }));
    }
    (data, missing, follower.cursor().seq)
}

#[tokio::test]
async fn a_follower_gets_all_that_came_after_its_cursor() {
    let (hub, a) = (small(100), name("a"));
    for n in 1..=5 {
        hub.publish(&a, text(Contract::Lossless, &n.to_string()));
    }
    assert_eq!(drain(&hub, 3, std::slice::from_ref(&a)).await, (vec!["4".into(), "5".into()], vec![], 5));
}

#[tokio::test]
async fn of_a_latest_value_the_newest_is_enough() {
    let (hub, a) = (small(100), name("a"));
    hub.publish(&a, text(Contract::Lossless, "line 1"));
    for n in 1..=1_000 {
        hub.publish(&a, text(Contract::Latest, &n.to_string()));
    }
    hub.publish(&a, text(Contract::Lossless, "line 2"));
    let (data, missing, _) = drain(&hub, 0, std::slice::from_ref(&a)).await;
    assert_eq!((data, missing), (vec!["line 1".into(), "1000".into(), "line 2".into()], vec![]));
}

#[tokio::test]
async fn what_is_gone_is_counted_by_channel() {
    let (hub, a, b) = (small(2), name("a"), name("b"));
    for n in 1..=3 {
        hub.publish(&a, text(Contract::Lossless, &format!("a{n}")));
        hub.publish(&b, text(Contract::Lossless, &format!("b{n}")));
    }
    let (data, missing, _) = drain(&hub, 1, std::slice::from_ref(&b)).await;
    assert_eq!(data, ["b3"]);
    assert_eq!(missing, [Missing { channel: b.clone(), count: 2, or_more: false, after: 1, last: 4 }]);
    let both = hub.resume(hub.cursor_at(3), &[a.clone(), b.clone()]);
    assert_eq!(
        both,
        Resume::Evicted(vec![Missing { channel: b.clone(), count: 1, or_more: false, after: 3, last: 4 }])
    );
    assert_eq!(hub.resume(hub.cursor_at(3), &[a]), Resume::Exact(3), "nothing of this channel is gone");
}

#[tokio::test]
async fn a_cursor_of_elsewhere_is_not_known() {
    let hub = small(10);
    let head = hub.publish(&name("a"), text(Contract::Lossless, "1"));
    assert_eq!(hub.resume(Cursor { epoch: head.epoch ^ 1, ..head }, &[name("a")]), Resume::Unknown, "another life");
    assert_eq!(hub.resume(Cursor { seq: 2, ..head }, &[name("a")]), Resume::Unknown, "the future");
    assert_eq!(hub.resume(head, &[name("a")]), Resume::Exact(1));
    assert_ne!(Hub::new(Limits::default()).head().epoch, head.epoch);
}

#[tokio::test]
async fn a_loss_is_counted_long_after() {
    let (hub, a, b) = (small(1), name("a"), name("b"));
    for n in 0..100_000 {
        hub.publish(if n % 3 == 0 { &b } else { &a }, text(Contract::Lossless, ""));
    }
    let Resume::Evicted(missing) = hub.resume(hub.cursor_at(7), &[a, b]) else { panic!("nothing is missing") };
    let counts: Vec<_> = missing.iter().map(|missing| (missing.count, missing.or_more)).collect();
    assert_eq!(counts, [(66_666 - 4, false), (33_333 - 3, false)]);
}

#[tokio::test]
async fn a_loss_too_large_to_count_is_said_to_be_so() {
    let hub = Hub::new(Limits { count: 1, index: 4_096, ..Limits::default() });
    let (a, b) = (name("a"), name("b"));
    for n in 0..20_000 {
        hub.publish(if n % 2 == 0 { &a } else { &b }, text(Contract::Lossless, ""));
    }
    let Resume::Evicted(missing) = hub.resume(hub.cursor_at(8), std::slice::from_ref(&a)) else {
        panic!("nothing is missing")
    };
    assert!(missing[0].or_more && (500..9_996).contains(&missing[0].count), "{missing:?}");
    let Resume::Evicted(missing) = hub.resume(hub.cursor_at(19_500), std::slice::from_ref(&a)) else {
        panic!("nothing is missing")
    };
    assert_eq!((missing[0].count, missing[0].or_more), (250, false), "what is not so long ago is counted exactly");
    let Resume::Evicted(missing) = hub.resume(hub.cursor_at(0), &[a]) else { panic!("nothing is missing") };
    assert_eq!((missing[0].count, missing[0].or_more), (10_000, false), "and so is everything");
}

#[tokio::test]
async fn bytes_bound_the_log() {
    let hub = Hub::new(Limits { bytes: 10_000, ..Limits::default() });
    for _ in 0..100 {
        hub.publish(&name("a"), text(Contract::Lossless, &"x".repeat(1_000)));
    }
    let (data, missing, _) = drain(&hub, 0, &[name("a")]).await;
    assert!((1..10).contains(&data.len()), "{}", data.len());
    assert_eq!(missing[0].count + u64::try_from(data.len()).unwrap(), 100);
}

#[tokio::test]
async fn a_follower_wakes_when_something_is_published() {
    let hub = small(10);
    let mut follower = hub.follow(0, vec![name("a")]);
    let publish = async {
        tokio::task::yield_now().await;
        hub.publish(&name("b"), text(Contract::Lossless, "not followed"));
        hub.publish(&name("a"), text(Contract::Lossless, "followed"));
    };
    let (batch, ()) = tokio::join!(follower.next(), publish);
    assert_eq!(batch.events.len(), 1);
    assert_eq!(batch.events[0].seq, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn joining_at_any_time_leaves_no_hole() {
    let hub = Hub::new(Limits::default());
    let publisher = tokio::spawn({
        let hub = hub.clone();
        async move {
            for n in 1..=5_000_u64 {
                hub.publish(&name("a"), text(Contract::Lossless, &n.to_string()));
                if n % 50 == 0 {
                    tokio::task::yield_now().await;
                }
            }
        }
    });
    let joiners: Vec<_> = (0..100)
        .map(|_| {
            let hub = hub.clone();
            tokio::spawn(async move {
                let from = hub.head().seq;
                let mut follower = hub.follow(from, vec![name("a")]);
                let mut expected = from + 1;
                while expected <= 5_000 {
                    let batch = follower.next().await;
                    assert_eq!(batch.missing, []);
                    for event in batch.events {
                        assert_eq!(event.seq, expected);
                        expected += 1;
                    }
                }
            })
        })
        .collect();
    publisher.await.unwrap();
    for joiner in joiners {
        joiner.await.unwrap();
    }
}

#[test]
fn leaving_is_counted_however_a_reader_goes() {
    let presence = server::hub::Presence::default();
    let one = presence.enter(vec![name("a"), name("b")]);
    let two = presence.enter(vec![name("a")]);
    assert_eq!((presence.count(&name("a")), presence.count(&name("b"))), (2, 1));
    drop(one);
    assert_eq!((presence.count(&name("a")), presence.count(&name("b"))), (1, 0));
    drop(two);
    assert_eq!(presence.count(&name("a")), 0);
}

proptest! {
    /// Whatever is published where, a follower from anywhere gets every lossless event after its cursor exactly once and in
    /// order, or is told of it; and the newest of each latest value.
    #[test]
    fn nothing_is_lost_unnoticed(
        published in prop::collection::vec((prop::bool::ANY, prop::bool::ANY), 0..60),
        keep in 1_usize..30,
        from in 0_usize..60,
    ) {
        let from = from.min(published.len());
        let (hub, a, b) = (small(keep), name("a"), name("b"));
        for (n, &(in_a, lossless)) in published.iter().enumerate() {
            let contract = if lossless { Contract::Lossless } else { Contract::Latest };
            hub.publish(if in_a { &a } else { &b }, text(contract, &(n + 1).to_string()));
        }
        let mine = |n: &usize| published[*n - 1].0;
        let lossless: Vec<usize> = (from + 1..=published.len()).filter(|n| mine(n) && published[*n - 1].1).collect();
        let latest = (from + 1..=published.len()).filter(|n| mine(n) && !published[*n - 1].1).max();

        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let (data, missing, seen) = runtime.block_on(drain(&hub, from as u64, &[a]));
        let got: Vec<usize> = data.iter().map(|data| data.parse().unwrap()).collect();
        let missed = missing.iter().map(|missing| usize::try_from(missing.count).unwrap()).sum::<usize>();

        let mut expected: Vec<usize> = lossless[missed..].iter().copied().chain(latest).collect();
        expected.sort_unstable();
        prop_assert_eq!(got, expected);
        prop_assert_eq!(seen, hub.head().seq.max(from as u64));
        prop_assert_eq!(missing.first().map(|missing| usize::try_from(missing.last).unwrap()), missed.checked_sub(1).map(|last| lossless[last]));
    }
}
