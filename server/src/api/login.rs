//! The page to sign in: a form, and nothing that moves.

use std::time::SystemTime;

use app::model::Timestamp;
use app::pages::SignIn;
use app::place::Place;
use app::shell::Page;
use axum::extract::{Query, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use url::form_urlencoded;

use super::{Parameters, cookie, first, is_of_type, pages, session};
use crate::auth::{Grant, Refused};
use crate::client::Secret;
use crate::error::ApiError;
use crate::state::AppState;

/// The longest address, in bytes, that is returned to.
const LONGEST: usize = 1_024;

/// `GET /login?next=`: the form.
pub(crate) async fn form(State(state): State<AppState>, Query(query): Query<Parameters>, request: Request) -> Response {
    let next = next(first(&query, "next").unwrap_or_default());
    if request.extensions().get::<Grant>().is_some() {
        return see(next);
    }
    pages::still(&state, page(&state, &request, next, None), request.headers())
}

/// `POST /login`: `username`, `password` and `next` of the form.
pub(crate) async fn submit(State(state): State<AppState>, request: Request) -> Result<Response, ApiError> {
    is_of_type(request.headers(), &["application/x-www-form-urlencoded"])?;
    let encrypted = cookie::is_encrypted(request.extensions());
    let (origin, shown) = session::origin(&state, &request);
    let (parts, body) = request.into_parts();
    let body = session::body(body).await?;
    let typed = |name: &str| {
        let mut fields = form_urlencoded::parse(&body);
        fields.find(|(known, _)| known == name).map_or_else(String::new, |(_, value)| value.into_owned())
    };
    let (name, password, next) = (typed("username"), Secret::new(typed("password")), typed("next"));
    let next = self::next(&next);
    match state.doors.sign_in(&name, password, origin, shown).await {
        Ok(signed_in) => Ok(session::carry(&state, &signed_in, encrypted, see(next)).await),
        Err(refused) => {
            let request = Request::from_parts(parts, axum::body::Body::empty());
            let like = ApiError::from(refused).into_response();
            Ok(again(&state, &request, next, words(refused), &like))
        }
    }
}

/// `POST /logout`: the button in the bar.
pub(crate) async fn leave(State(state): State<AppState>, request: Request) -> Response {
    session::sign_out(&state, request.into_parts().0.extensions, see("/login")).await
}

/// Sends somebody to the page to sign in, from where they come back to `there`.
pub(super) fn send_to(there: &str) -> Response {
    match next(there) {
        "/" => see("/login"),
        next => {
            let query = form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
            see(&format!("/login?{query}"))
        }
    }
}

/// Why somebody can't sign in, for people.
fn words(refused: Refused) -> String {
    match refused {
        Refused::Wrong => "Sign in failed: user name or password is wrong.".to_owned(),
        Refused::Paused(left) => format!("Too many wrong passwords. Try again in {} s.", left.as_secs() + 1),
        Refused::Busy => "Too many sign in at this moment. Try again.".to_owned(),
    }
}

/// The page once more, after what failed. Its status, and how long to wait, are those of an answer `like` this.
pub(super) fn again(state: &AppState, request: &Request, next: &str, failure: String, like: &Response) -> Response {
    let mut response = pages::still(state, page(state, request, next, Some(failure)), request.headers());
    *response.status_mut() = like.status();
    if let Some(wait) = like.headers().get(header::RETRY_AFTER) {
        response.headers_mut().insert(header::RETRY_AFTER, wait.clone());
    }
    response
}

/// The page, where the last try failed with what that was.
fn page(state: &AppState, request: &Request, next: &str, failure: Option<String>) -> Page {
    let path = next.split(['?', '#']).next().unwrap_or_default();
    let query = || form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
    Page::SignIn(SignIn {
        host: state.board.host().name.clone(),
        place: Place::ALL.into_iter().find(|place| place.path() == path).filter(|place| *place != Place::default()),
        next: next.to_owned(),
        failure,
        limits: state.doors.sign_in_limits(),
        provider: state
            .provider
            .as_ref()
            .map(|provider| (provider.name().to_owned(), format!("/login/oidc?{}", query()))),
        encrypted: cookie::is_encrypted(request.extensions()),
        now: Timestamp::from(SystemTime::now()),
        version: env!("CARGO_PKG_VERSION"),
    })
}

/// An address of ours that `text` names, or the overview: nobody is sent elsewhere, whoever made the link.
pub(super) fn next(text: &str) -> &str {
    let is_visible = text.bytes().all(|byte| (0x21..=0x7e).contains(&byte) && byte != b'\\');
    let is_ours = text.starts_with('/') && !text.starts_with("//") && text.len() <= LONGEST && is_visible;
    let path = text.split(['?', '#']).next().unwrap_or_default();
    let is_page = !matches!(path, "/login" | "/logout")
        && !path.starts_with("/login/")
        && path != "/api"
        && !path.starts_with("/api/");
    if is_ours && is_page { text } else { "/" }
}

pub(super) fn see(there: &str) -> Response {
    let location = HeaderValue::from_str(there).unwrap_or(HeaderValue::from_static("/"));
    let headers = [(header::LOCATION, location), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (StatusCode::SEE_OTHER, headers).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use url::Url;

    #[test]
    fn nobody_is_sent_elsewhere() {
        for ours in ["/", "/connections?range=5m", "/logs#x", "/a//b", "/%2F%2Fevil.example"] {
            assert_eq!(next(ours), ours);
        }
        for not in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/\n/evil.example",
            " /x",
            "x",
            "/é",
            "/login?next=/login",
            "/login/oidc",
            "/logout",
            "/api/session",
        ] {
            assert_eq!(next(not), "/", "{not:?}");
        }
        assert_eq!(next(&format!("/{}", "x".repeat(1_024))), "/");
    }

    proptest! {
        #[test]
        fn whatever_the_link_says_the_host_stays(text in "[/\\\\:@.a-z?#%\t\n ]{0,12}|.*") {
            let here = Url::parse("https://here.example/login").unwrap();
            let there = here.join(next(&text)).unwrap();
            prop_assert_eq!(there.origin(), here.origin());
        }
    }
}
