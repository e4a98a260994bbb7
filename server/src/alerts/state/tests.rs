use super::Change::{Cleared, Eased, Fired, Lost, Withdrawn};
use super::Severity::{Critical, Warning};
use super::*;

const START: u64 = 1_800_000_000;

/// A machine on a clock of its own, at the CPU rule's levels: 85 and 75, critical 95 and 85.
struct Bench {
    machine: Machine,
    hold: Duration,
    keep: Duration,
    flapping: bool,
}

impl Bench {
    fn new(hold_s: u64) -> Self {
        let hold = Duration::from_secs(hold_s);
        Self { machine: Machine::default(), hold, keep: Duration::ZERO, flapping: false }
    }

    fn step(&mut self, s: u64, broken: bool, value: Option<f32>) -> Option<Change> {
        let at = Timestamp::from_ms((START + s) * 1_000);
        let seen = value.map(|value| Seen {
            entered: value > 85.0,
            kept: value >= 75.0,
            critical_entered: value > 95.0,
            critical_kept: value >= 85.0,
        });
        let times = Times { hold: self.hold, keep: self.keep, grace: self.hold.max(GRACE) };
        self.machine.step(seen, times, Moment { at, broken }, self.flapping)
    }

    fn at(&mut self, s: u64, value: f32) -> Option<Change> {
        self.step(s, false, Some(value))
    }

    /// What changes when these values are seen at these seconds.
    fn changes(&mut self, values: &[(u64, f32)]) -> Vec<(u64, Change)> {
        values.iter().filter_map(|&(s, value)| Some((s, self.at(s, value)?))).collect()
    }

    fn since(&self) -> Option<u64> {
        self.machine.since().map(|since| since.ms() / 1_000 - START)
    }

    /// Firing since second 10, which is the last it has seen.
    fn firing(value: f32) -> Self {
        let mut bench = Self::new(10);
        bench.changes(&[(0, value), (10, value)]);
        assert!(matches!(bench.machine, Machine::Firing(_)));
        bench
    }
}

#[test]
fn fires_when_the_hold_time_has_passed() {
    let mut bench = Bench::new(10);
    let changes = bench.changes(&[(0, 85.0), (1, 85.1), (2, 90.0), (10, 86.0)]);
    assert_eq!(changes, [(1, Change::Pending(Warning))], "85 is not above 85");
    assert_eq!(bench.since(), Some(1));
    assert_eq!(bench.changes(&[(11, 86.0), (12, 86.0), (13, 80.0)]), [(11, Fired(Warning))]);
    assert_eq!(bench.since(), Some(11));
}

#[test]
fn coming_down_while_pending_begins_again() {
    let mut bench = Bench::new(10);
    let changes = bench.changes(&[(0, 90.0), (9, 85.0), (10, 90.0), (19, 90.0), (20, 90.0)]);
    let expected = [
        (0, Change::Pending(Warning)),
        (9, Withdrawn(Reason::Down)),
        (10, Change::Pending(Warning)),
        (20, Fired(Warning)),
    ];
    assert_eq!(changes, expected);
}

#[test]
fn critical_must_hold_as_long() {
    let all_critical = Bench::new(10).changes(&[(0, 99.0), (9, 96.0), (10, 99.0), (11, 99.0)]);
    assert_eq!(all_critical, [(0, Change::Pending(Critical)), (10, Fired(Critical))]);

    let dipped =
        Bench::new(10).changes(&[(0, 99.0), (4, 90.0), (5, 99.0), (6, 90.0), (7, 99.0), (10, 99.0), (17, 99.0)]);
    let expected =
        [(0, Change::Pending(Critical)), (4, Change::Pending(Warning)), (10, Fired(Warning)), (17, Fired(Critical))];
    assert_eq!(dipped, expected, "pending goes down once and not up again");
}

#[test]
fn escalates_and_eases() {
    let mut bench = Bench::firing(90.0);
    let up = bench.changes(&[(11, 96.0), (20, 96.0), (21, 96.0), (22, 99.0)]);
    assert_eq!(up, [(21, Fired(Critical))]);
    let down = bench.changes(&[(23, 94.0), (24, 85.0), (25, 84.9), (26, 84.0), (27, 75.0), (28, 74.9), (29, 1.0)]);
    assert_eq!(down, [(25, Eased), (28, Cleared)]);
    assert!(bench.machine.is_inactive());
}

#[test]
fn escalating_begins_again_under_the_level() {
    let changes = Bench::firing(90.0).changes(&[(11, 96.0), (20, 95.0), (21, 96.0), (30, 96.0), (31, 96.0)]);
    assert_eq!(changes, [(31, Fired(Critical))]);
}

#[test]
fn stays_firing_since_it_fired() {
    let mut bench = Bench::firing(90.0);
    bench.changes(&[(11, 96.0), (21, 96.0), (22, 80.0)]);
    assert_eq!(bench.since(), Some(10));
}

#[test]
fn critical_clears_at_once() {
    assert_eq!(Bench::firing(99.0).changes(&[(11, 20.0)]), [(11, Cleared)]);
}

