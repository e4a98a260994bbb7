use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{Engine, Rule};
use crate::hub::{Follower, Hub, Name, Payload};

/// Holds each sample that is published from now on against `rules`, and publishes what changes, until `shutdown`.
///
/// Where samples come faster than they are taken in, it gets the newest only; that shortens no hold time, because the
/// rules go by the time in the samples.
pub fn spawn(rules: Vec<Rule>, hub: Hub, shutdown: CancellationToken) -> JoinHandle<()> {
    // Follows before the task runs, so that no sample published after this call is missed.
    let follower = hub.follow_inside("alert engine", hub.head().seq, vec![Name::dashboard()]);
    tokio::spawn(run(Engine::new(rules), follower, hub, shutdown))
}

async fn run(mut engine: Engine, mut follower: Follower, hub: Hub, shutdown: CancellationToken) {
    let channel = Name::dashboard();
    while let Some(batch) = shutdown.run_until_cancelled(follower.next()).await {
        for event in batch.events {
            // Its own alerts come back here too, among log lines.
            let Payload::Metrics(metrics) = &event.payload else { continue };
            for change in engine.observe(metrics).told {
                hub.publish(&channel, Payload::Alert(Box::new(change)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use app::model::{Alert, AlertLevel, AlertState};

    use super::super::sample::busy;
    use super::*;
    use crate::hub::Limits;

    /// The next alerts that are published.
    async fn alerts(follower: &mut Follower) -> Vec<Alert> {
        loop {
            let events = tokio::time::timeout(Duration::from_secs(10), follower.next()).await.unwrap().events;
            let alert =
                |payload: &Payload| if let Payload::Alert(alert) = payload { Some(alert.alert.clone()) } else { None };
            let alerts: Vec<Alert> = events.iter().filter_map(|event| alert(&event.payload)).collect();
            if !alerts.is_empty() {
                return alerts;
            }
        }
    }

    #[tokio::test]
    async fn alerts_go_where_the_samples_come_from() {
        let hub = Hub::new(Limits { count: 100, bytes: 1_000_000, ..Limits::default() });
        let channel = Name::dashboard();
        let publish = |metrics| hub.publish(&channel, Payload::Metrics(Box::new(metrics)));
        publish(busy(0, 99.0));
        let mut reader = hub.follow(hub.head().seq, vec![channel.clone()]);
        let shutdown = CancellationToken::new();
        let rule = Rule { hold: Duration::ZERO, ..Rule::cpu() };
        let task = spawn(vec![rule], hub.clone(), shutdown.clone());

        publish(busy(1, 90.0));
        let fired = alerts(&mut reader).await;
        assert_eq!(fired.len(), 1);
        assert_eq!((fired[0].id.as_str(), fired[0].state), ("cpu", AlertState::Firing));
        assert_eq!(fired[0].level, AlertLevel::Warning, "the sample from before was not taken in");

        publish(busy(2, 40.1));
        let resolved = alerts(&mut reader).await;
        assert_eq!(resolved.len(), 1);
        assert_eq!((resolved[0].state, resolved[0].level), (AlertState::Resolved, AlertLevel::Info));
        assert_eq!(resolved[0].message, "CPU is 40.1 %, back under 75 %");

        shutdown.cancel();
        tokio::time::timeout(Duration::from_secs(10), task).await.unwrap().unwrap();
    }
}
