//! The war room's calls.

use app::model::Timestamp;
use axum::body::{Body, to_bytes};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};

use super::{Parameters, first, is_of_type, short, stream};
use crate::chat::{ChatError, Draft, PersonName, Unfit, client_id, text};
use crate::error::ApiError;
use crate::hub::Name;
use crate::net::ClientAddress;
use crate::sse;
use crate::state::AppState;

/// The largest body in bytes: a text of 4,000 characters, escaped to the utmost.
const MOST: usize = 64 * 1024;

/// `{username, text, timestamp?, id?}`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    username: Option<String>,
    text: String,
    timestamp: Option<String>,
    id: Option<String>,
}

/// What is answered: the message's id.
#[derive(Debug, Serialize)]
pub(crate) struct Taken {
    id: String,
}

/// `GET /api/chat-stream?user=NAME`: `message`, `userJoined`, `userLeft` and `notice` events. Who names nobody listens and
/// isn't here.
pub(crate) async fn stream(
    State(state): State<AppState>,
    Query(query): Query<Parameters>,
    Extension(client): Extension<ClientAddress>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let who = first(&query, "user").map(|user| who("user", Some(user))).transpose()?;
    let guest = match who {
        None => None,
        Some(Who { name, .. }) => match state.chat.enter(name).await {
            Ok(guest) => Some(guest),
            // An EventSource comes back after this, and after no other refusal.
            Err(error) => return Ok(sse::farewell(&error.to_string())),
        },
    };
    Ok(stream::open_with(state, vec![Name::chat()], client, &query, &headers, guest))
}

/// `POST /api/chat/send`: `{username, text, timestamp?, id?}`.
pub(crate) async fn send(
    State(state): State<AppState>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<Taken>), ApiError> {
    is_of_type(&headers, &["application/json"])?;
    let body = to_bytes(body, MOST).await.map_err(|_| ApiError::TooLarge { limit: MOST })?;
    let sent: Sent = serde_json::from_slice(&body).map_err(|error| {
        if error.is_data() {
            ApiError::BadBody { field: "body".to_owned(), expected: error.to_string() }
        } else {
            ApiError::BadParameter { field: "body", expected: format!("expected JSON: {error}") }
        }
    })?;
    let Who { name, claimed } = who("username", sent.username.as_deref())?;
    let draft = Draft {
        name,
        text: text(&sent.text)?,
        claimed,
        sent_at: sent.timestamp.map(|timestamp| time(&timestamp)).transpose()?,
        client_id: sent.id.as_deref().map(client_id).transpose()?,
    };
    let number = state.chat.send(draft).await?;
    Ok((StatusCode::ACCEPTED, Json(Taken { id: number.to_string() })))
}

/// Who asks.
struct Who {
    name: PersonName,
    /// Nobody has signed in: it is only what they say.
    claimed: bool,
}

/// Who asks, by the name that stands in `field`. The one place where an identity comes in.
fn who(field: &'static str, said: Option<&str>) -> Result<Who, ApiError> {
    let name = PersonName::new(field, said.unwrap_or_default())?;
    Ok(Who { name, claimed: true })
}

fn time(text: &str) -> Result<Timestamp, ApiError> {
    let bad = |error| ApiError::BadBody {
        field: "timestamp".to_owned(),
        expected: format!("{error}, got {:?}", short(text)),
    };
    text.parse().map_err(bad)
}

impl From<Unfit> for ApiError {
    fn from(Unfit { field, expected }: Unfit) -> Self {
        // What stands in the address is a bad parameter, what stands in the body a bad body.
        if field == "user" {
            return Self::BadParameter { field, expected };
        }
        Self::BadBody { field: field.to_owned(), expected }
    }
}

impl From<ChatError> for ApiError {
    fn from(error: ChatError) -> Self {
        match error {
            ChatError::TooFast { wait } => Self::TooMany { what: error.to_string(), retry_after: wait },
            ChatError::Full(_) => Self::TooMany { what: error.to_string(), retry_after: 60 },
            ChatError::Ended => Self::NotReady("the server is shutting down"),
        }
    }
}
