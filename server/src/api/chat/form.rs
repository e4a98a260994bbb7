//! The page's form, for browsers without script, and the name that a browser keeps.

use app::components::chat::Guest;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Extensions, HeaderMap, Request, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::{Extension, Form};
use serde::Deserialize;
use url::form_urlencoded::{byte_serialize, parse};

use super::{Who, who};
use crate::api::accounts::Accounts;
use crate::api::sent::is_from_here;
use crate::api::{cookie, pages};
use crate::auth::Identity;
use crate::chat::{self, Draft, text};
use crate::error::ApiError;
use crate::quota::Deed;
use crate::state::AppState;

/// Where the name is kept that somebody goes by who hasn't signed in.
const COOKIE: &str = "opsglass-name";
/// A year, in seconds.
const KEPT: u64 = 31_536_000;

/// What a browser without script sends: a name, or a text.
#[derive(Debug, Deserialize)]
pub(crate) struct Fields {
    name: Option<String>,
    text: Option<String>,
}

/// `POST /chat`: the page's form, sent by a browser without script. Answered with the page.
pub(crate) async fn form(
    State(state): State<AppState>,
    Extension(identity): Extension<Identity>,
    accounts: Accounts,
    extensions: Extensions,
    uri: Uri,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Result<Response, ApiError> {
    if !is_from_here(&uri, &headers) {
        return Err(ApiError::Forbidden("origin: expected a page of this server".to_owned()));
    }
    let encrypted = cookie::is_encrypted(&extensions);
    let mut answer = Redirect::to("/chat").into_response();
    let refused = match fields {
        Fields { name: Some(name), .. } if name.trim().is_empty() => {
            set_name(&mut answer, "", 0, encrypted);
            None
        }
        Fields { name: Some(name), .. } => match chat::guest("name", &name) {
            Ok(name) => {
                set_name(&mut answer, name.as_str(), KEPT, encrypted);
                None
            }
            Err(error) => Some((error.to_string(), String::new())),
        },
        Fields { text: given, .. } => {
            let given = given.unwrap_or_default();
            let named = named(&headers);
            say(&state, &identity, &accounts, named.as_deref(), &given)
                .await
                .err()
                .map(|error| (error.to_string(), given))
        }
    };
    let Some((refused, draft)) = refused else { return Ok(answer) };
    let guest = Guest { refused: Some(refused), draft, ..guest(&identity, &headers) };
    let mut answer = pages::room(state, guest, Request::new(Body::empty())).await;
    *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(answer)
}

async fn say(
    state: &AppState,
    identity: &Identity,
    accounts: &Accounts,
    named: Option<&str>,
    given: &str,
) -> Result<(), ApiError> {
    let Who { name, claimed } = who(identity, "name", named)?;
    let draft = Draft { name, text: text(given)?, claimed, sent_at: None, client_id: None };
    accounts.take(state, Deed::Say)?;
    state.chat.send(draft).await?;
    Ok(())
}

/// Whose page it is, by who has signed in or by the name that the browser keeps.
pub(in crate::api) fn guest(identity: &Identity, headers: &HeaderMap) -> Guest {
    let who = who(identity, "name", named(headers).as_deref()).or_else(|_| who(identity, "name", None)).ok();
    let name = who.map(|who| who.name.as_str().to_owned());
    let user: String = name.iter().flat_map(|name| byte_serialize(name.as_bytes())).collect();
    let stream = if user.is_empty() { String::new() } else { format!("&user={user}") };
    Guest {
        name,
        is_known: !identity.is_local(),
        stream: format!("/api/chat-stream?view=room{stream}"),
        ..Guest::default()
    }
}

/// The name that the browser keeps.
pub(super) fn named(headers: &HeaderMap) -> Option<String> {
    let value = cookie::values(headers, COOKIE).next()?;
    parse(value.as_bytes()).next().map(|(name, _)| name.into_owned())
}

fn set_name(answer: &mut Response, name: &str, seconds: u64, encrypted: bool) {
    let value: String = byte_serialize(name.as_bytes()).collect();
    if let Some(cookie) = cookie::write(COOKIE, &value, seconds, "Strict", encrypted) {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
}
