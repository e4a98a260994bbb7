use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, SystemTime};

use app::model::{Heartbeat, Timestamp};
use bytes::{Bytes, BytesMut};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};
use tokio_util::sync::WaitForCancellationFutureOwned;

use super::aside::Aside;
use super::opening::{bye, event, gap, snapshots};
use super::{Config, End, Opening, Request, State};
use crate::hub::{Batch, Follower, Full, Hub, Name, Present};

/// One open stream.
#[derive(Debug)]
pub struct Stream {
    /// What is to be written first.
    opening: Option<Bytes>,
    hub: Hub,
    follower: Follower,
    channels: Vec<Name>,
    heartbeat: Interval,
    states: States,
    end: End,
    come: Aside<Pin<Box<WaitForCancellationFutureOwned>>>,
    /// The newest event when the end came: all up to it is still sent.
    ending: Option<u64>,
    ended: bool,
    _present: Present,
}

/// Makes the state that the channels of a stream start from, for those that have one: when it begins, and again when its
/// reader has fallen off the log, because what it missed may have changed the state.
pub struct States(pub Box<dyn Fn() -> Vec<State> + Send>);

impl fmt::Debug for States {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("States")
    }
}

impl Stream {
    /// The stream that `request` asks for. It ends with `bye` when `end` comes.
    ///
    /// # Errors
    /// When there is no room for a channel that isn't there yet.
    pub fn open(hub: Hub, request: Request, states: States, config: Config, end: End) -> Result<Self, Full> {
        let opening = Opening::new(&hub, &request, config.heartbeat, &states.0);
        let channels = request.channels;
        let follower = hub.follow_from_outside(opening.reader, opening.seq, channels.clone())?;
        follower.tell(&opening.missing);
        let mut heartbeat = interval_at(Instant::now() + config.heartbeat, config.heartbeat);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let present = hub.presence().enter(channels.clone());
        Ok(Self {
            opening: Some(opening.frames),
            hub,
            follower,
            channels,
            heartbeat,
            states,
            come: Aside::new(Box::pin(end.come())),
            end,
            ending: None,
            ended: false,
            _present: present,
        })
    }

    /// What is to be written next: all that is ready, in one piece. `None` is the end.
    ///
    /// It is asked for only when the connection can take more, so a reader that stalls holds a cursor and no queue.
    pub async fn next(&mut self) -> Option<Bytes> {
        poll_fn(|context| self.poll_next(context)).await
    }

    /// What [`next`](Self::next) waits for.
    pub fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Bytes>> {
        let bytes = match self.opening.take() {
            Some(opening) => opening,
            None if self.ended => return Poll::Ready(None),
            None => ready!(self.read(context)),
        };
        self.follower.wrote(bytes.len());
        Poll::Ready(Some(bytes))
    }

    fn read(&mut self, context: &mut Context<'_>) -> Poll<Bytes> {
        if let Some(head) = self.ending {
            return Poll::Ready(self.last(head));
        }
        if Pin::new(&mut self.come).poll(context).is_ready() {
            let head = self.hub.head().seq;
            self.ending = Some(head);
            return Poll::Ready(self.last(head));
        }
        if self.heartbeat.poll_tick(context).is_ready() {
            return Poll::Ready(self.beat());
        }
        let batch = ready!(self.follower.poll_next(context));
        Poll::Ready(self.write(&batch))
    }

    /// What is left to send of the events up to `head`, piece by piece, then `bye`: what was published is not dropped
    /// because the stream ends.
    fn last(&mut self, head: u64) -> Bytes {
        if self.follower.cursor().seq < head
            && !self.end.is_cut()
            && let Some(batch) = self.follower.ready()
        {
            return self.write(&batch);
        }
        self.ended = true;
        bye(self.end.reason())
    }

    fn beat(&mut self) -> Bytes {
        let lag = self.follower.waiting().oldest.unwrap_or(Duration::ZERO);
        let cursor = self.follower.cursor();
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
            frames.extend_from_slice(&snapshots(None, &(self.states.0)(), &self.channels));
        }
        for event in &batch.events {
            frames.extend_from_slice(&event.frame);
        }
        frames.freeze()
    }
}
