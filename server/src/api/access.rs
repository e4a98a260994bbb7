//! The door: whatever is asked passes here first, and what isn't named here needs the right to look or to operate.

mod need;
mod turned_away;

use std::net::IpAddr;

use axum::extract::{Request, State};
use axum::http::{Extensions, HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use url::form_urlencoded;

use super::cookie;
use crate::auth::{Credential, Doors, Grant, Identity, TOKEN_PREFIX};
use crate::client::Secret;
use crate::error::ApiError;
use crate::hub::Name;
use crate::net::{ClientAddress, Vouched, asked};
use crate::oidc;
use crate::router::is_stream;
use crate::state::AppState;
use need::Need;

/// Bytes of a token or a ticket at most: ours have 67 and 64.
const LONGEST: usize = 128;

/// Lets those pass who may, and puts who it is into the request's extensions: the [`Identity`], and the [`Grant`] with the
/// leave that it has.
pub(crate) async fn guard(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let (method, uri) = (request.method(), request.uri());
    if let Some(refused) = refuse_secrets_in(uri) {
        return turned_away::leaked(&state, &request, refused);
    }
    let stream = is_stream(uri);
    let encrypted = cookie::is_encrypted(request.extensions());
    let need = Need::of(method, uri);
    let is_deed = is_deed(method, uri);
    let grant = match admit(&state, &request) {
        Ok(grant) => grant,
        Err(_) if need == Need::Nothing => return to_its_end(is_deed, next.run(request)).await,
        Err(shown) => return turned_away::unknown(&state, &request, &shown),
    };
    if let Err(refused) = need.check(&grant.identity) {
        return turned_away::forbidden(&state, &request, &grant.identity, refused);
    }
    let asked = asked(method, uri);
    let address = address(request.extensions());
    request.extensions_mut().insert(grant.identity.clone());
    request.extensions_mut().insert(grant.clone());
    let answer = async move {
        let mut response = next.run(request).await;
        // What only a handler can know: a channel that is closed, another's name.
        if response.status() == StatusCode::FORBIDDEN && need != Need::Nothing {
            turned_away::tell(&state, &grant.identity, address, &asked);
        }
        if !stream && state.doors.is_locked() {
            seal(&state.doors, &grant, encrypted, response.headers_mut());
        }
        response
    };
    to_its_end(is_deed, answer).await
}

/// Whether it is more than to look. Who comes back from a provider signs in by it.
fn is_deed(method: &Method, uri: &Uri) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) || uri.path() == oidc::Config::CALLBACK
}

/// The answer. What is done is told when it is done: a deed is not left halfway because whoever asked has hung up.
async fn to_its_end(is_deed: bool, answer: impl Future<Output = Response> + Send + 'static) -> Response {
    if !is_deed {
        return answer.await;
    }
    match tokio::spawn(answer).await {
        Ok(response) => response,
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(_) => ApiError::NotReady("the server is shutting down").into_response(),
    }
}

/// What somebody has shown who isn't let in.
#[derive(Debug)]
enum Shown {
    /// Nothing, or what anybody's browser might bring.
    Usual,
    /// A token or a ticket.
    Secret,
    /// The word of a proxy: a name, where that is clear.
    Vouched(Option<String>),
}

/// Who it is, by what the request shows. What is shown for this one request goes before what a proxy says of all of them,
/// and that before what a browser has kept.
fn admit(state: &AppState, request: &Request) -> Result<Grant, Shown> {
    let (method, uri, headers, extensions) = (request.method(), request.uri(), request.headers(), request.extensions());
    let address = address(extensions);
    let vouched = extensions.get::<Vouched>().filter(|_| state.doors.is_locked());
    let doors = &state.doors;
    if let Some(ticket) = (method == Method::GET && is_stream(uri)).then(|| parameter(uri, "ticket")).flatten() {
        return doors.admit(Credential::Ticket(&ticket), address).ok_or(Shown::Secret);
    }
    // A proxy may add a token of its own kind, which is none of ours.
    let is_ours = |token: &Secret| vouched.is_none() || token.reveal().starts_with(TOKEN_PREFIX);
    if let Some(token) = bearer(headers).filter(|token| doors.is_locked() && is_ours(token)) {
        return doors.admit(Credential::Token(&token), address).ok_or(Shown::Secret);
    }
    match vouched {
        Some(Vouched::Named(name)) => {
            return doors.admit(Credential::Vouched(name), address).ok_or_else(|| Shown::Vouched(Some(name.clone())));
        }
        Some(Vouched::Unclear) => return Err(Shown::Vouched(None)),
        None => {}
    }
    let cookies = if doors.is_locked() { cookie::shown(headers, cookie::is_encrypted(extensions)) } else { Vec::new() };
    let credential = if cookies.is_empty() { Credential::None } else { Credential::Cookies(&cookies) };
    doors.admit(credential, address).ok_or(Shown::Usual)
}

