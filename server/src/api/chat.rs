//! The war room's calls.

mod form;
mod unread;

use app::model::Timestamp;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};

use super::accounts::Accounts;
use super::stream::Asker;
use super::{Parameters, first, is_of_type, json, short, stream, whole};
use crate::auth::Identity;
use crate::chat::{self, ChatError, Draft, Unfit, client_id, text};
use crate::error::ApiError;
use crate::hub::Name;
use crate::person::PersonName;
use crate::quota::Deed;
use crate::sse;
use crate::state::AppState;

pub(crate) use form::form;
pub(super) use form::guest;
pub(super) use unread::new_to;
pub(crate) use unread::unread;

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
    asker: Asker,
    Extension(identity): Extension<Identity>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let user = first(&query, "user");
    let seat = match stream::seat(&state, &asker, &query) {
        Ok(seat) => seat,
        Err(full) => return Ok(sse::farewell(&full)),
    };
    let guest = match who(&identity, "user", user) {
        // Who names nobody and hasn't signed in.
        Err(_) if user.is_none() => None,
        Err(error) => return Err(error),
        // It is only asked whether they might come.
        Ok(_) if asker.2.is_none() => None,
        Ok(Who { name, .. }) => match state.chat.enter(name, role(&identity)).await {
            Ok(guest) => Some(guest),
            // An EventSource comes back after this, and after no other refusal.
            Err(error) => return Ok(sse::farewell(&error.to_string())),
        },
    };
    // The page follows the same lines, drawn.
    let channel = if first(&query, "view") == Some("room") { Name::room() } else { Name::chat() };
    stream::open_with(state, vec![channel], asker, &query, &headers, (seat, guest))
}

/// `POST /api/chat/send`: `{username, text, timestamp?, id?}`.
pub(crate) async fn send(
    State(state): State<AppState>,
    Extension(identity): Extension<Identity>,
    accounts: Accounts,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<Taken>), ApiError> {
    is_of_type(&headers, &["application/json"])?;
    let sent: Sent = json(&whole(body, MOST).await?)?;
    let Who { name, claimed } = who(&identity, "username", sent.username.as_deref())?;
    let draft = Draft {
        name,
        text: text(&sent.text)?,
        claimed,
        sent_at: sent.timestamp.map(|timestamp| time(&timestamp)).transpose()?,
        client_id: sent.id.as_deref().map(client_id).transpose()?,
    };
    accounts.take(&state, Deed::Say)?;
    let number = state.chat.send(draft).await?;
    Ok((StatusCode::ACCEPTED, Json(Taken { id: number.to_string() })))
}

/// Who asks.
struct Who {
    name: PersonName,
    /// Nobody has signed in: it is only what they say.
    claimed: bool,
}

/// Who asks. Where nobody is asked who they are it is the name that they say, in `field`; else it is the name under which
/// they have signed in, and no other.
fn who(identity: &Identity, field: &'static str, said: Option<&str>) -> Result<Who, ApiError> {
    if identity.is_local() {
        return Ok(Who { name: chat::guest(field, said.unwrap_or_default())?, claimed: true });
    }
    let said = said.map(|said| chat::name(field, said)).transpose()?;
    let own = chat::name(field, identity.name())?;
    let name = if identity.is_token() { chat::name(field, &shortened(&identity.label()))? } else { own.clone() };
    if said.is_some_and(|said| said.key() != name.key() && said.key() != own.key()) {
        return Err(ApiError::Forbidden(format!("{field}: you have signed in as {:?}", name.as_str())));
    }
    Ok(Who { name, claimed: false })
}

/// What a person may do who has signed in. Of a token its name says that it is one.
fn role(identity: &Identity) -> Option<&'static str> {
    identity.is_user().then(|| identity.role().as_str())
}

/// A token's name, where it is one word longer than a name may be.
fn shortened(label: &str) -> String {
    if label.chars().count() <= PersonName::LONGEST {
        return label.to_owned();
    }
    label.chars().take(PersonName::LONGEST - 1).chain(['…']).collect()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::{Channels, Role};

    #[test]
    fn who_has_signed_in_speaks_under_that_name_only() {
        let ask = |identity: &Identity, said| {
            who(identity, "user", said).map(|who| (who.name.as_str().to_owned(), who.claimed))
        };
        let (local, mira) = (Identity::local(), Identity::user("Mira", Role::Operator, Channels::default()));
        assert_eq!(ask(&local, Some("anybody")), Ok(("anybody".to_owned(), true)));
        assert!(matches!(ask(&local, None), Err(ApiError::BadParameter { field: "user", .. })));
        for said in [None, Some("mira"), Some("Mira")] {
            assert_eq!(ask(&mira, said), Ok(("Mira".to_owned(), false)));
        }
        let token = |name: &str| Identity::token(name, Vec::new(), Channels::default());
        for said in [None, Some("mira"), Some("token Mira")] {
            assert_eq!(ask(&token("Mira"), said), Ok(("token Mira".to_owned(), false)), "no person of that name");
        }
        assert!(matches!(ask(&local, Some("token ci")), Err(ApiError::BadParameter { field: "user", .. })));
        assert_eq!(ask(&token(&"x".repeat(32)), None), Ok((format!("token {}…", "x".repeat(25)), false)));
        let refused = ask(&mira, Some("jonas")).unwrap_err();
        assert_eq!(refused, ApiError::Forbidden("user: you have signed in as \"Mira\"".to_owned()));
    }
}
