//! The log of a made-up machine (`--demo`): the same lines again and again, a little more than one a second.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use app::model::{LogEntry, LogLevel};
use tokio_util::sync::CancellationToken;

use super::outlet::Outlet;

const LINES: [(LogLevel, &str, &str); 12] = [
    (LogLevel::Info, "app", "checkout order=88213 total=129.00 EUR user=4471"),
    (LogLevel::Debug, "app", "cache hit ratio 0.934 over 60 s, 18,204 keys"),
    (LogLevel::Warn, "postgres", "checkpoints are occurring too frequently (24 seconds apart)"),
    (LogLevel::Info, "nginx", "GET /api/orders/88213 200 in 9 ms, 1.2 KiB"),
    (LogLevel::Error, "app", "payment provider timed out after 5000 ms, order=88213, trying again"),
    (LogLevel::Info, "app", "payment retried, order=88213, try 2 of 3"),
    (LogLevel::Info, "sshd", "Accepted publickey for mira from 10.20.4.18 port 51022 ssh2"),
    (LogLevel::Info, "app", "payment captured order=88213 in 412 ms"),
    (LogLevel::Info, "systemd", "Started session-412.scope, session 412 of user mira"),
    (LogLevel::Info, "nginx", "GET /healthz 200 in 1 ms, 3 B"),
    (LogLevel::Info, "restic", "snapshot 5c1e07a2 saved, 18.2 GiB in 4,113 files"),
    (LogLevel::Debug, "app", "gc 12 ms, heap 318 MiB"),
];

/// Publishes the lines until `shutdown` is cancelled. The first dozen come at once, so that there is something to see.
pub async fn demo(outlet: Outlet, shutdown: CancellationToken) {
    for (number, (level, source, message)) in LINES.into_iter().cycle().enumerate() {
        outlet.publish(LogEntry {
            timestamp: SystemTime::now().into(),
            level,
            message: message.to_owned(),
            source: source.to_owned(),
            unit: None,
            fields: BTreeMap::new(),
        });
        let pause = if number < LINES.len() { 0 } else { 600 + (number as u64 * 377) % 700 };
        if shutdown.run_until_cancelled(tokio::time::sleep(Duration::from_millis(pause))).await.is_none() {
            return;
        }
    }
}
