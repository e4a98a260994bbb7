//! The thread that samples: reading a busy machine's process table takes milliseconds, which the async threads don't have.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use super::{Config, Latest, Source};
use crate::hub::{Hub, Name, Payload};

/// How old the process table gets while nobody looks: it costs ten times all the rest together.
const TABLE_AGE: Duration = Duration::from_secs(5);

/// Pause between the first two readings of the processors: the least that gives a value, and a little more.
const WARM_UP: Duration = sysinfo::MINIMUM_CPU_UPDATE_INTERVAL.saturating_add(Duration::from_millis(50));

/// Samples `source` on a thread of its own and publishes `metrics` on the dashboard's channel until `shutdown`; what the
/// system says beyond them is in `latest` by then.
///
/// Must be called within a tokio runtime; the thread also ends when that runtime does.
pub fn spawn(
    source: Box<dyn Source>,
    config: &Config,
    hub: Hub,
    latest: Latest,
    shutdown: CancellationToken,
) -> io::Result<JoinHandle<()>> {
    let runtime = Handle::try_current().map_err(io::Error::other)?;
    // Nothing is ever sent: what wakes the thread is that the sender is dropped, however the task ends.
    let (stop, stopped) = mpsc::channel::<()>();
    runtime.spawn(async move {
        shutdown.cancelled().await;
        drop(stop);
    });
    let interval = config.interval;
    thread::Builder::new().name("collect".into()).spawn(move || run(source, interval, &hub, &latest, &stopped))
}

fn run(mut source: Box<dyn Source>, interval: Duration, hub: &Hub, latest: &Latest, stopped: &Receiver<()>) {
    let channel = Name::dashboard();
    let mut table_read: Option<Instant> = None;
    let mut tick = Instant::now();
    loop {
        let now = Instant::now();
        let watched = hub.presence().count(&channel) > 0;
        let processes = watched || table_read.is_none_or(|read| is_due(now.saturating_duration_since(read), interval));
        match source.sample(processes) {
            Some(metrics) => {
                if processes && metrics.processes.is_some() {
                    table_read = Some(now);
                }
                if let (true, Some(table)) = (processes, &metrics.processes) {
                    latest.set_processes(source.processes().unwrap_or_else(|| Arc::new(table.top.clone())));
                }
                if let Some(readings) = source.readings() {
                    latest.set(readings);
                }
                hub.publish(&channel, Payload::Metrics(Box::new(metrics)));
                tick = next_tick(tick, interval, Instant::now());
            }
            None => tick = Instant::now() + WARM_UP,
        }
        match stopped.recv_timeout(tick.saturating_duration_since(Instant::now())) {
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) | Ok(()) => return,
        }
    }
}

/// Ticks are not exact: one that comes a moment before the table is [`TABLE_AGE`] old is nearer than the next.
fn is_due(age: Duration, interval: Duration) -> bool {
    age + interval / 2 >= TABLE_AGE
}

/// The first moment after `now` that is a whole number of intervals after `previous`: no drift, and no burst of missed
/// ticks after the machine slept.
fn next_tick(previous: Instant, interval: Duration, now: Instant) -> Instant {
    let interval = interval.max(Duration::from_millis(1));
    let missed = now.saturating_duration_since(previous).as_nanos() / interval.as_nanos();
    previous + interval.saturating_mul(u32::try_from(missed).unwrap_or(u32::MAX - 1) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect;
    use crate::hub::{Follower, Limits};
    use app::model::Metrics;

    #[test]
    fn ticks_neither_drift_nor_burst() {
        let start = Instant::now();
        let after = |ms| start + Duration::from_millis(ms);
        let second = Duration::from_secs(1);
        assert_eq!(next_tick(start, second, after(7)), after(1_000), "the time a sample takes is no delay");
        assert_eq!(next_tick(start, second, after(1_000)), after(2_000));
        assert_eq!(next_tick(start, second, after(3_600_400)), after(3_601_000), "an hour's sleep is one late tick");
        assert_eq!(next_tick(after(1_000), second, start), after(2_000), "woken early");
        assert!(next_tick(start, Duration::ZERO, start) > start);
    }

    #[test]
    fn the_table_is_read_every_five_seconds() {
        let second = Duration::from_secs(1);
        assert!(!is_due(Duration::from_millis(4_010), second));
        assert!(is_due(Duration::from_millis(4_990), second));
        assert!(is_due(Duration::from_millis(5_010), second));
    }

    fn hub() -> Hub {
        Hub::new(Limits { count: 100, bytes: 1 << 20, age: Duration::from_secs(60), ..Limits::default() })
    }

    async fn next_metrics(follower: &mut Follower, within: Duration) -> Metrics {
        let batch = tokio::time::timeout(within, follower.next()).await.unwrap();
        match &batch.events.last().unwrap().payload {
            Payload::Metrics(metrics) => metrics.as_ref().clone(),
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn publishes_soon_and_stops_at_once() {
        let hub = hub();
        let shutdown = CancellationToken::new();
        let config = Config::default();
        let (latest, mut follower) = (Latest::default(), hub.follow(0, vec![Name::dashboard()]));
        let thread = spawn(collect::source(&config), &config, hub.clone(), latest.clone(), shutdown.clone()).unwrap();

        let first = next_metrics(&mut follower, Duration::from_millis(1_500)).await;
        assert!(first.memory_bytes.total > 0);
        let taken = app::model::Timestamp::from(latest.get().expect("readings before the sample is told").taken);
        assert!(taken >= first.timestamp);
        let table = first.processes.expect("the first sample has a process table");
        assert!(table.top.len() <= 40);

        let watching = hub.presence().enter(vec![Name::dashboard()]);
        let second = next_metrics(&mut follower, Duration::from_secs(5)).await;
        assert!(second.processes.unwrap().timestamp > table.timestamp, "read anew while somebody looks");
        drop(watching);

        let cancelled = Instant::now();
        shutdown.cancel();
        tokio::task::spawn_blocking(|| thread.join()).await.unwrap().unwrap();
        assert!(cancelled.elapsed() < config.interval / 2, "well before the next tick: {:?}", cancelled.elapsed());
    }

    #[test]
    fn ends_with_its_runtime() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let config = Config { demo: true, ..Config::default() };
        let guard = runtime.enter();
        let thread =
            spawn(collect::source(&config), &config, hub(), Latest::default(), CancellationToken::new()).unwrap();
        drop(guard);
        drop(runtime);
        thread.join().unwrap();
    }

    #[test]
    fn needs_a_runtime() {
        let config = Config { demo: true, ..Config::default() };
        assert!(spawn(collect::source(&config), &config, hub(), Latest::default(), CancellationToken::new()).is_err());
    }
}
