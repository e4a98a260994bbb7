use std::sync::{Arc, Mutex};

use app::model::{AlertPhase, AlertState};
use tokio_util::sync::CancellationToken;

use super::super::handle::HandleError;
use super::super::sample::{busy, rules};
use super::super::silence::{Ack, LabelMatcher};
use super::super::{Reload, Rule, Running, Setup, start};
use super::*;
use crate::hub::Limits;
use crate::store::StateDir;

const HOT: &str = "[[rule]]\nname = 'hot'\nwhen = 'cpu > 90'\n";

/// Alerts over a hub, and a reader of what is told.
struct Bench {
    hub: Hub,
    reader: Follower,
    running: Running,
    shutdown: CancellationToken,
    /// How long is waited for what is told.
    patience: Duration,
}

impl Bench {
    async fn start(setup: Setup) -> Self {
        let hub = Hub::new(Limits { count: 1_000, bytes: 10_000_000, ..Limits::default() });
        let reader = hub.follow(hub.head().seq, vec![Name::dashboard()]);
        let shutdown = CancellationToken::new();
        let running = start(setup, hub.clone(), shutdown.clone()).await.unwrap();
        Self { hub, reader, running, shutdown, patience: Duration::from_secs(20) }
    }

    fn sample(&self, s: u64, cpu: f32) {
        self.hub.publish(&Name::dashboard(), Payload::Metrics(Box::new(busy(s, cpu))));
    }

    /// The next alerts that are told.
    async fn told(&mut self) -> Vec<AlertChange> {
        loop {
            let events = tokio::time::timeout(self.patience, self.reader.next()).await.unwrap().events;
            let alerts = events.iter().filter_map(|event| match &event.payload {
                Payload::Alert(alert) => Some((**alert).clone()),
                _ => None,
            });
            let alerts: Vec<AlertChange> = alerts.collect();
            if !alerts.is_empty() {
                return alerts;
            }
        }
    }

    /// The next alert that is told, as its id, its state and its number.
    async fn next(&mut self) -> (String, AlertState, u64) {
        let told = self.told().await;
        assert_eq!(told.len(), 1, "{told:?}");
        (told[0].alert.id.clone(), told[0].alert.state, told[0].change)
    }

    async fn end(self) {
        self.shutdown.cancel();
        tokio::time::timeout(Duration::from_secs(20), self.running.task).await.unwrap().unwrap();
    }
}

fn hot() -> Setup {
    Setup { rules: rules(HOT), ..Setup::default() }
}

#[tokio::test]
async fn alerts_go_where_the_samples_come_from() {
    let mut bench = Bench::start(Setup { rules: vec![Rule { hold: Duration::ZERO, ..Rule::cpu() }], ..hot() }).await;
    bench.sample(1, 90.0);
    let fired = bench.told().await;
    assert_eq!((fired[0].alert.id.as_str(), fired[0].alert.state), ("cpu", AlertState::Firing));
    bench.sample(2, 40.1);
    let resolved = bench.told().await;
    assert_eq!(resolved[0].alert.state, AlertState::Resolved);
    assert_eq!(resolved[0].alert.message, "CPU is 40.1 %, back under 75 %");
    bench.end().await;
}

#[tokio::test]
async fn broken_rules_leave_the_old_ones_and_are_an_alert_until_they_are_right() {
    let answer = Arc::new(Mutex::new(Ok(rules(HOT))));
    let read = Arc::clone(&answer);
    let reload = Reload::new(move || read.lock().unwrap().clone());
    let mut bench = Bench::start(Setup { reload: Some(reload), ..hot() }).await;
    bench.sample(0, 99.0);
    assert_eq!(bench.next().await, ("hot".into(), AlertState::Firing, 1));

    *answer.lock().unwrap() = Err("rules.toml:3:9: expected a metric".to_owned());
    bench.running.handle.reload().await.unwrap();
    let told = bench.told().await;
    assert_eq!((told[0].alert.id.as_str(), told[0].alert.state), ("opsglass-rules", AlertState::Firing));
    assert!(told[0].alert.message.contains("rules.toml:3:9"), "{}", told[0].alert.message);
    let view = bench.running.handle.view().await.unwrap();
    assert_eq!(view.alerts.len(), 2, "the old rule is in force, and its alert still fires");

    *answer.lock().unwrap() = Ok(rules(&HOT.replace("90", "50")));
    bench.running.handle.reload().await.unwrap();
    assert_eq!(bench.next().await, ("opsglass-rules".into(), AlertState::Resolved, 3));
    bench.sample(1, 60.0);
    bench.sample(2, 40.0);
    assert_eq!(bench.next().await, ("hot".into(), AlertState::Resolved, 4), "it fired on over the new level");
    bench.end().await;
}

fn no_data() -> Setup {
    Setup { rules: vec![Rule::default_named("no-data")], ..Setup::default() }
}

#[tokio::test(start_paused = true)]
async fn samples_that_never_come_are_missed() {
    let mut bench = Bench { patience: Duration::from_secs(600), ..Bench::start(no_data()).await };
    assert_eq!(bench.next().await, ("no-data".into(), AlertState::Firing, 1));
    bench.end().await;
}

