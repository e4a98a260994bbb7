//! `/api/session`, `/api/sessions` and `/api/ticket`.

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::{Extensions, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};

use super::{access, cookie, is_of_type, whole};
use crate::auth::{Grant, Identity, NoTicket, Origin, Refused, Role, SessionView, SignedIn};
use crate::client::Secret;
use crate::error::ApiError;
use crate::hub::Name;
use crate::net::ClientAddress;
use crate::state::AppState;

/// The largest body of these calls and of the form, in bytes.
const MOST: usize = 8 * 1024;
/// Seconds that a ticket lasts.
const TICKET_SECONDS: u64 = crate::auth::TICKET_LIFE.as_secs();

/// Who asks.
#[derive(Debug, Serialize)]
pub(crate) struct Who {
    name: String,
    role: Role,
    /// Whether it was asked who they are.
    local: bool,
}

impl From<&Identity> for Who {
    fn from(identity: &Identity) -> Self {
        Self { name: identity.name().to_owned(), role: identity.role(), local: identity.is_local() }
    }
}

/// `GET /api/session`: who asks.
pub(crate) async fn who(Extension(identity): Extension<Identity>) -> Json<Who> {
    Json(Who::from(&identity))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Typed {
    username: String,
    password: String,
}

/// `POST /api/session`: `{username, password}`, signs in.
pub(crate) async fn open(State(state): State<AppState>, request: Request) -> Result<Response, ApiError> {
    is_of_type(request.headers(), &["application/json"])?;
    let encrypted = cookie::is_encrypted(request.extensions());
    let (origin, shown) = origin(&state, &request);
    let body = body(request.into_body()).await?;
    // What is wrong is not repeated: it may be a password.
    let bad = |_| ApiError::BadBody { field: "body".to_owned(), expected: "expected {username, password}".to_owned() };
    let Typed { username, password } = serde_json::from_slice(&body).map_err(bad)?;
    let signed_in = state.doors.sign_in(&username, Secret::new(password), origin, shown).await?;
    let who = Who::from(&signed_in.identity);
    Ok(carry(&state, &signed_in, encrypted, Json(who).into_response()).await)
}

/// `DELETE /api/session`: signs out.
pub(crate) async fn close(State(state): State<AppState>, request: Request) -> Response {
    sign_out(&state, request.into_parts().0.extensions, StatusCode::NO_CONTENT.into_response()).await
}

/// `GET /api/sessions`: those of who asks; an admin's answer has everybody's.
pub(crate) async fn list(State(state): State<AppState>, Extension(grant): Extension<Grant>) -> Json<Vec<SessionView>> {
    Json(state.doors.sessions(&grant))
}

/// `DELETE /api/sessions/{id}`: ends it, and the streams that it has.
pub(crate) async fn end(
    State(state): State<AppState>,
    Extension(grant): Extension<Grant>,
    Extension(client): Extension<ClientAddress>,
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let id = id.map(|Path(id)| id).unwrap_or_default();
    if !state.doors.end_session(&grant, &id, client.0) {
        return Err(ApiError::Missing("there is no such session".to_owned()));
    }
    state.doors.keep().await;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Wanted {
    channels: Vec<String>,
}

/// What is answered: the ticket, and how long it is good.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Given {
    ticket: String,
    expires_in: u64,
}

/// `POST /api/ticket`: `{channels?}`, a ticket that opens one stream within a minute.
pub(crate) async fn ticket(
    State(state): State<AppState>,
    Extension(grant): Extension<Grant>,
    body: Body,
) -> Result<Json<Given>, ApiError> {
    let body = self::body(body).await?;
    let bad = |error: serde_json::Error| ApiError::BadBody { field: "body".to_owned(), expected: error.to_string() };
    let wanted: Wanted =
        if body.is_empty() { Wanted::default() } else { serde_json::from_slice(&body).map_err(bad)? };
    let channels = wanted.channels.iter().map(|text| {
        let channel = super::stream::name("channels", text)?;
        access::reach(&grant.identity, &channel).map(|()| access::told_in(&channel))
    });
    let channels: Vec<Name> = channels.collect::<Result<_, _>>()?;
    let ticket = state.doors.ticket(&grant, &channels)?;
    Ok(Json(Given { ticket: ticket.reveal().to_owned(), expires_in: TICKET_SECONDS }))
}

/// From where somebody signs in, and the session that their browser has already.
pub(super) fn origin(state: &AppState, request: &Request) -> (Origin, Option<Grant>) {
    let address = access::address(request.extensions());
    let origin = Origin { address, block: state.places.block(address) };
    (origin, request.extensions().get::<Grant>().cloned())
}

/// The body of a call, as far as it may be as large.
pub(super) async fn body(body: Body) -> Result<axum::body::Bytes, ApiError> {
    whole(body, MOST).await
}

/// Adds the cookie of who has signed in to an answer, once the session is kept.
pub(super) async fn carry(state: &AppState, signed_in: &SignedIn, encrypted: bool, mut response: Response) -> Response {
    state.doors.keep().await;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(cookie) = cookie::kept(&signed_in.secret, signed_in.lasts, encrypted) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// Ends the session that a request shows, and has the browser forget its cookie.
pub(super) async fn sign_out(state: &AppState, extensions: Extensions, mut response: Response) -> Response {
    let encrypted = cookie::is_encrypted(&extensions);
    if let Some(grant) = extensions.get::<Grant>() {
        state.doors.sign_out(grant, access::address(&extensions));
        state.doors.keep().await;
    }
    if let Some(cookie) = cookie::forgotten(encrypted) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

impl From<Refused> for ApiError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Wrong => Self::SignInFailed,
            Refused::Paused(left) => Self::TooMany {
                what: "too many wrong passwords".to_owned(),
                retry_after: u32::try_from(left.as_secs()).unwrap_or(u32::MAX).saturating_add(1),
            },
            Refused::Busy => Self::Overloaded("too many sign in at this moment"),
        }
    }
}

impl From<NoTicket> for ApiError {
    fn from(error: NoTicket) -> Self {
        match error {
            NoTicket::Channels(expected) => Self::BadBody { field: "channels".to_owned(), expected },
            NoTicket::Full => Self::TooMany { what: error.to_string(), retry_after: 60 },
        }
    }
}
