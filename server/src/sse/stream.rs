use std::fmt;
use std::time::{Duration, SystemTime};

use app::model::{Heartbeat, Timestamp};
use bytes::{Bytes, BytesMut};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};
use tokio_util::sync::CancellationToken;

use super::opening::{bye, event, gap};
use super::{Config, Opening};
use crate::hub::{Batch, Follower, Hub, Present};

/// One open stream.
#[derive(Debug)]
pub struct Stream {
    hub: Hub,
    follower: Follower,
    opening: Option<Bytes>,
    heartbeat: Interval,
    restart: Restart,
    shutdown: CancellationToken,
    /// The newest event when the end came: all up to it is still sent.
    ending: Option<u64>,
    ended: bool,
    _present: Present,
}

/// Makes the `snapshot` frame for a reader that has fallen off the log: what it missed may have changed the state.
pub struct Restart(pub Box<dyn Fn() -> Bytes + Send>);

impl fmt::Debug for Restart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Restart")
    }
}

impl Stream {
    /// A stream that begins with `opening` and ends with `bye` when `shutdown` is cancelled.
    pub fn new(
        hub: Hub,
        opening: Opening,
        channels: Vec<crate::hub::Name>,
        config: Config,
        restart: Restart,
        shutdown: CancellationToken,
    ) -> Self {
        let mut heartbeat = interval_at(Instant::now() + config.heartbeat, config.heartbeat);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let present = hub.presence().enter(channels.clone());
        let follower = hub.follow(opening.seq, channels);
        Self {
            hub,
            follower,
            opening: Some(opening.frames),
            heartbeat,
            restart,
            shutdown,
            ending: None,
            ended: false,
            _present: present,
        }
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
        if let Some(head) = self.ending {
            return Some(self.last(head));
        }
        tokio::select! {
            biased;
            () = self.shutdown.cancelled() => {
                let head = self.hub.head().seq;
                self.ending = Some(head);
                Some(self.last(head))
            }
            _ = self.heartbeat.tick() => Some(self.beat()),
            batch = self.follower.next() => Some(self.write(&batch)),
        }
    }

    /// What is left to send of the events up to `head`, piece by piece, then `bye`: what was published is not dropped
    /// because the server goes.
    fn last(&mut self, head: u64) -> Bytes {
        if self.follower.cursor().seq < head
            && let Some(batch) = self.follower.ready()
        {
            return self.write(&batch);
        }
        self.ended = true;
        bye("the server is shutting down")
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
        if !batch.missing.is_empty() {
            frames.extend_from_slice(&(self.restart.0)());
        }
        for event in &batch.events {
            frames.extend_from_slice(&event.frame);
        }
        frames.freeze()
    }
}
