//! What the tests of the sources share: an outlet, and what has been published there.

use std::time::Duration;

use app::model::LogEntry;
use tokio::time::timeout;

use super::outlet::Outlet;
use crate::hub::{Follower, Hub, Limits, Name, Payload};

/// Reads the log entries of a hub in order.
pub(super) struct Reader {
    follower: Follower,
    read: Vec<LogEntry>,
}

/// An outlet, and a reader of what is published there from now on.
pub(super) fn outlet() -> (Outlet, Reader) {
    let hub = Hub::new(Limits { bytes: 64 << 20, ..Limits::default() });
    let follower = hub.follow(0, vec![Name::dashboard()]);
    (Outlet::new(hub, 100_000), Reader { follower, read: Vec::new() })
}

impl Reader {
    /// Waits until `count` entries in all have been published, and returns them.
    pub(super) async fn first(&mut self, count: usize) -> &[LogEntry] {
        while self.read.len() < count {
            let batch = timeout(Duration::from_secs(10), self.follower.next()).await.expect("entries in time");
            self.take(batch.events.iter().map(|event| &event.payload));
        }
        &self.read
    }

    /// As [`first`](Self::first), their messages.
    pub(super) async fn messages(&mut self, count: usize) -> Vec<&str> {
        self.first(count).await.iter().map(|entry| entry.message.as_str()).collect()
    }

    /// Everything published within `time`.
    pub(super) async fn all_within(&mut self, time: Duration) -> Vec<&str> {
        let _ = timeout(time, async {
            loop {
                let batch = self.follower.next().await;
                self.take(batch.events.iter().map(|event| &event.payload));
            }
        })
        .await;
        self.read.iter().map(|entry| entry.message.as_str()).collect()
    }

    fn take<'a>(&mut self, payloads: impl Iterator<Item = &'a Payload>) {
        for payload in payloads {
            if let Payload::Log(entry) = payload {
                self.read.push(entry.clone());
            }
        }
    }
}
