use app::model::{Bye, Connected, Cursor, Gap, Timestamp};
use bytes::{Bytes, BytesMut};
use rand::Rng as _;
use rand::distr::Alphanumeric;
use serde::Serialize;
use serde_json::value::RawValue;
use std::time::{Duration, SystemTime};

use crate::hub::{Entrance, Hub, Missing, Name, Reader, Resume, frame};

const GONE: &str = "the server no longer holds them";
const GONE_OR_MORE: &str = "there were at least so many, and the server no longer holds them";

/// What a client asks for.
#[derive(Debug, Clone)]
pub struct Request {
    /// Channels to follow.
    pub channels: Vec<Name>,
    /// The cursor it resumes from, as it sent it: anything at all may stand here. `None` is a first connection.
    pub last_event_id: Option<String>,
    /// What it calls itself; made up where it doesn't say.
    pub client_id: Option<Name>,
    /// Where it is, as far as others may be told.
    pub address: Option<String>,
    /// It says that it is a browser.
    pub browser: bool,
    /// The cursor is that of a page which was just loaded: it begins, and doesn't come back.
    pub page: bool,
}

/// The state that a channel starts from.
#[derive(Debug, Clone)]
pub struct State {
    /// The channel; none, where it is the state of all that are followed.
    pub channel: Option<Name>,
    /// The last event that is in it.
    pub seq: u64,
    /// The state itself.
    pub json: Box<RawValue>,
}

/// What a stream begins with.
#[derive(Debug)]
pub(super) struct Opening {
    /// The follower goes on after this event.
    pub(super) seq: u64,
    /// The frames to send first.
    pub(super) frames: Bytes,
    /// Who follows.
    pub(super) reader: Reader,
    /// What is gone of what came after the cursor that was asked for.
    pub(super) missing: Vec<Missing>,
}

impl Opening {
    /// Decides where a stream goes on from, and writes what the client must know of it.
    ///
    /// A known cursor goes on with exactly the next event. Any other gets the state to start from, which `states` gives
    /// together with the number of the last event in it. Where some of what came after a known cursor is gone for good,
    /// that is told first, as a `gap` a channel, and what is still there follows.
    pub(super) fn new(hub: &Hub, request: &Request, heartbeat: Duration, states: impl Fn() -> Vec<State>) -> Self {
        let asked = request.last_event_id.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let cursor = asked.and_then(|text| text.parse::<Cursor>().ok());
        let resume = cursor.map_or(Resume::Unknown, |cursor| hub.resume(cursor, &request.channels));
        let (seq, missing, states, entrance) = match resume {
            Resume::Exact(seq) => (seq, Vec::new(), Vec::new(), Entrance::Complete),
            Resume::Evicted(missing) => {
                // The oldest go first, so all that came after the last of the missing is still here, and is sent.
                let seq = missing.iter().map(|missing| missing.last).max().unwrap_or_default();
                (seq, missing, states(), Entrance::WithGap)
            }
            Resume::Unknown => {
                // The head before the states: what is published meanwhile is sent, and not taken for seen.
                let head = hub.head().seq;
                let states = states();
                let stateless = states.len() < request.channels.len();
                let seq = states.iter().map(|state| state.seq).chain(stateless.then_some(head)).min().unwrap_or(head);
                (seq, Vec::new(), states, Entrance::Fresh)
            }
        };
        // Where a gap comes first the snapshot has no id: a client that is cut off meanwhile resumes from what it has been
        // sent.
        let id = (entrance == Entrance::Fresh).then(|| hub.cursor_at(seq));
        let name = request.client_id.as_ref().map_or_else(client_id, Name::to_string);
        let connected = Connected {
            client_id: name.clone(),
            channels: request.channels.iter().map(Name::to_string).collect(),
            message: format!("Connected to channel: {}", join(&request.channels)),
            cursor: hub.cursor_at(seq),
            resumed: entrance == Entrance::Complete,
            missed: missing.iter().map(|missing| missing.count).sum(),
            heartbeat_ms: u64::try_from(heartbeat.as_millis()).unwrap_or(u64::MAX),
            server_time: Timestamp::from(SystemTime::now()),
        };
        let mut frames = BytesMut::from(&retry()[..]);
        frames.extend_from_slice(&event(None, "connected", &connected));
        for missing in &missing {
            frames.extend_from_slice(&gap(hub, missing));
        }
        frames.extend_from_slice(&snapshots(id, &states, &request.channels));
        let named = request.client_id.is_some();
        let entrance = if request.page && entrance == Entrance::Complete { Entrance::Fresh } else { entrance };
        let (address, browser) = (request.address.clone(), request.browser);
        let reader = Reader { name, named, address, inside: false, browser, entrance };
        Self { seq, frames: frames.freeze(), reader, missing }
    }
}

/// The frame that says which events a follower will never get.
pub(super) fn gap(hub: &Hub, missing: &Missing) -> Bytes {
    let gap = Gap {
        channel: missing.channel.to_string(),
        missed: missing.count,
        from: hub.cursor_at(missing.after),
        to: hub.cursor_at(missing.last),
        reason: if missing.or_more { GONE_OR_MORE } else { GONE }.to_owned(),
    };
    event(None, "gap", &gap)
}

/// The frames that carry the states to start again from. Where several channels are followed, each says whose it is.
pub(super) fn snapshots(id: Option<Cursor>, states: &[State], channels: &[Name]) -> Bytes {
    #[derive(Serialize)]
    struct OfChannel<'a> {
        channel: &'a str,
        state: &'a RawValue,
    }
    let mut frames = BytesMut::new();
    for state in states {
        let data = match &state.channel {
            Some(channel) if channels.len() > 1 => {
                frame::json(&OfChannel { channel: channel.as_str(), state: &state.json })
            }
            _ => state.json.get().to_owned(),
        };
        frames.extend_from_slice(&frame::encode(id, Some("snapshot"), &data));
    }
    frames.freeze()
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
