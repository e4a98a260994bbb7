use super::super::sample::{outgoing, program};
use super::*;

fn queue() -> Queue {
    Queue::new(program())
}

fn at(s: u64) -> Timestamp {
    Timestamp::from_ms(s * 1_000)
}

fn numbers(batch: &[Outgoing]) -> Vec<u64> {
    batch.iter().map(|outgoing| outgoing.number).collect()
}

#[test]
fn what_waits_from_before_a_restart_says_since_when_nothing_gets_through() {
    let queue = queue();
    queue.extend([outgoing(1, 100)]);
    queue.extend([outgoing(2, 200)]);
    queue.failed(at(500), "refused".into());
    queue.failed(at(510), "refused".into());
    assert_eq!(queue.status().not_delivered_since, Some(at(100)));
    queue.done(&[1], at(520), true);
    assert_eq!(queue.status().not_delivered_since, None);
    queue.failed(at(530), "refused".into());
    assert_eq!(queue.status().not_delivered_since, Some(at(520)), "something got through then");
    queue.done(&[2], at(540), true);
    queue.failed(at(550), "refused".into());
    assert_eq!(queue.status().not_delivered_since, Some(at(550)), "nothing waits");
}

#[test]
fn what_is_tried_again_is_the_same_whatever_comes_meanwhile() {
    let queue = queue();
    queue.extend([outgoing(1, 100)]);
    let first = queue.batch();
    queue.extend([outgoing(2, 200)]);
    queue.extend([outgoing(3, 200)]);
    assert_eq!(queue.batch(), first, "a delivery of the same number says the same");
    queue.done(&numbers(&first), at(300), true);
    let second = queue.batch();
    assert_eq!(numbers(&second), [2, 3]);
    assert_ne!(super::super::delivery(&first), super::super::delivery(&second));
}

#[test]
fn what_is_being_sent_is_not_dropped_for_what_comes() {
    let queue = queue();
    for number in 0..MOST_WAITING as u64 {
        assert_eq!(queue.extend([outgoing(number, 100)]), []);
    }
    let batch = queue.batch();
    assert_eq!(batch.len(), BATCH);
    let dropped = queue.extend([outgoing(5_000, 100)]);
    let oldest = Record::Dropped(BATCH as u64, "more than 1000 waited".into());
    assert_eq!(dropped, [oldest], "of those that are not being sent");
    assert_eq!(queue.batch(), batch);
    assert_eq!(queue.status().waiting, MOST_WAITING);
    let more = (6_000..6_000 + 2 * MOST_WAITING as u64).map(|number| outgoing(number, 100));
    assert_eq!(queue.extend(more).len(), 2 * MOST_WAITING);
    assert_eq!((queue.batch(), queue.status().waiting), (batch, MOST_WAITING));
}

#[test]
fn what_is_sent_has_a_key_of_its_own_that_it_keeps() {
    let sent = [outgoing(1, 100), outgoing(1, 100)];
    assert_ne!(sent[0].key, sent[1].key, "two machines may have sent as much");
    let json = serde_json::to_string(&sent[0]).unwrap();
    assert_eq!(serde_json::from_str::<Outgoing>(&json).unwrap(), sent[0]);
}
