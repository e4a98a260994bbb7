//! What is answered to those who are not let in.

use std::net::IpAddr;

use axum::extract::Request;
use axum::http::{HeaderValue, Method, header};
use axum::response::{IntoResponse as _, Response};

use super::{Shown, address};
use crate::api::login;
use crate::auth::{Identity, RefusalKind};
use crate::error::ApiError;
use crate::net::asked;
use crate::person::PersonName;
use crate::state::AppState;

/// It isn't known who asks: people are sent to the page where they can say it, programs are told.
pub(super) fn unknown(state: &AppState, request: &Request, shown: &Shown) -> Response {
    match shown {
        Shown::Usual => {}
        Shown::Secret => {
            let what = format!("an unknown token or ticket was refused: {}", asked(request.method(), request.uri()));
            state.doors.tell_refusal(RefusalKind::Unknown, None, address(request.extensions()), &what);
        }
        Shown::Vouched(name) => return unvouched(state, request, name.as_deref()),
    }
    let path = request.uri().path();
    let is_page = matches!(*request.method(), Method::GET | Method::HEAD)
        && !(path == "/metrics" || path == "/api" || path.starts_with("/api/"));
    if is_page {
        let there = request.uri().path_and_query().map_or("/", |there| there.as_str());
        return login::send_to(there);
    }
    let mut response = ApiError::Unauthorized.into_response();
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}

/// It is known, and may not.
pub(super) fn forbidden(state: &AppState, request: &Request, identity: &Identity, refused: ApiError) -> Response {
    tell(state, identity, address(request.extensions()), &asked(request.method(), request.uri()));
    refused.into_response()
}

/// Tells of that.
pub(super) fn tell(state: &AppState, identity: &Identity, address: IpAddr, asked: &str) {
    state.doors.tell_refusal(
        RefusalKind::Forbidden,
        Some(identity),
        address,
        &format!("{} was refused: {asked}", identity.label()),
    );
}

/// There is a token in the address, which is known to others now.
pub(super) fn leaked(state: &AppState, request: &Request, refused: ApiError) -> Response {
    let what = format!("a token in the address was refused: {}", asked(request.method(), request.uri()));
    state.doors.tell_refusal(RefusalKind::Leaked, None, address(request.extensions()), &what);
    refused.into_response()
}

/// A proxy has said who it is, and that is nobody here. The page to sign in would be of no use: the proxy would say the same
/// again.
fn unvouched(state: &AppState, request: &Request, name: Option<&str>) -> Response {
    let name = name.filter(|name| PersonName::of_person(name).is_ok());
    let (what, expected) = match name {
        Some(name) => {
            let known = "by the proxy, and not by opsglass";
            (format!("{name} was refused: known {known}"), format!("{name:?} is known {known}"))
        }
        None => {
            let what = "a proxy's word was refused: it can be no name";
            (
                what.to_owned(),
                "the proxy's word on who you are was expected to be one name of 1 to 32 visible characters".to_owned(),
            )
        }
    };
    state.doors.tell_refusal(RefusalKind::Unknown, None, address(request.extensions()), &what);
    ApiError::Forbidden(expected).into_response()
}