#[tokio::test(start_paused = true)]
async fn a_process_that_was_frozen_misses_nothing() {
    let mut bench = Bench { patience: Duration::from_secs(600), ..Bench::start(no_data()).await };
    for s in 1..=2 {
        bench.sample(s, 1.0);
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    tokio::time::advance(Duration::from_secs(90)).await;
    tokio::task::yield_now().await;
    bench.sample(93, 1.0);
    let begun = Instant::now();
    assert_eq!(bench.next().await, ("no-data".into(), AlertState::Firing, 1));
    assert!(begun.elapsed() >= Duration::from_secs(60), "it is missed from the last sample on, and not from before");
    bench.end().await;
}

#[tokio::test(start_paused = true)]
async fn rules_that_hang_keep_nobody_waiting_and_are_an_alert_until_they_come() {
    let (let_go, hangs) = std::sync::mpsc::channel();
    let hangs = Mutex::new(hangs);
    let reload = Reload::new(move || hangs.lock().unwrap().recv().map_err(|error| error.to_string()));
    let mut bench = Bench::start(Setup { reload: Some(reload), ..hot() }).await;
    let handle = bench.running.handle.clone();
    let asked = tokio::spawn(async move { handle.reload().await });
    tokio::task::yield_now().await;
    bench.sample(0, 99.0);
    assert_eq!(bench.next().await, ("hot".into(), AlertState::Firing, 1), "while the rules are read");
    asked.await.unwrap().unwrap();
    let told = bench.told().await;
    assert_eq!((told[0].alert.id.as_str(), told[0].alert.state), ("opsglass-rules", AlertState::Firing));
    assert_eq!(told[0].alert.message, "the rules are still the old ones: they have not been read within 10s");
    bench.sample(1, 10.0);
    assert_eq!(bench.next().await, ("hot".into(), AlertState::Resolved, 3));

    // Whoever asks meanwhile gets what is read after that. A thread that reads takes time of its own.
    tokio::time::resume();
    let handle = bench.running.handle.clone();
    let asked = tokio::spawn(async move { handle.reload().await });
    tokio::task::yield_now().await;
    let_go.send(rules(&HOT.replace("hot", "old"))).unwrap();
    assert_eq!(bench.next().await, ("opsglass-rules".into(), AlertState::Resolved, 4));
    let_go.send(rules(&HOT.replace("hot", "new"))).unwrap();
    asked.await.unwrap().unwrap();
    bench.sample(2, 99.0);
    assert_eq!(bench.next().await.0, "new");
    bench.end().await;
}

#[tokio::test]
async fn a_restart_goes_on_where_it_ended() {
    let folder = tempfile::tempdir().unwrap();
    let setup = || Setup { state: StateDir::Told(folder.path().to_owned()), ..hot() };
    let mut bench = Bench::start(setup()).await;
    assert!(bench.running.alerts.is_empty());
    bench.sample(0, 99.0);
    assert_eq!(bench.next().await, ("hot".into(), AlertState::Firing, 1));
    let ack = Ack { at: now(), by: "me".into(), reason: "on it".into() };
    bench.running.handle.acknowledge("hot".into(), Some(ack.clone())).await.unwrap();
    bench.end().await;

    let mut bench = Bench::start(setup()).await;
    assert_eq!(bench.running.alerts[0].id, "hot", "a page shows it at once");
    bench.sample(1, 99.0);
    bench.sample(2, 10.0);
    assert_eq!(bench.next().await, ("hot".into(), AlertState::Resolved, 2), "it is not told again that it fires");
    bench.end().await;

    let bench = Bench::start(setup()).await;
    let view = bench.running.handle.view().await.unwrap();
    assert!(view.alerts.is_empty() && view.kept);
    let phases: Vec<AlertPhase> = view.past.iter().map(|change| change.phase).collect();
    assert_eq!(phases, [AlertPhase::Firing, AlertPhase::Resolved]);
    bench.end().await;
}

#[tokio::test]
async fn what_is_silenced_is_known_before_it_is_told() {
    let mut bench = Bench::start(hot()).await;
    let (handle, silenced) = (bench.running.handle.clone(), bench.running.handle.silenced());
    let silence = Silence {
        id: String::new(),
        matchers: vec![LabelMatcher { label: "alertname".into(), value: "h*".into(), equal: true }],
        reason: "known".into(),
        by: "me".into(),
        from: now(),
        until: now().plus(60_000),
    };
    let silence = handle.silence(silence).await.unwrap();
    bench.reader.next().await;
    assert!(silenced.borrow().is_empty(), "nothing fires");
    bench.sample(0, 99.0);
    bench.next().await;
    assert_eq!(silenced.borrow().iter().collect::<Vec<_>>(), ["hot"]);
    handle.unsilence(silence.id).await.unwrap();
    assert!(silenced.borrow().is_empty(), "it is heard again");
    bench.end().await;
}

#[tokio::test]
async fn who_sees_to_an_alert_is_told_and_known() {
    let mut bench = Bench::start(hot()).await;
    let ack = |by: &str| Some(Ack { at: now(), by: by.to_owned(), reason: String::new() });
    let handle = bench.running.handle.clone();
    assert_eq!(handle.acknowledge("hot".into(), ack("me")).await, Err(HandleError::NoAlert("hot".into())));
    bench.sample(0, 99.0);
    bench.next().await;
    assert!(matches!(handle.acknowledge("hot".into(), ack("")).await, Err(HandleError::Invalid(_))));
    handle.acknowledge("hot".into(), ack("me")).await.unwrap();
    assert_eq!(handle.view().await.unwrap().alerts[0].acknowledged.as_ref().unwrap().by, "me");
    assert_eq!(*handle.acknowledged(), [("hot".to_owned(), "me".to_owned())].into());
    let events = bench.reader.next().await.events;
    assert!(events.iter().any(|event| event.payload.event_name() == Some("acknowledge")));
    handle.acknowledge("hot".into(), None).await.unwrap();
    assert_eq!(handle.view().await.unwrap().alerts[0].acknowledged, None);
    assert!(handle.acknowledged().is_empty());
    bench.end().await;
}
