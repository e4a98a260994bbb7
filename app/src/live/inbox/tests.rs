use proptest::prelude::*;

use super::*;
use crate::fixtures::{self, snapshot};
use crate::model::Timestamp;

fn at(seq: u64) -> Cursor {
    Cursor { epoch: 7, seq }
}

/// A line that carries its own number.
fn line(seq: u64) -> Placed {
    Placed::Log(fixtures::line(&seq.to_string()))
}

fn lost(count: u64) -> Lost {
    Lost { count, last: 2, from: Timestamp::from_ms(1), to: Timestamp::from_ms(2) }
}

fn seqs(batch: &Batch) -> Vec<u64> {
    batch.logs.iter().map(|(seq, _)| *seq).collect()
}

#[test]
fn gives_out_what_came_once() {
    let mut inbox = Inbox::new(at(10));
    assert!(!inbox.push(at(10), line(10)), "the page has it");
    assert!(inbox.push(at(12), line(12)));
    assert!(!inbox.push(at(12), line(12)));
    assert!(!inbox.push(at(11), line(11)));
    assert!(inbox.push(at(13), Placed::Alert));
    assert_eq!((inbox.waiting(), inbox.cursor()), (2, at(13)));
    let batch = inbox.take().unwrap();
    assert_eq!((seqs(&batch), batch.changes), (vec![12], 1));
    assert_eq!((inbox.waiting(), inbox.take()), (0, Some(Batch::default())));
}

#[test]
fn another_life_of_the_log_begins_with_its_snapshot() {
    let mut inbox = Inbox::new(at(900));
    inbox.push(at(901), line(901));
    inbox.lose(lost(3));
    let other = Cursor { epoch: 8, seq: 5 };
    assert!(!inbox.push(Cursor { epoch: 8, seq: 902 }, line(902)));
    inbox.advance(Cursor { epoch: 8, seq: 903 });
    assert_eq!(inbox.cursor(), at(901));
    inbox.restart(snapshot(other));
    assert!(!inbox.push(other, line(5)));
    assert!(inbox.push(Cursor { seq: 6, ..other }, line(6)));
    let batch = inbox.take().unwrap();
    assert_eq!((seqs(&batch), batch.lost), (vec![6], Some(lost(3))));
    assert_eq!(batch.snapshot.unwrap().cursor, other);
}

#[test]
fn a_heartbeat_moves_the_cursor_on_and_never_back() {
    let mut inbox = Inbox::new(at(10));
    inbox.advance(at(40));
    inbox.advance(at(30));
    assert_eq!(inbox.cursor(), at(40));
}

#[test]
fn more_than_it_holds_is_read_again() {
    let mut inbox = Inbox::new(at(0));
    inbox.push(at(1), line(1));
    inbox.take().unwrap();
    let full = 1 + CAPACITY as u64;
    for seq in 2..=full {
        inbox.push(at(seq), line(seq));
    }
    assert!(inbox.is_full());
    inbox.push(at(full + 1), line(full + 1));
    inbox.push(at(full + 2), line(full + 2));
    assert_eq!((inbox.waiting(), inbox.cursor()), (CAPACITY + 2, at(full + 2)));
    assert!(inbox.waiting.is_empty(), "counted, not kept");
    assert_eq!((inbox.take(), inbox.cursor(), inbox.waiting()), (None, at(1), 0));
    assert!(inbox.push(at(2), line(2)), "and comes again");
    assert_eq!(seqs(&inbox.take().unwrap()), [2]);
}

#[test]
fn a_snapshot_makes_reading_again_needless() {
    let mut inbox = Inbox::new(at(0));
    for seq in 1..=2 + CAPACITY as u64 {
        inbox.push(at(seq), line(seq));
    }
    inbox.restart(snapshot(at(9_000)));
    assert_eq!(inbox.waiting(), 1);
    assert!(inbox.take().is_some());
    assert_eq!(inbox.cursor(), at(9_000));
}

#[derive(Debug, Clone)]
enum Step {
    /// The stream is read again from this far before the cursor, for this many events.
    Replay {
        back: u64,
        events: u64,
    },
    Any(u64),
    Advance(u64),
    Take,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0_u64..20, 0_u64..40).prop_map(|(back, events)| Step::Replay { back, events }),
        (0_u64..400).prop_map(Step::Any),
        (0_u64..400).prop_map(Step::Advance),
        Just(Step::Take),
    ]
}

proptest! {
    #[test]
    fn nothing_twice_and_nothing_out_of_order(steps in prop::collection::vec(step(), 0..60)) {
        let mut inbox = Inbox::new(at(0));
        let mut shown = Vec::new();
        for step in steps.into_iter().chain([Step::Take]) {
            match step {
                Step::Replay { back, events } => {
                    let from = inbox.cursor().seq.saturating_sub(back);
                    for seq in from..from + events {
                        inbox.push(at(seq), line(seq));
                    }
                }
                Step::Any(seq) => { inbox.push(at(seq), line(seq)); }
                Step::Advance(seq) => inbox.advance(at(seq)),
                Step::Take => shown.extend(inbox.take().unwrap().logs),
            }
            prop_assert!(inbox.waiting() <= CAPACITY);
        }
        prop_assert!(shown.windows(2).all(|pair| pair[0].0 < pair[1].0));
        for (seq, entry) in shown {
            prop_assert_eq!(entry.message, seq.to_string());
        }
    }

    #[test]
    fn nothing_is_left_out_of_a_stream_without_holes(batches in prop::collection::vec(1_u64..4_000, 1..8)) {
        let mut inbox = Inbox::new(at(0));
        let mut next = 1;
        let mut shown = 0;
        for events in batches {
            for _ in 0..events {
                inbox.push(at(next), line(next));
                next += 1;
            }
            if inbox.is_full() {
                match inbox.take() {
                    Some(batch) => for seq in seqs(&batch) {
                        prop_assert_eq!(seq, shown + 1);
                        shown = seq;
                    },
                    // As a reconnection does.
                    None => next = inbox.cursor().seq + 1,
                }
            }
            prop_assert!(inbox.waiting.len() <= CAPACITY);
        }
        while let Some(batch) = inbox.take() {
            for seq in seqs(&batch) {
                prop_assert_eq!(seq, shown + 1);
                shown = seq;
            }
            if batch.is_empty() { break; }
        }
        prop_assert_eq!(shown, inbox.cursor().seq);
    }
}

#[test]
fn of_drawings_the_newest_is_kept_with_all_their_points() {
    let mut inbox = Inbox::new(at(10));
    inbox.push(at(11), Placed::Drawn(fixtures::drawn(1_000)));
    assert_eq!(inbox.firing(), Some(&[][..]));
    inbox.push(at(12), Placed::Drawn(fixtures::drawn(2_000)));
    let batch = inbox.take().unwrap();
    assert_eq!(batch.drawn.map(|drawn| drawn.at), Some(Timestamp::from_ms(2_000)));
    assert_eq!(batch.points.iter().map(|point| point.at.ms()).collect::<Vec<_>>(), [1_000, 2_000]);
}
