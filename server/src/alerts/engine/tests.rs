use std::time::Duration;

use app::model::Swap;
use proptest::collection::vec;
use proptest::prelude::*;

use super::super::sample::{busy, file_system, sample};
use super::*;

/// What each sample changes, as (id, state, level, value, threshold).
fn changes(rules: Vec<Rule>, samples: &[Metrics]) -> Vec<(String, AlertState, AlertLevel, f32, f32)> {
    let mut engine = Engine::new(rules);
    let alerts = samples.iter().flat_map(|sample| engine.observe(sample));
    alerts.map(|alert| (alert.id, alert.state, alert.level, alert.value, alert.threshold)).collect()
}

#[test]
fn alerts_carry_value_and_condition() {
    let mut engine = Engine::new(vec![Rule::cpu()]);
    assert_eq!(engine.observe(&busy(0, 80.0)), []);
    let pending = engine.observe(&busy(1, 92.6));
    let expected = Alert {
        id: "cpu".into(),
        name: "CPU saturated".into(),
        level: AlertLevel::Warning,
        state: AlertState::Pending,
        message: "CPU is 92.6 %, above 85 %; fires if it stays so for 2 min".into(),
        value: 92.6,
        threshold: 85.0,
        unit: "%".into(),
        hold: 120,
        since: sample(1).timestamp,
    };
    assert_eq!(pending, [expected]);
    let fired: Vec<Alert> = (2..=121).flat_map(|s| engine.observe(&busy(s, 93.0))).collect();
    assert_eq!(fired.len(), 1);
    assert_eq!((fired[0].state, fired[0].since), (AlertState::Firing, sample(121).timestamp));
    let resolved = engine.observe(&busy(122, 3.0));
    assert_eq!((resolved[0].threshold, resolved[0].since), (75.0, sample(122).timestamp));
}

#[test]
fn each_mount_is_an_alert_of_its_own() {
    let with = |s, systems: &[(&str, f32)]| {
        let file_systems = systems.iter().map(|&(mount, percent)| file_system(mount, percent)).collect();
        Metrics { file_systems, ..sample(s) }
    };
    let rule = Rule { hold: Duration::ZERO, ..Rule::filesystem() };
    let mut samples = vec![with(0, &[("/", 91.0), ("/var", 99.0), ("/home", 10.0)]), with(1, &[("/", 79.0)])];
    samples.extend((2..=61).map(|s| with(s, &[("/", 79.0)])));
    let expected = [
        ("filesystem:/".into(), AlertState::Firing, AlertLevel::Warning, 91.0, 90.0),
        ("filesystem:/var".into(), AlertState::Firing, AlertLevel::Critical, 99.0, 98.0),
        ("filesystem:/".into(), AlertState::Resolved, AlertLevel::Info, 79.0, 80.0),
        ("filesystem:/var".into(), AlertState::Resolved, AlertLevel::Info, 99.0, 80.0),
    ];
    assert_eq!(changes(vec![rule], &samples), expected);
}

#[test]
fn load_is_told_as_load() {
    let with = |s, five| {
        let load = Some(app::model::Load { one: 0.0, five, fifteen: 0.0 });
        Metrics { load, cores: vec![1.0; 4], ..sample(s) }
    };
    let rule = Rule { hold: Duration::ZERO, ..Rule::load() };
    let samples = [with(0, 8.0), with(1, 8.5), with(2, 16.5), with(3, 6.9)];
    let expected = [
        ("load".into(), AlertState::Firing, AlertLevel::Warning, 8.5, 8.0),
        ("load".into(), AlertState::Firing, AlertLevel::Critical, 16.5, 16.0),
        ("load".into(), AlertState::Resolved, AlertLevel::Info, 6.9, 7.0),
    ];
    assert_eq!(changes(vec![rule], &samples), expected);
}

#[test]
fn nothing_is_kept_of_what_is_well() {
    let mut engine = Engine::new(vec![Rule::filesystem()]);
    for s in 0..100 {
        let file_systems = vec![file_system(&format!("/mnt/{s}"), 20.0)];
        engine.observe(&Metrics { file_systems, ..sample(s) });
    }
    assert!(engine.watches[0].open.is_empty());
}

/// Milliseconds to the next sample, mostly a second, and swap in use around the levels or not told.
fn steps() -> impl Strategy<Value = Vec<(i64, Option<f32>)>> {
    let elapsed = prop_oneof![20 => Just(1_000), 3 => 0..5_000_i64, 1 => -100_000..100_000_i64];
    let value =
        prop_oneof![8 => (90.5_f32..100.0).prop_map(Some), 4 => (70.0_f32..100.0).prop_map(Some), 1 => Just(None)];
    vec((elapsed, value), 0..120)
}

/// How long, up to the last of these samples, every value was above `level` with no gap, in milliseconds.
fn above(level: f32, samples: &[(i64, Option<f32>)]) -> i64 {
    let mut held = 0;
    let mut seen = false;
    for &(elapsed, value) in samples {
        let over = value.is_some_and(|value| value > level);
        held = if over && seen && (0..=100_000).contains(&elapsed) { held + elapsed } else { 0 };
        seen = over;
    }
    if seen { held } else { -1 }
}

proptest! {
    #[test]
    fn every_alert_is_owed(steps in steps(), hold_s in 0..15_u64) {
        let rule = Rule { hold: Duration::from_secs(hold_s), ..Rule::swap() };
        let (warning, critical) = (rule.levels.warning.enter, rule.levels.critical.enter);
        let mut engine = Engine::new(vec![rule]);
        let mut clock = 1_800_000_000_000_i64;
        let mut last: Option<Alert> = None;
        for (at, &(elapsed, value)) in steps.iter().enumerate() {
            clock += elapsed;
            let swap = value.map(|percent| Swap { percent, ..Swap::default() });
            let timestamp = Timestamp::from_ms(clock as u64);
            let alerts = engine.observe(&Metrics { timestamp, swap, ..sample(0) });
            prop_assert!(alerts.len() <= 1);
            for alert in alerts {
                let was = last.as_ref().map(|last| (last.state, last.level));
                let open = was.filter(|was| was.0 != AlertState::Resolved);
                prop_assert_ne!(was, Some((alert.state, alert.level)));
                let held = i64::try_from(hold_s).unwrap() * 1_000;
                match (alert.state, alert.level) {
                    (AlertState::Resolved, _) => prop_assert!(open.is_some()),
                    (AlertState::Pending, _) => prop_assert_ne!(open.map(|open| open.0), Some(AlertState::Firing)),
                    (AlertState::Firing, AlertLevel::Critical) => prop_assert!(above(critical, &steps[..=at]) >= held),
                    (AlertState::Firing, _) if open == Some((AlertState::Firing, AlertLevel::Critical)) => {}
                    (AlertState::Firing, _) => prop_assert!(above(warning, &steps[..=at]) >= held),
                }
                last = Some(alert);
            }
        }
    }
}
