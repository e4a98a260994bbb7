use std::sync::Arc;

use app::filter::Filter;
use app::model::{ProcessQuery, Value, Values};
use app::range::Range;
use axum::Extension;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use super::accounts::Accounts;
use super::{Parameters, access, first, short};
use crate::auth::{Grant, Identity};
use crate::chat::Guest;
use crate::error::ApiError;
use crate::hub::{Event, Name, Payload};
use crate::net::ClientAddress;
use crate::quota::Seat;
use crate::sse::{self, End, States, Stream};
use crate::state::AppState;

/// Bytes of data in the latest values that a stream begins with.
const VALUES_BYTES: usize = 64 * 1024;

/// Who asks for a stream: from where, by what right, and what is to end it; nothing, where it is only asked whether there
/// would be one (HEAD).
pub(super) type Asker = (Extension<ClientAddress>, Extension<Grant>, Option<Extension<End>>, Accounts);

/// What a stream holds until it ends: its place among those of the same reader, and somebody's in the room.
pub(super) type Held = (Option<Seat>, Option<Guest>);

/// `GET /api/events`, `GET /api/stream`: the channel `default`, or those of `?channels=a,b`.
pub(crate) async fn default(
    State(state): State<AppState>,
    Query(query): Query<Parameters>,
    asker: Asker,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let channels = match first(&query, "channels") {
        Some(list) => several(list, state.stream.channels)?,
        None => vec![Name::default_channel()],
    };
    open(state, channels, asker, &query, &headers)
}

/// `GET /api/stream/{channel}`: that channel.
pub(crate) async fn channel(
    State(state): State<AppState>,
    channel: Result<Path<String>, PathRejection>,
    Query(query): Query<Parameters>,
    asker: Asker,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let channel = in_path(channel)?;
    open(state, vec![channel], asker, &query, &headers)
}

/// Opens a stream of `channels`.
///
/// A channel that isn't open to who asks is refused. No cursor and no client's name is, however odd: a browser that
/// gets anything but 200 gives up for good.
pub(super) fn open(
    state: AppState,
    channels: Vec<Name>,
    asker: Asker,
    query: &Parameters,
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    match seat(&state, &asker, query) {
        Ok(seat) => open_with(state, channels, asker, query, headers, (seat, None)),
        // A browser comes back after this, and after no other refusal.
        Err(full) => Ok(sse::farewell(&full)),
    }
}

/// The place of a stream, or why there is none.
pub(super) fn seat(state: &AppState, asker: &Asker, query: &Parameters) -> Result<Option<Seat>, String> {
    let (_, _, end, accounts) = asker;
    let Some(Extension(end)) = end else { return Ok(None) };
    state.quotas.stream(&accounts.0, first(query, "clientId"), end)
}

/// The same with what it holds.
pub(super) fn open_with(
    state: AppState,
    channels: Vec<Name>,
    (Extension(client), Extension(grant), end, _): Asker,
    query: &Parameters,
    headers: &HeaderMap,
    held: Held,
) -> Result<Response, ApiError> {
    let told = headers.get("last-event-id").map(|value| String::from_utf8_lossy(value.as_bytes()));
    let last_event_id = told.as_deref().or_else(|| first(query, "lastEventId")).map(str::to_owned);
    let channels = reached(&grant.identity, channels, last_event_id.is_some())?;
    let Some(Extension(end)) = end else { return Ok(sse::head()) };
    let client_id = first(query, "clientId").and_then(|id| Name::new(id).ok());
    let address = Some(client.0.to_string());
    let (browser, page) = (is_browser(headers), first(query, "page").is_some());
    let request = sse::Request { channels: channels.clone(), last_event_id, client_id, address, browser, page };
    let (hub, config) = (state.hub.clone(), state.stream);
    let stay = grant.leave.stay(&end);
    let states = States(Box::new(move || {
        // The stream holds this function, and so these, until it ends.
        let _ = (&stay, &held);
        states_of(&state, &channels)
    }));
    match Stream::open(hub, request, states, config, end) {
        Ok(stream) => Ok(sse::respond(stream)),
        Err(full) => Ok(sse::farewell(&full.to_string())),
    }
}

/// The states that `channels` start from. That of the overview has that of the dashboard in it.
fn states_of(state: &AppState, channels: &[Name]) -> Vec<sse::State> {
    if channels.contains(&Name::overview()) && channels.contains(&Name::dashboard()) {
        let snapshot = state.overview.snapshot(Range::default(), &ProcessQuery::default());
        let seq = snapshot.cursor.seq;
        return raw(&snapshot).map(|json| sse::State { channel: None, seq, json }).into_iter().collect();
    }
    channels.iter().filter_map(|channel| start(state, channel)).collect()
}

