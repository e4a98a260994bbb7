use std::time::{Duration, SystemTime};

use app::model::{Bye, Heartbeat, Timestamp};
use bytes::{Bytes, BytesMut};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};
use tokio_util::sync::CancellationToken;

use super::opening::{event, gap};
use super::{Config, Opening};
use crate::hub::{Batch, Follower, Hub, Present};

/// One open stream.
#[derive(Debug)]
pub struct Stream {
    hub: Hub,
    follower: Follower,
    opening: Option<Bytes>,
    heartbeat: Interval,
    shutdown: CancellationToken,
    ended: bool,
    _present: Present,
}

impl Stream {
    /// A stream that begins with `opening` and ends with `bye` when `shutdown` is cancelled.
    pub fn new(
        hub: Hub,
        opening: Opening,
        channels: Vec<crate::hub::Name>,
        config: Config,
        shutdown: CancellationToken,
    ) -> Self {
        let mut heartbeat = interval_at(Instant::now() + config.heartbeat, config.heartbeat);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let present = hub.presence().enter(channels.clone());
        let follower = hub.follow(opening.seq, channels);
        Self { hub, follower, opening: Some(opening.frames), heartbeat, shutdown, ended: false, _present: present }
    }

    /// What is to be written next: all that is ready, in one piece. `None` is the end.
    ///
    /// It is asked for only when the connection can take more, so a reader that stalls holds a cursor and no queue.
    pub async fn next(&mut self) -> Option<Bytes> {
        if let Some(opening) = self.opening.take() {
            return Some(opening);
        }
        if self.ended {
            return None;
        }
        tokio::select! {
            biased;
            () = self.shutdown.cancelled() => {
                self.ended = true;
                Some(event(None, "bye", &Bye { reason: "the server is shutting down".to_owned() }))
            }
            _ = self.heartbeat.tick() => Some(self.beat()),
            batch = self.follower.next() => Some(self.write(&batch)),
        }
    }

    fn beat(&self) -> Bytes {
        let cursor = self.follower.cursor();
        let lag = self.follower.lag().unwrap_or(Duration::ZERO);
        let heartbeat = Heartbeat {
            server_time: Timestamp::from(SystemTime::now()),
            cursor,
            lag_ms: u64::try_from(lag.as_millis()).unwrap_or(u64::MAX),
        };
        event(Some(cursor), "heartbeat", &heartbeat)
    }

    fn write(&self, batch: &Batch) -> Bytes {
        if let ([], [only]) = (&batch.missing[..], &batch.events[..]) {
            return only.frame.clone();
        }
        let mut frames = BytesMut::with_capacity(batch.events.iter().map(|event| event.frame.len()).sum());
        for missing in &batch.missing {
            frames.extend_from_slice(&gap(&self.hub, missing));
        }
        for event in &batch.events {
            frames.extend_from_slice(&event.frame);
        }
        frames.freeze()
    }
}
