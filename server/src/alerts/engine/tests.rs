use std::time::Duration;

use app::model::{Alert, AlertLevel, AlertPhase, AlertState, Metrics, Swap};
use proptest::collection::vec;
use proptest::prelude::*;

use super::super::sample::{busy, file_system, rules, sample};
use super::*;

impl Engine {
    /// What everybody is told of a sample.
    fn alerts(&mut self, metrics: &Metrics) -> Vec<Alert> {
        self.observe(metrics).told.into_iter().map(|change| change.alert).collect()
    }
}

/// What each sample changes, as (id, state, level, value, threshold).
fn changes(rules: Vec<Rule>, samples: &[Metrics]) -> Vec<(String, AlertState, AlertLevel, f32, f32)> {
    let mut engine = Engine::new(rules);
    let alerts = samples.iter().flat_map(|sample| engine.alerts(sample));
    alerts.map(|alert| (alert.id, alert.state, alert.level, alert.value, alert.threshold)).collect()
}

#[test]
fn alerts_carry_value_and_condition() {
    let mut engine = Engine::new(vec![Rule::cpu()]);
    assert_eq!(engine.alerts(&busy(0, 80.0)), []);
    let pending = engine.alerts(&busy(1, 92.6));
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
    let fired: Vec<Alert> = (2..=121).flat_map(|s| engine.alerts(&busy(s, 93.0))).collect();
    assert_eq!(fired.len(), 1);
    assert_eq!((fired[0].state, fired[0].since), (AlertState::Firing, sample(121).timestamp));
    let resolved = engine.alerts(&busy(122, 3.0));
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
fn a_large_file_system_with_room_left_is_not_critical() {
    let rule = || Rule { hold: Duration::ZERO, ..Rule::filesystem() };
    let with = |s, free_gb: u64| {
        let total = 1_000_000_000_000;
        let system = app::model::FileSystem { total, used: total - free_gb * 1_000_000_000, ..file_system("/", 99.0) };
        Metrics { file_systems: vec![system], ..sample(s) }
    };
    let samples = [with(0, 10), with(1, 4), with(2, 6)];
    let told: Vec<(AlertState, AlertLevel)> = changes(vec![rule()], &samples).into_iter().map(|c| (c.1, c.2)).collect();
    let (firing, warning, critical) = (AlertState::Firing, AlertLevel::Warning, AlertLevel::Critical);
    assert_eq!(told, [(firing, warning), (firing, critical)], "and is so until it is less full");
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
        engine.alerts(&Metrics { file_systems, ..sample(s) });
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
        let (warning, critical) = (90.0, 98.0);
        let mut engine = Engine::new(vec![rule]);
        let mut clock = 1_800_000_000_000_i64;
        let mut last: Option<Alert> = None;
        for (at, &(elapsed, value)) in steps.iter().enumerate() {
            clock += elapsed;
            let swap = value.map(|percent| Swap { percent, ..Swap::default() });
            let timestamp = Timestamp::from_ms(clock as u64);
            let alerts = engine.alerts(&Metrics { timestamp, swap, ..sample(0) });
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

/// A machine that is busy in all samples whose second `is_busy`, held against rules written as TOML.
fn told(toml: &str, seconds: u64, sampled: impl Fn(u64) -> Metrics) -> Vec<AlertChange> {
    let mut engine = Engine::new(rules(toml));
    (0..seconds).flat_map(|s| engine.observe(&sampled(s)).told).collect()
}

fn phases(told: &[AlertChange]) -> Vec<AlertPhase> {
    told.iter().map(|change| change.phase).collect()
}

#[test]
fn a_change_carries_what_did_it() {
    let toml = "[[rule]]\nname = 'hot'\nwhen = 'cpu > 90'\nfor = '3s'\nkeep_firing_for = '2s'\n\
        summary = '{value} of {team}'\nlabels = { team = 'ops' }\n";
    let told = told(toml, 10, |s| busy(s, if s < 5 { 95.0 } else { 10.0 }));
    let expected = [AlertPhase::Pending, AlertPhase::Firing, AlertPhase::Recovering, AlertPhase::Resolved];
    assert_eq!(phases(&told), expected);
    assert_eq!(told.iter().map(|change| change.change).collect::<Vec<_>>(), [1, 2, 3, 4]);
    let fired = &told[1];
    assert_eq!(fired.alert.message, "95.0 % of ops");
    assert_eq!(fired.samples.len(), 4);
    assert_eq!((fired.rule.name.as_str(), fired.rule.when.as_str()), ("hot", "cpu > 90"));
    assert_eq!(fired.labels["alertname"], "hot");
    assert_eq!((fired.labels["severity"].as_str(), fired.labels["team"].as_str()), ("warning", "ops"));
    assert_eq!(told[2].alert.state, AlertState::Firing, "a browser knows three states");
    assert_eq!((told[3].fired_at, told[3].at), (Some(sample(3).timestamp), sample(7).timestamp));
    assert_eq!(told[3].labels["severity"], "warning");
    let json = serde_json::to_string(fired).unwrap();
    assert_eq!(&serde_json::from_str::<AlertChange>(&json).unwrap(), fired);
    assert_eq!(miniserde::json::from_str::<Alert>(&json).unwrap(), fired.alert, "a browser reads its part");
}

#[test]
fn what_flaps_does_not_flood_and_ends_when_it_is_calm() {
    let toml = "[[rule]]\nname = 'hot'\nwhen = 'cpu > 90'\n";
    let told = told(toml, 3_000, |s| busy(s, if s % 2 == 0 && s < 1_800 { 95.0 } else { 10.0 }));
    assert!(told.len() <= 40, "{} changes in 30 min", told.len());
    assert_eq!(told.last().unwrap().phase, AlertPhase::Resolved);
    assert!(told.iter().map(|change| change.untold).sum::<u32>() > 1_000);
}

#[test]
fn a_file_system_that_fills_is_told_hours_before() {
    let at = |s: u64, percent: f32| Metrics { file_systems: vec![file_system("/var", percent)], ..sample(s * 60) };
    let mut engine = Engine::new(vec![Rule::default_named("filesystem-fills")]);
    // A percent every ten minutes: at 80 % the last third is left, 200 min.
    let told: Vec<AlertChange> =
        (0..400).flat_map(|minute| engine.observe(&at(minute, 40.0 + minute as f32 / 10.0)).told).collect();
    assert_eq!(phases(&told), [AlertPhase::Pending, AlertPhase::Firing]);
    assert!(told[1].alert.message.starts_with("/var is ") && told[1].alert.message.contains("full in 24 h"));
    let mut engine = Engine::new(vec![Rule::default_named("filesystem-fills")]);
    let steady = (0..400).flat_map(|minute| engine.observe(&at(minute, 85.0)).told).count();
    assert_eq!(steady, 0);
}

#[test]
fn silence_is_told_by_the_clock() {
    let mut engine = Engine::new(vec![Rule::default_named("no-data"), Rule::cpu()]);
    assert_eq!(engine.observe(&busy(0, 99.0)).told.len(), 1, "the processor is busy");
    assert_eq!(engine.idle(sample(59).timestamp).told, []);
    let told = engine.idle(sample(61).timestamp).told;
    assert_eq!((told[0].alert.id.as_str(), told[0].phase), ("no-data", AlertPhase::Firing));
    assert_eq!(told[0].alert.message, "no sample of this machine for 61 s");
    let again = engine.observe(&busy(300, 1.0)).told;
    assert_eq!((again[0].phase, again[0].alert.message.as_str()), (AlertPhase::Resolved, "This machine is read again"));
}

#[test]
fn without_a_sample_nothing_is_taken_for_calm() {
    let mut engine = Engine::new(rules("[[rule]]\nname = 'hot'\nwhen = 'cpu > 90 or absent(cpu, 1m)'\n"));
    assert_eq!(engine.observe(&busy(0, 99.0)).told.len(), 1);
    assert_eq!(engine.idle(sample(5).timestamp).told, [], "the processor is as busy as it was, for all that is known");
    assert_eq!(engine.observe(&busy(6, 10.0)).told[0].phase, AlertPhase::Resolved);
}

#[test]
fn a_condition_of_parts_goes_by_instance() {
    let toml =
        "[[rule]]\nname = 'full'\nwhen = 'filesystem > 50 and filesystem{mount!=\"/boot*\"} < 99 and cpu > 10'\n";
    let with = |cpu, systems: &[(&str, f32)]| {
        let file_systems = systems.iter().map(|&(mount, percent)| file_system(mount, percent)).collect();
        Metrics { file_systems, ..busy(0, cpu) }
    };
    let ids = |metrics: &Metrics| {
        let told = Engine::new(rules(toml)).observe(metrics).told;
        told.into_iter().map(|change| change.alert.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(&with(20.0, &[("/", 60.0), ("/boot", 60.0), ("/a", 99.0), ("/b", 40.0)])), ["full:/"]);
    assert_eq!(ids(&with(5.0, &[("/", 60.0)])), Vec::<String>::new());
}

#[test]
fn other_rules_keep_what_they_share() {
    let one = "[[rule]]\nname = 'hot'\nwhen = 'cpu > 90'\n";
    let mut engine = Engine::new(rules(&format!("{one}[[rule]]\nname = 'warm'\nwhen = 'cpu > 50'\n")));
    assert_eq!(engine.observe(&busy(0, 95.0)).told.len(), 2);
    let turn = engine.reload(rules(&one.replace("90", "80")), sample(1).timestamp);
    assert_eq!((turn.told.len(), turn.told[0].alert.id.as_str()), (1, "warm"));
    assert_eq!((turn.told[0].phase, turn.told[0].change), (AlertPhase::Resolved, 3));
    assert_eq!(engine.observe(&busy(1, 85.0)).told, [], "still firing, now over 80");
    assert_eq!(engine.observe(&busy(2, 79.0)).told[0].phase, AlertPhase::Resolved);
}

/// A rule that misses a metric which no sample has, and an engine in which it fires, after `seconds`.
fn absent(seconds: u64) -> (String, Engine) {
    let toml = "[[rule]]\nname = 'gone'\nwhen = 'absent(temperature, 5s)'\n".to_owned();
    let mut engine = Engine::new(rules(&toml));
    let told: Vec<AlertChange> = (0..=seconds).flat_map(|s| engine.observe(&sample(s)).told).collect();
    assert_eq!(phases(&told), [AlertPhase::Firing]);
    (toml, engine)
}

#[test]
fn what_is_absent_stays_so_over_other_rules() {
    let (toml, mut engine) = absent(10);
    assert_eq!(engine.reload(rules(&toml), sample(10).timestamp).told, []);
    let told: Vec<AlertChange> = (11..30).flat_map(|s| engine.observe(&sample(s)).told).collect();
    assert_eq!(told, [], "the same rules");
    let other = toml.replace("'absent", "'absent(fan, 5s) or absent");
    engine.reload(rules(&other), sample(29).timestamp);
    let told: Vec<AlertChange> = (30..60).flat_map(|s| engine.observe(&sample(s)).told).collect();
    assert_eq!(told, [], "one that misses something else besides");
}

#[test]
fn what_is_absent_stays_so_over_a_restart_and_a_sleep_until_it_is_read() {
    let (_, engine) = absent(10);
    let toml = "[[rule]]\nname = 'gone'\nwhen = 'absent(swap, 5s)'\n";
    for gap in [1, 4_000] {
        let kept: Vec<Instance> = engine.open().cloned().collect();
        let mut next = Engine::new(rules(toml));
        assert_eq!(next.restore(kept, 1, Some(sample(10).timestamp)).told, []);
        let asleep = 10 + gap + 3;
        let told: Vec<AlertChange> = (10 + gap..asleep).flat_map(|s| next.observe(&sample(s)).told).collect();
        assert_eq!(told, [], "{gap} s later");
        let awake = asleep + 4_000;
        let told: Vec<AlertChange> = (awake..awake + 20).flat_map(|s| next.observe(&sample(s)).told).collect();
        assert_eq!(told, [], "after a sleep");
        let back = Metrics { swap: Some(Swap::default()), ..sample(awake + 20) };
        assert_eq!(phases(&next.observe(&back).told), [AlertPhase::Resolved]);
    }
}

#[test]
fn what_was_not_watched_was_not_missed() {
    let toml = "[[rule]]\nname = 'gone'\nwhen = 'absent(temperature, 5s)'\n";
    let mut engine = Engine::new(rules(toml));
    for s in [0, 1, 2, 4_000, 4_001, 4_004] {
        assert_eq!(engine.observe(&sample(s)).told, [], "{s}");
    }
    assert_eq!(phases(&engine.observe(&sample(4_005)).told), [AlertPhase::Firing]);
}