/// The token in `Authorization: Bearer`. What a proxy uses of other schemes is none of ours.
fn bearer(headers: &HeaderMap) -> Option<Secret> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer")).then(|| secret(token.trim()))
}

fn parameter(uri: &Uri, name: &str) -> Option<Secret> {
    let mut query = form_urlencoded::parse(uri.query()?.as_bytes());
    query.find(|(known, _)| known == name).map(|(_, value)| secret(&value))
}

fn secret(text: &str) -> Secret {
    Secret::new(if text.len() > LONGEST { String::new() } else { text.to_owned() })
}

/// Addresses are kept in logs, in histories and by proxies: a token in one is refused, whatever it is for.
fn refuse_secrets_in(uri: &Uri) -> Option<ApiError> {
    let mut query = form_urlencoded::parse(uri.query()?.as_bytes());
    let is_token = |text: &str| text.strip_prefix(TOKEN_PREFIX).is_some_and(|rest| rest.len() == 64);
    query.any(|(name, value)| matches!(&*name, "token" | "access_token") || is_token(&value)).then(|| {
        let expected = "expected in the header Authorization: Bearer, and not in the address, which is kept in logs: \
                        revoke this one, and give a ticket of POST /api/ticket to what can't send a header";
        ApiError::BadParameter { field: "token", expected: expected.to_owned() }
    })
}

/// What somebody was shown who has signed in is nobody else's; and from time to time the cookie is another.
fn seal(doors: &Doors, grant: &Grant, encrypted: bool, headers: &mut HeaderMap) {
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if headers.contains_key(header::SET_COOKIE) {
        return;
    }
    if let Some((secret, lasts)) = doors.renew(grant)
        && let Some(cookie) = cookie::kept(&secret, lasts, encrypted)
    {
        headers.append(header::SET_COOKIE, cookie);
        // A file of the page may be stored otherwise, by caches for others too.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

/// The channel whose right opens `channel`: a page shows what is told in the one that it is drawn from.
pub(super) fn told_in(channel: &Name) -> Name {
    match channel.as_str() {
        "overview" | "alerts" | "logs" => Name::dashboard(),
        "room" => Name::chat(),
        _ => channel.clone(),
    }
}

/// Refuses a channel that isn't open to whoever asks.
pub(super) fn reach(identity: &Identity, channel: &Name) -> Result<(), ApiError> {
    if identity.reaches(&told_in(channel)) {
        return Ok(());
    }
    Err(ApiError::Forbidden(format!("the channel {:?} is not open to you", channel.as_str())))
}

/// Where a request came from, as far as it is told.
pub(super) fn address(extensions: &Extensions) -> IpAddr {
    let unknown = IpAddr::from([0, 0, 0, 0]);
    extensions.get::<ClientAddress>().map_or(unknown, |client| client.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::{Config, Lifetimes, Origin};
    use crate::hub::{Hub, Limits};
    use crate::logs::Outlet;
    use std::time::Duration;

    #[tokio::test]
    async fn no_cache_may_store_an_answer_that_brings_a_new_cookie() {
        let hash = crate::auth::password::Hash::of(&Secret::new("correct horse".to_owned())).unwrap();
        let user = serde_json::json!({ "name": "anna", "role": "viewer", "password_hash": hash });
        let config = Config {
            users: vec![serde_json::from_value(user).unwrap()],
            lifetimes: Lifetimes { rotate: Duration::ZERO, ..Lifetimes::default() },
            ..Config::default()
        };
        let outlet = Outlet::new(Hub::new(Limits::default()), 1_000);
        let doors = Doors::new(config, outlet, |_| None).unwrap();
        let origin = Origin { address: IpAddr::from([192, 0, 2, 1]), block: None };
        let signed_in = doors.sign_in("anna", Secret::new("correct horse".to_owned()), origin, None).await.unwrap();
        let grant = doors.admit(Credential::Cookies(&[signed_in.secret]), origin.address).unwrap();
        // As a file of the page has it, which may be stored and asked for again.
        let mut headers = HeaderMap::new();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        seal(&doors, &grant, false, &mut headers);
        assert!(headers.contains_key(header::SET_COOKIE));
        assert_eq!(headers[header::CACHE_CONTROL], "no-store");
        let mut machine = HeaderMap::from_iter([(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"))]);
        seal(&doors, &Grant { session: None, ..grant }, false, &mut machine);
        assert_eq!(machine[header::CACHE_CONTROL], "no-cache", "nothing new is in it");
    }
}
