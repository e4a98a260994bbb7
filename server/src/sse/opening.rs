use app::model::{Bye, Connected, Cursor, Gap, Timestamp};
use bytes::{Bytes, BytesMut};
use rand::Rng as _;
use rand::distr::Alphanumeric;
use serde::Serialize;
use std::time::{Duration, SystemTime};

use crate::hub::{Hub, Missing, Name, Resume, frame};

const GONE: &str = "the server no longer holds them";

/// What a client asks for.
#[derive(Debug, Clone)]
pub struct Request {
    /// Channels to follow.
    pub channels: Vec<Name>,
    /// The cursor it resumes from, as it sent it: anything at all may stand here. `None` is a first connection.
    pub last_event_id: Option<String>,
    /// What it calls itself; made up where it doesn't say.
    pub client_id: Option<Name>,
}

/// What a stream begins with.
#[derive(Debug)]
pub struct Opening {
    /// The follower goes on after this event.
    pub seq: u64,
    /// The frames to send first.
    pub frames: Bytes,
}

impl Opening {
    /// Decides where a stream goes on from, and writes what the client must know of it.
    ///
    /// A known cursor goes on with exactly the next event. Any other gets the state to start from, which `snapshot` gives
    /// together with the number of the last event in it. Where some of what came after a known cursor is gone for good,
    /// that is told first, as a `gap` a channel, and what is still there follows.
    pub fn new<S: Serialize>(
        hub: &Hub,
        request: &Request,
        heartbeat: Duration,
        snapshot: impl Fn() -> (u64, S),
    ) -> Self {
        let asked = request.last_event_id.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let cursor = asked.and_then(|text| text.parse::<Cursor>().ok());
        let resume = cursor.map_or(Resume::Unknown, |cursor| hub.resume(cursor, &request.channels));
        let (seq, missing, state) = match resume {
            Resume::Exact(seq) => (seq, Vec::new(), None),
            Resume::Evicted(missing) => {
                // The oldest go first, so all that came after the last of the missing is still here, and is sent. The
                // snapshot has no id: a client that is cut off meanwhile resumes from what it has been sent.
                let seq = missing.iter().map(|missing| missing.last).max().unwrap_or_default();
                (seq, missing, Some((None, snapshot().1)))
            }
            Resume::Unknown => {
                let (seq, state) = snapshot();
                (seq, Vec::new(), Some((Some(hub.cursor_at(seq)), state)))
            }
        };
        let mut frames = BytesMut::from(&retry()[..]);
        let connected = Connected {
            client_id: request.client_id.as_ref().map_or_else(client_id, Name::to_string),
            channels: request.channels.iter().map(Name::to_string).collect(),
            message: format!("Connected to channel: {}", join(&request.channels)),
            cursor: hub.cursor_at(seq),
            resumed: state.is_none(),
            missed: missing.iter().map(|missing| missing.count).sum(),
            heartbeat_ms: u64::try_from(heartbeat.as_millis()).unwrap_or(u64::MAX),
            server_time: Timestamp::from(SystemTime::now()),
        };
        frames.extend_from_slice(&event(None, "connected", &connected));
        for missing in &missing {
            frames.extend_from_slice(&gap(hub, missing));
        }
        if let Some((id, state)) = state {
            frames.extend_from_slice(&snapshot_frame(id, &state));
        }
        Self { seq, frames: frames.freeze() }
    }
}

/// The frame that says which events a follower will never get.
pub(super) fn gap(hub: &Hub, missing: &Missing) -> Bytes {
    let gap = Gap {
        channel: missing.channel.to_string(),
        missed: missing.count,
        from: hub.cursor_at(missing.first.saturating_sub(1)),
        to: hub.cursor_at(missing.last),
        reason: if missing.or_more { "there were at least so many, and the server no longer holds them" } else { GONE }
            .to_owned(),
    };
    event(None, "gap", &gap)
}

/// The frame that carries the state to start again from.
pub fn snapshot_frame<S: Serialize>(id: Option<Cursor>, state: &S) -> Bytes {
    event(id, "snapshot", state)
}

/// A frame of the stream's own.
pub(super) fn event<T: Serialize>(id: Option<Cursor>, name: &str, data: &T) -> Bytes {
    frame::encode(id, Some(name), &frame::json(data))
}

/// The last frames of a stream: how long to wait before coming back, and why it ends.
pub(super) fn bye(reason: &str) -> Bytes {
    [retry(), event(None, "bye", &Bye { reason: reason.to_owned() })].concat().into()
}

/// A time to wait of the stream's own, 2 to 6 s, so that a restart is not answered by everybody at once.
fn retry() -> Bytes {
    frame::retry(rand::rng().random_range(2_000..=6_000))
}

fn join(names: &[Name]) -> String {
    names.iter().map(Name::as_str).collect::<Vec<_>>().join(", ")
}

fn client_id() -> String {
    rand::rng().sample_iter(Alphanumeric).take(12).map(char::from).collect()
}
