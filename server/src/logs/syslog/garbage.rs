use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use app::format;
use app::model::LogLevel;
use tokio_util::sync::CancellationToken;

use crate::logs::line;
use crate::logs::outlet::{Outlet, notice};

/// How often it is said that something came that was no syslog.
const REPORT: Duration = Duration::from_secs(10);
/// Bytes of it that are shown.
const SAMPLE: usize = 100;

/// Counts what came to an address and was no syslog, and keeps one of it to show.
#[derive(Debug, Clone)]
pub(super) struct Garbage {
    address: String,
    outlet: Outlet,
    counted: Arc<Mutex<Counted>>,
}

#[derive(Debug, Default)]
struct Counted {
    count: u64,
    sample: String,
}

impl Garbage {
    pub(super) fn new(address: String, outlet: Outlet) -> Self {
        Self { address, outlet, counted: Arc::default() }
    }

    pub(super) fn count(&self, bytes: &[u8]) {
        let mut counted = self.counted();
        counted.count += 1;
        if counted.count == 1 {
            counted.sample = line::whole(bytes, SAMPLE);
        }
    }

    /// Says it from time to time until `shutdown` is cancelled.
    pub(super) async fn report(self, shutdown: CancellationToken) {
        let mut tick = tokio::time::interval(REPORT);
        while shutdown.run_until_cancelled(tick.tick()).await.is_some() {
            let Counted { count, sample } = std::mem::take(&mut *self.counted());
            if count > 0 {
                let messages = if count == 1 { "message" } else { "messages" };
                let (address, count) = (&self.address, format::count(count));
                let message = format!("{count} {messages} at {address} had no syslog priority, such as {sample:?}");
                self.outlet.publish(notice(LogLevel::Warn, message));
            }
        }
    }

    fn counted(&self) -> MutexGuard<'_, Counted> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::test_support;

    #[tokio::test(start_paused = true)]
    async fn one_of_them_is_shown() {
        let (outlet, mut reader) = test_support::outlet();
        let garbage = Garbage::new("udp://127.0.0.1:514".to_owned(), outlet);
        let shutdown = CancellationToken::new();
        let reporting = tokio::spawn(garbage.clone().report(shutdown.clone()));
        tokio::time::sleep(Duration::from_secs(1)).await;
        for bytes in [&b"GET / \x1b[2J"[..], b"another", b"\xff\xff"] {
            garbage.count(bytes);
        }
        let said = reader.messages(1).await;
        assert_eq!(said, ["3 messages at udp://127.0.0.1:514 had no syslog priority, such as \"GET / \""]);
        shutdown.cancel();
        reporting.await.unwrap();
    }
}
