use std::sync::Arc;

use super::*;
use crate::fixtures::{alert, line};
use crate::model::{Alert, AlertLevel, AlertState};

fn ids(alerts: &AlertList, state: AlertState) -> Vec<&str> {
    alerts.in_state(state).into_iter().map(|alert| alert.id.as_str()).collect()
}

#[test]
fn an_alert_has_one_place_through_all_its_changes() {
    let mut alerts = AlertList::default();
    for state in [AlertState::Pending, AlertState::Firing, AlertState::Resolved] {
        alerts.apply(alert("cpu", state));
        assert_eq!((alerts.all().len(), ids(&alerts, state)), (1, vec!["cpu"]));
    }
}

#[test]
fn what_never_fired_is_forgotten_when_it_clears() {
    let mut alerts = AlertList::default();
    alerts.apply(alert("cpu", AlertState::Pending));
    alerts.apply(alert("cpu", AlertState::Resolved));
    alerts.apply(alert("memory", AlertState::Resolved));
    assert_eq!(alerts.all(), []);
}

#[test]
fn the_worst_comes_first_and_among_equals_the_longest_standing() {
    let mut alerts = AlertList::default();
    for (id, level, since) in
        [("new", AlertLevel::Warning, 9), ("old", AlertLevel::Warning, 1), ("worst", AlertLevel::Critical, 5)]
    {
        let since = crate::model::Timestamp::from_ms(since);
        alerts.apply(Alert { level, since, ..alert(id, AlertState::Firing) });
    }
    assert_eq!(ids(&alerts, AlertState::Firing), ["worst", "old", "new"]);
}

#[test]
fn what_is_silenced_comes_last_and_is_not_heard() {
    let mut alerts = AlertList::default();
    for (id, level) in [("a", AlertLevel::Warning), ("b", AlertLevel::Critical), ("c", AlertLevel::Info)] {
        alerts.apply(Alert { level, ..alert(id, AlertState::Firing) });
    }
    alerts.silence(Arc::new(["b".to_owned()].into()));
    assert_eq!(ids(&alerts, AlertState::Firing), ["a", "c", "b"]);
    let heard: Vec<&str> = alerts.heard(AlertState::Firing).into_iter().map(|alert| alert.id.as_str()).collect();
    assert_eq!(heard, ["a", "c"]);
    assert!(alerts.firing().all(|alert| alert.id != "b"));
}

#[test]
fn only_the_last_resolved_ones_are_kept() {
    let mut alerts = AlertList::default();
    alerts.apply(alert("open", AlertState::Firing));
    for n in 0..RESOLVED_ALERTS + 5 {
        alerts.apply(alert(&n.to_string(), AlertState::Firing));
        alerts.apply(alert(&n.to_string(), AlertState::Resolved));
    }
    let resolved = ids(&alerts, AlertState::Resolved);
    assert_eq!((resolved.len(), resolved[0]), (RESOLVED_ALERTS, "24"));
    assert_eq!(ids(&alerts, AlertState::Firing), ["open"]);
}

#[test]
fn the_tail_keeps_the_last_lines() {
    let mut tail = LogTail::default();
    for seq in 1..=LOG_LINES as u64 + 10 {
        tail.apply(seq, line("x"));
    }
    assert_eq!((tail.lines().len(), tail.lines()[0].seq), (LOG_LINES, 11));
}
