//! Sleep, frozen pages and clocks that jump; and what holds whatever happens.

use proptest::prelude::*;

use super::tests::Sim;
use super::*;

const EVENT: Input = Input::Event { heartbeat_ms: None };

fn open() -> Sim {
    let mut sim = Sim::new();
    sim.give(Input::Start).give(Input::Opened).give(EVENT);
    sim
}

#[test]
fn sleep_is_no_silence() {
    for input in [Input::Tick, Input::Visible, EVENT, Input::Failed { closed: false }, Input::Online, Input::Offline] {
        let mut sim = open();
        sim.now += 600_000;
        sim.give(input.clone());
        assert_eq!((sim.source, sim.opens), (true, 2), "{input:?}");
        sim.give(Input::Online).give(Input::Failed { closed: false });
        let Line::Down { attempt: 1, in_ms: 1_000 } = sim.machine.line() else { panic!("{input:?} cost a try") };
    }
}

#[test]
fn every_sleep_is_forgiven_that_a_line_wakes_from() {
    let mut sim = open();
    for opens in 2..30 {
        sim.now += 600_000;
        sim.give(Input::Tick).give(Input::Opened).give(EVENT);
        assert_eq!((sim.machine.line(), sim.opens), (Line::Open { for_ms: 0 }, opens));
    }
}

#[test]
fn a_deadline_missed_by_little_is_silence() {
    let mut sim = open();
    sim.now += SILENCE_MS + LATE_MS;
    sim.give(Input::Tick);
    assert!(!sim.source);
}

#[test]
fn timers_held_back_do_not_make_tries_endless() {
    let mut sim = open();
    for _ in 0..3 * TRIES {
        sim.now += 60_000;
        sim.give(Input::Tick);
    }
    assert!(matches!(sim.machine.line(), Line::Offline { .. }));
}

#[test]
fn sleep_during_a_wait_ends_it() {
    let mut sim = open();
    sim.give(Input::Failed { closed: false });
    sim.now += 600_000;
    sim.give(Input::Tick);
    assert_eq!((sim.machine.line(), sim.source), (Line::Down { in_ms: 0, attempt: 1 }, true));
}

#[test]
fn a_clock_set_back_stalls_nothing() {
    let mut sim = open();
    sim.now -= 600_000;
    sim.give(EVENT);
    assert_eq!(sim.machine.deadline(), Some(sim.now + SILENCE_MS));
    sim.give(Input::Failed { closed: false });
    sim.now -= 300_000;
    sim.give(Input::Tick);
    assert_eq!(sim.machine.deadline(), Some(sim.now + 1_000));
    sim.now += 1_000;
    sim.give(Input::Tick);
    assert!(sim.source);
}

#[test]
fn a_page_put_away_closes_and_comes_back_with_one_line() {
    let mut sim = open();
    sim.give(Input::Frozen);
    assert!(!sim.source);
    sim.give(Input::Frozen);
    sim.now += 600_000;
    sim.give(Input::Visible).give(Input::Visible);
    assert_eq!((sim.machine.line(), sim.source, sim.opens), (Line::Down { in_ms: 0, attempt: 1 }, true, 2));
    sim.give(Input::Opened);
    assert_eq!(sim.machine.line(), Line::Open { for_ms: 0 });
}

#[test]
fn a_page_that_runs_is_not_frozen() {
    let mut sim = open();
    sim.give(Input::Frozen);
    sim.now += FROZEN_CHECK_MS;
    sim.give(Input::Tick);
    assert!(sim.source);
}

#[test]
fn what_an_old_source_says_is_nothing() {
    let mut sim = open();
    sim.give(Input::Failed { closed: false });
    let before = sim.machine.line();
    for input in [Input::Opened, EVENT, Input::Failed { closed: true }, Input::Bye { reason: String::new() }] {
        sim.give(input);
        assert_eq!(sim.machine.line(), before);
    }
}

fn input() -> impl Strategy<Value = Input> {
    prop_oneof![
        Just(Input::Opened),
        prop::option::of(0_u64..100_000).prop_map(|heartbeat_ms| Input::Event { heartbeat_ms }),
        any::<bool>().prop_map(|closed| Input::Failed { closed }),
        Just(Input::Failed { closed: false }),
        Just(Input::Bye { reason: "restarting".to_owned() }),
        Just(Input::Refused(Refusal::Forbidden)),
        any::<u32>().prop_map(|seconds| Input::Wait { seconds }),
        Just(Input::Tick),
        Just(Input::Tick),
        Just(Input::Start),
        Just(Input::Retry),
        Just(Input::Reopen),
        Just(Input::Online),
        Just(Input::Offline),
        Just(Input::Frozen),
        Just(Input::Visible),
    ]
}

/// How the clock moves before an input: mostly on, sometimes far, sometimes back; `None` is up to the deadline.
fn passing() -> impl Strategy<Value = Option<i64>> {
    prop_oneof![
        4 => Just(None),
        4 => (0_i64..60_000).prop_map(Some),
        1 => (0_i64..100_000_000).prop_map(Some),
        1 => (-4_000_000_i64..0).prop_map(Some),
    ]
}

proptest! {
    #[test]
    fn never_gives_up_silently(steps in prop::collection::vec((passing(), input()), 0..120)) {
        let mut sim = Sim::new();
        sim.now = 1_000_000_000;
        sim.give(Input::Start);
        for (passing, input) in steps {
            sim.now = match passing {
                None => sim.machine.deadline().unwrap_or(sim.now),
                Some(ms) => sim.now.saturating_add_signed(ms),
            };
            // Two sources at once, or closing none, fail inside.
            sim.give(input);
            let told = matches!(sim.machine.line(), Line::Offline { .. } | Line::Refused(_));
            prop_assert!(sim.machine.deadline().is_some() || told, "silent: {:?}", sim.machine);
            prop_assert!(!sim.source || sim.machine.deadline().is_some(), "unwatched: {:?}", sim.machine);
            prop_assert!(sim.machine.deadline().is_none_or(|at| at <= sim.now + silence_ms(u64::MAX)));
            match sim.machine.line() {
                Line::Open { .. } => prop_assert!(sim.source),
                Line::Down { in_ms, attempt } => {
                    prop_assert!(in_ms <= LONGEST_WAIT_MS && (1..=TRIES).contains(&attempt));
                }
                Line::First | Line::Offline { .. } | Line::Refused(_) => {}
            }
        }
    }

    /// However it came to where it is: when nothing more comes but time, the end is a line given up and said so.
    #[test]
    fn left_alone_it_ends_by_saying_so(steps in prop::collection::vec((passing(), input()), 0..60)) {
        let mut sim = Sim::new();
        sim.now = 1_000_000_000;
        sim.give(Input::Start);
        for (passing, input) in steps {
            sim.now = sim.now.saturating_add_signed(passing.unwrap_or(0));
            sim.give(input);
        }
        for _ in 0..2 * TRIES + 5 {
            sim.now = sim.machine.deadline().unwrap_or(sim.now);
            sim.give(Input::Tick);
            if sim.source {
                sim.give(Input::Failed { closed: false });
            }
        }
        prop_assert!(matches!(sim.machine.line(), Line::Offline { .. } | Line::Refused(_)), "{:?}", sim.machine);
    }

    #[test]
    fn survives_any_clock(times in prop::collection::vec((any::<u64>(), input()), 0..60)) {
        let mut sim = Sim::new();
        sim.give(Input::Start);
        for (now, input) in times {
            sim.now = now;
            sim.give(input);
        }
    }
}
