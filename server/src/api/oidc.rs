//! `/login/oidc`: the way to the provider and back.

use app::pages::Landing;
use app::shell::Page;
use axum::extract::{Query, Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::accounts::Accounts;
use super::{Parameters, cookie, first, login, pages, session};
use crate::auth::RefusalKind;
use crate::client::Secret;
use crate::error::ApiError;
use crate::oidc::{Config, LIFE, OidcError, Provider, Returned};
use crate::quota::Deed;
use crate::state::AppState;

/// `GET /login/oidc?next=`: sends the browser to the provider.
pub(crate) async fn begin(
    State(state): State<AppState>,
    Query(query): Query<Parameters>,
    accounts: Accounts,
    request: Request,
) -> Response {
    let next = login::next(first(&query, "next").unwrap_or_default());
    let Some(provider) = state.provider.clone() else { return login::see("/login") };
    if let Err(error) = accounts.take(&state, Deed::SignIn) {
        let said = error.to_string();
        return turned_away(&state, &request, next, &said, sentence(&said), &error.into_response());
    }
    let encrypted = cookie::is_encrypted(request.extensions());
    let redirect = way_back(&provider, &request, encrypted);
    let (origin, _) = session::origin(&state, &request);
    match provider.begin(origin.block, redirect, next.to_owned()).await {
        Ok(begun) => {
            let mut response = login::see(&begun.url);
            if let Some(cookie) = cookie::attempt(&begun.secret, LIFE, encrypted) {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            response
        }
        Err(error) => refused(&state, &request, next, &error),
    }
}

/// `GET /login/oidc/callback?code=&state=`: where the browser comes back.
pub(crate) async fn complete(
    State(state): State<AppState>,
    Query(query): Query<Parameters>,
    request: Request,
) -> Response {
    let Some(provider) = state.provider.clone() else { return login::see("/login") };
    let encrypted = cookie::is_encrypted(request.extensions());
    let text = |name: &str| first(&query, name).map(str::to_owned);
    let returned = Returned {
        state: text("state").unwrap_or_default(),
        code: text("code").map(Secret::new),
        error: text("error"),
    };
    let completed = match cookie::attempted(request.headers(), encrypted) {
        Some(secret) => provider.complete(&secret, returned).await,
        None => Err(OidcError::NoAttempt),
    };
    let (origin, shown) = session::origin(&state, &request);
    let mut response = match completed {
        Err(error) => refused(&state, &request, "/", &error),
        Ok((person, next)) => match state.doors.welcome(&person, origin, shown) {
            Some(signed_in) => {
                let landing = Landing { name: person.name.to_string(), next: next.clone() };
                let mut response = pages::still(&state, Page::Landing(landing), request.headers());
                // What comes next is asked by this page: after a redirect, the browser would still come from the provider,
                // and leave at home the cookie that is strict.
                if let Ok(on) = HeaderValue::from_str(&format!("0;url={next}")) {
                    response.headers_mut().insert(header::REFRESH, on);
                }
                session::carry(&state, &signed_in, encrypted, response).await
            }
            None => refused(&state, &request, "/", &OidcError::Taken(person.name.to_string())),
        },
    };
    if let Some(cookie) = cookie::no_attempt(encrypted) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// The page to sign in, with what was wrong.
fn refused(state: &AppState, request: &Request, next: &str, error: &OidcError) -> Response {
    let like = match error {
        OidcError::Unreachable(_) | OidcError::Odd(_) => StatusCode::BAD_GATEWAY.into_response(),
        OidcError::Busy => ApiError::Overloaded("").into_response(),
        OidcError::Nobody(_) | OidcError::Taken(_) => StatusCode::FORBIDDEN.into_response(),
        _ => StatusCode::UNAUTHORIZED.into_response(),
    };
    let said = error.to_string();
    let words = if error.is_about_somebody() { format!("{said}.") } else { sentence(&said) };
    turned_away(state, request, next, &said, words, &like)
}

/// The same, for whatever reason.
fn turned_away(state: &AppState, request: &Request, next: &str, why: &str, words: String, like: &Response) -> Response {
    let (origin, _) = session::origin(state, request);
    let what = format!("sign-in with the sign-in service refused: {why}");
    state.doors.tell_refusal(RefusalKind::SignIn, None, origin.address, &what);
    login::again(state, request, next, words, like)
}

/// What begins with a small letter, as a sentence.
fn sentence(said: &str) -> String {
    let mut words = format!("{said}.");
    if let Some(begin) = words.get_mut(..1) {
        begin.make_ascii_uppercase();
    }
    words
}

/// Where the provider is to send the browser: by the name that was asked, which is one of ours.
fn way_back(provider: &Provider, request: &Request, encrypted: bool) -> String {
    if let Some(told) = provider.redirect_url() {
        return told.to_owned();
    }
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let host = host.or_else(|| request.uri().authority().map(Authority::as_str)).unwrap_or("localhost");
    let scheme = if encrypted { "https" } else { "http" };
    format!("{scheme}://{host}{}", Config::CALLBACK)
}