#[test]
fn without_a_hold_time_it_fires_at_once() {
    let changes = Bench::new(0).changes(&[(0, 86.0), (1, 96.0), (2, 80.0), (3, 74.0), (4, 99.0)]);
    let expected = [(0, Fired(Warning)), (1, Fired(Critical)), (2, Eased), (3, Cleared), (4, Fired(Critical))];
    assert_eq!(changes, expected);
}

#[test]
fn what_is_not_read_any_more_is_withdrawn_or_lost() {
    let mut pending = Bench::new(10);
    pending.at(0, 90.0);
    assert_eq!(pending.step(1, false, None), Some(Withdrawn(Reason::Unread)));

    let mut firing = Bench::firing(90.0);
    for s in 11..71 {
        assert_eq!(firing.step(s, false, None), None, "second {s}");
    }
    assert_eq!(firing.step(71, false, None), Some(Lost));
    assert_eq!(firing.step(72, false, None), None);
}

#[test]
fn a_reading_that_comes_back_keeps_it_firing() {
    let mut bench = Bench::firing(90.0);
    bench.step(11, false, None);
    assert_eq!(bench.at(70, 90.0), None);
    bench.step(71, false, None);
    assert_eq!(bench.step(130, false, None), None);
    assert_eq!(bench.step(131, false, None), Some(Lost));
}

#[test]
fn unread_time_does_not_escalate() {
    let mut bench = Bench::firing(90.0);
    bench.at(11, 99.0);
    bench.step(12, false, None);
    assert_eq!(bench.changes(&[(21, 99.0), (30, 99.0), (31, 99.0)]), [(31, Fired(Critical))]);
}

#[test]
fn unwatched_time_counts_for_nothing() {
    let mut pending = Bench::new(10);
    pending.at(0, 90.0);
    assert_eq!(pending.step(3_600, true, Some(90.0)), Some(Withdrawn(Reason::Unwatched)));
    let again = pending.changes(&[(3_601, 90.0), (3_610, 90.0), (3_611, 90.0)]);
    assert_eq!(again, [(3_601, Change::Pending(Warning)), (3_611, Fired(Warning))]);

    let mut escalating = Bench::firing(90.0);
    escalating.at(11, 99.0);
    assert_eq!(escalating.step(3_600, true, Some(99.0)), None);
    assert_eq!(escalating.changes(&[(3_609, 99.0), (3_610, 99.0)]), [(3_610, Fired(Critical))]);

    let mut unread = Bench::firing(90.0);
    unread.step(11, false, None);
    assert_eq!(unread.step(3_600, true, None), None);
    assert_eq!(unread.step(3_660, false, None), Some(Lost));
}

#[test]
fn a_clock_set_back_does_not_fire() {
    let mut bench = Bench::new(10);
    bench.at(100, 99.0);
    assert_eq!(bench.step(5, true, Some(99.0)), Some(Withdrawn(Reason::Unwatched)));
    let again = bench.changes(&[(6, 99.0), (15, 99.0), (16, 99.0)]);
    assert_eq!(again, [(6, Change::Pending(Critical)), (16, Fired(Critical))]);
    assert_eq!(bench.step(1, true, Some(50.0)), Some(Cleared));
}

#[test]
fn keeps_firing_for_a_while_after_it_is_well() {
    let mut bench = Bench::firing(90.0);
    bench.keep = Duration::from_secs(30);
    assert_eq!(bench.changes(&[(11, 80.0), (12, 70.0), (30, 70.0)]), [(12, Change::Recovering)]);
    assert_eq!(bench.changes(&[(41, 75.0), (42, 70.0)]), [(41, Change::Back), (42, Change::Recovering)]);
    assert_eq!((bench.since(), bench.machine.is_recovering()), (Some(10), true));
    assert_eq!(bench.changes(&[(71, 70.0), (72, 70.0)]), [(72, Cleared)]);
}

#[test]
fn what_is_critical_while_it_recovers_is_told_as_critical() {
    let mut bench = Bench::firing(90.0);
    bench.keep = Duration::from_secs(30);
    let changes = bench.changes(&[(11, 70.0), (12, 99.0), (22, 99.0)]);
    assert_eq!(changes, [(11, Change::Recovering), (12, Change::Back), (22, Fired(Critical))]);
}

#[test]
fn unwatched_time_does_not_resolve() {
    let mut bench = Bench::firing(90.0);
    bench.keep = Duration::from_secs(30);
    bench.at(11, 70.0);
    assert_eq!(bench.step(3_600, true, Some(70.0)), None);
    assert_eq!(bench.changes(&[(3_629, 70.0), (3_630, 70.0)]), [(3_630, Cleared)]);
}

#[test]
fn what_flaps_must_calm_down() {
    let mut bench = Bench::firing(99.0);
    bench.flapping = true;
    assert_eq!(bench.changes(&[(11, 80.0), (12, 1.0), (13, 99.0), (14, 1.0), (613, 1.0)]).len(), 3);
    assert_eq!(bench.changes(&[(614, 1.0)]), [(614, Cleared)]);
}