/// All browsers begin like this, for the sake of servers that once knew only the first of them; programs don't.
fn is_browser(headers: &HeaderMap) -> bool {
    headers.get(header::USER_AGENT).is_some_and(|agent| agent.as_bytes().starts_with(b"Mozilla/"))
}

/// Those of `channels` that are open to who asks. Whoever begins with another is told so; whoever comes back, and had it
/// before, goes on with those that are left, and hears nothing of it: neither what was published there, nor how much.
fn reached(identity: &Identity, channels: Vec<Name>, is_back: bool) -> Result<Vec<Name>, ApiError> {
    let is_open = |channel: &Name| access::reach(identity, channel);
    if !is_back || !channels.iter().any(|channel| is_open(channel).is_ok()) {
        channels.iter().try_for_each(is_open)?;
    }
    Ok(channels.into_iter().filter(|channel| is_open(channel).is_ok()).collect())
}

/// The state that `channel` starts from, if it has one.
fn start(state: &AppState, channel: &Name) -> Option<sse::State> {
    let (seq, json) = match channel.as_str() {
        "dashboard" => {
            let snapshot = state.board.snapshot(Range::default());
            (snapshot.cursor.seq, raw(&snapshot)?)
        }
        "overview" => {
            let snapshot = state.overview.snapshot(Range::default(), &ProcessQuery::default());
            (snapshot.cursor.seq, raw(&snapshot)?)
        }
        "alerts" => {
            let snapshot = state.alert_page.latest()?;
            (snapshot.cursor.seq, raw(&snapshot)?)
        }
        "connections" => {
            let snapshot = state.connections.snapshot(Range::default(), &Filter::default());
            (snapshot.cursor.seq, raw(&snapshot)?)
        }
        "logs" => {
            let snapshot = state.logs_page.snapshot(Range::default());
            (snapshot.cursor.seq, raw(&snapshot)?)
        }
        "chat" => {
            let snapshot = state.chat.snapshot();
            (snapshot.cursor.seq, raw(&snapshot)?)
        }
        "room" => {
            let snapshot = state.room.snapshot();
            (snapshot.cursor.seq, raw(&snapshot)?)
        }
        "hub" => {
            let stats = state.hub.stats(Some(Range::default()));
            (stats.log.newest.seq, raw(&stats)?)
        }
        _ => values(state, channel)?,
    };
    Some(sse::State { channel: Some(channel.clone()), seq, json })
}

/// The latest values of a channel, if there are any, with their number in the log.
fn values(state: &AppState, channel: &Name) -> Option<(u64, Box<RawValue>)> {
    let (seq, kept) = state.hub.values(channel);
    let mut bytes = 0;
    let value = |event: &Arc<Event>| {
        let Payload::Text { event: name, data, .. } = &event.payload else { return None };
        bytes += data.len();
        (bytes <= VALUES_BYTES).then(|| Value {
            id: state.hub.cursor_at(event.seq),
            at: event.at,
            event: name.as_ref().map(Name::to_string),
            data: data.clone(),
        })
    };
    let mut values: Vec<Value> = kept.iter().rev().map_while(value).collect();
    values.reverse();
    let omitted = (kept.len() - values.len()) as u64;
    let state = Values { cursor: state.hub.cursor_at(seq), values, omitted };
    (!kept.is_empty()).then(|| Some((seq, raw(&state)?)))?
}

fn raw<T: Serialize>(value: &T) -> Option<Box<RawValue>> {
    to_raw_value(value).ok()
}

/// The channels of a list like `a,b`, each once.
fn several(list: &str, limit: usize) -> Result<Vec<Name>, ApiError> {
    let mut channels = Vec::new();
    for text in list.split(',') {
        let channel = name("channels", text)?;
        if !channels.contains(&channel) {
            channels.push(channel);
        }
        if channels.len() > limit {
            let expected = format!("expected at most {limit} channels");
            return Err(ApiError::BadParameter { field: "channels", expected });
        }
    }
    Ok(channels)
}

/// The channel that a path names.
pub(super) fn in_path(channel: Result<Path<String>, PathRejection>) -> Result<Name, ApiError> {
    // What isn't UTF-8 is no name either.
    name("channel", &channel.map_or_else(|_| "\u{fffd}".to_owned(), |Path(text)| text))
}

/// A name as somebody gave it.
pub(super) fn name(field: &'static str, text: &str) -> Result<Name, ApiError> {
    let expected = |error| format!("{error}, got {:?}", short(text));
    Name::new(text).map_err(|error| ApiError::BadParameter { field, expected: expected(error) })
}
