use std::collections::VecDeque;
use std::time::SystemTime;

use app::model::{AlertLevel, AlertState, ChatLine, ChatPerson, ChatWhat, Cursor, Timestamp};
use serde::Serialize;

use super::book::Book;
use crate::hub::frame::json;

/// Bytes of text in one snapshot: the newest messages that fit.
const SNAPSHOT_BYTES: usize = 1024 * 1024;

/// What a stream of the room starts from.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    /// The last event that is in here.
    pub cursor: Cursor,
    /// The server's clock.
    pub server_time: Timestamp,
    /// The last messages, oldest first.
    messages: VecDeque<Message>,
    /// What came between them, oldest first.
    notices: VecDeque<Notice>,
    /// Who is here.
    users: Vec<ChatPerson>,
    /// Lines that are kept and are not here, because the snapshot would be too large.
    omitted: usize,
}

/// A `message` event.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    id: String,
    username: String,
    text: String,
    timestamp: Timestamp,
    claimed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    sent_at: Option<Timestamp>,
}

/// A `userJoined` or `userLeft` event.
#[derive(Debug, Serialize)]
struct Presence<'a> {
    id: String,
    username: &'a str,
    timestamp: Timestamp,
    users: Vec<&'a str>,
}

/// A `notice` event: what the machine has to say, or somebody has done.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Notice {
    id: String,
    timestamp: Timestamp,
    kind: &'static str,
    /// All of it in one sentence.
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<AlertLevel>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<AlertState>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alert: Option<String>,
}

/// The event that tells of `line`: its name and its data.
pub(super) fn event(line: &ChatLine, book: &Book) -> (&'static str, String) {
    let presence = |username: &str| {
        let users = book.here().values().map(|person| person.username.as_str()).collect();
        json(&Presence { id: line.number.to_string(), username, timestamp: line.at, users })
    };
    match &line.what {
        ChatWhat::Message(_) => ("message", message(line).map(|message| json(&message)).unwrap_or_default()),
        ChatWhat::Joined { username } => ("userJoined", presence(username)),
        ChatWhat::Left { username } => ("userLeft", presence(username)),
        ChatWhat::Alert(_) | ChatWhat::Acknowledged { .. } => ("notice", json(&notice(line))),
    }
}

/// The room as of `cursor`.
pub(super) fn snapshot(book: &Book, cursor: Cursor) -> Snapshot {
    let (mut messages, mut notices, mut bytes) = (VecDeque::new(), VecDeque::new(), 0);
    for line in book.lines().iter().rev() {
        match message(line) {
            Some(message) => {
                bytes += message.text.len();
                if bytes > SNAPSHOT_BYTES {
                    break;
                }
                messages.push_front(message);
            }
            None => notices.push_front(notice(line)),
        }
    }
    let omitted = book.lines().len() - messages.len() - notices.len();
    let users = book.here().values().cloned().collect();
    Snapshot { cursor, server_time: Timestamp::from(SystemTime::now()), messages, notices, users, omitted }
}

fn message(line: &ChatLine) -> Option<Message> {
    let ChatWhat::Message(message) = &line.what else { return None };
    Some(Message {
        id: line.number.to_string(),
        username: message.username.clone(),
        text: message.text.clone(),
        timestamp: line.at,
        claimed: message.claimed,
        sent_at: message.sent_at,
    })
}

fn notice(line: &ChatLine) -> Notice {
    let (kind, text) = match &line.what {
        ChatWhat::Message(message) => ("message", message.text.clone()),
        ChatWhat::Joined { username } => ("joined", format!("{username} joined")),
        ChatWhat::Left { username } => ("left", format!("{username} left")),
        ChatWhat::Alert(alert) => ("alert", format!("{}: {}", alert.name, alert.message)),
        ChatWhat::Acknowledged { name, by, reason, .. } if reason.is_empty() => {
            ("acknowledged", format!("{by} acknowledged {name}"))
        }
        ChatWhat::Acknowledged { name, by, reason, .. } => {
            ("acknowledged", format!("{by} acknowledged {name}: {reason:?}"))
        }
    };
    let (mut level, mut state, mut about) = (None, None, None);
    match &line.what {
        ChatWhat::Alert(alert) => {
            (level, state, about) = (Some(alert.level), Some(alert.state), Some(alert.id.clone()));
        }
        ChatWhat::Acknowledged { id, .. } => about = Some(id.clone()),
        ChatWhat::Message(_) | ChatWhat::Joined { .. } | ChatWhat::Left { .. } => {}
    }
    Notice { id: line.number.to_string(), timestamp: line.at, kind, text, level, state, alert: about }
}
