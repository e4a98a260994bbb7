//! The one type that becomes a response when a call can't be answered.
//!
//! A caller learns what was wrong with the call and nothing about the inside. Each is a JSON body `{error, message}`:
//! `error` for programs, `message` for people.

use axum::Json;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rand::Rng as _;
use serde::Serialize;

/// Why a call under `/api` can't be answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// There is no such call.
    #[error("there is nothing at {0}")]
    NotFound(String),
    /// There is, but not with this method.
    #[error("{0} is not answered here")]
    MethodNotAllowed(Method),
    /// A parameter isn't what it should be.
    #[error("{field}: {expected}")]
    BadParameter {
        /// The parameter.
        field: &'static str,
        /// What was expected, and what came.
        expected: String,
    },
    /// The body of the call came too slowly.
    #[error("the body did not come in time")]
    TooSlow,
    /// Not now: there is no room.
    #[error("{0}")]
    Overloaded(&'static str),
    /// Not yet.
    #[error("{0}")]
    NotReady(&'static str),
}

#[derive(Debug, Serialize)]
struct Body {
    error: &'static str,
    message: String,
}

impl ApiError {
    fn status(&self) -> StatusCode {
        match self {
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::BadParameter { .. } => StatusCode::BAD_REQUEST,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Overloaded(_) | Self::NotReady(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "not_found",
            Self::MethodNotAllowed(_) => "method_not_allowed",
            Self::BadParameter { .. } => "bad_parameter",
            Self::TooSlow => "too_slow",
            Self::Overloaded(_) => "overloaded",
            Self::NotReady(_) => "not_ready",
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = Body { error: self.name(), message: self.to_string() };
        let mut response = (self.status(), Json(body)).into_response();
        if matches!(self, Self::Overloaded(_)) {
            // Seconds, of each call's own, so that not all come back at once.
            let wait = HeaderValue::from(rand::rng().random_range(2_u16..=6));
            response.headers_mut().insert(header::RETRY_AFTER, wait);
        }
        response
    }
}
