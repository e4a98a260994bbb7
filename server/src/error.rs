//! The one type that becomes a response when a call can't be answered.
//!
//! A caller learns what was wrong with the call and nothing about the inside. Each is a JSON body `{error, message}`:
//! `error` for programs, `message` for people.

use axum::Json;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rand::Rng as _;
use serde::Serialize;

/// Why a call under `/api` can't be answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// There is no such call.
    #[error("there is nothing at {0}")]
    NotFound(String),
    /// There is such a call, and not what it is asked about.
    #[error("{0}")]
    Missing(String),
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
    /// Something in the body, by its field, isn't what it should be.
    #[error("{field}: {expected}")]
    BadBody {
        /// The field, or `body`.
        field: String,
        /// What was expected, and what came.
        expected: String,
    },
    /// It isn't known who asks.
    #[error("sign in, or send a token: Authorization: Bearer")]
    Unauthorized,
    /// Name or password was wrong.
    #[error("sign in failed: user name or password is wrong")]
    SignInFailed,
    /// It may not be done, whoever asks or by who does.
    #[error("{0}")]
    Forbidden(String),
    /// It was asked by a name that isn't opsglass'.
    #[error("host: expected one of the names that opsglass has, got {0:?}: name it in server.hosts if it is one")]
    Misdirected(String),
    /// The body is too large.
    #[error("body: expected at most {limit} bytes")]
    TooLarge {
        /// The most there may be, in bytes.
        limit: usize,
    },
    /// The body is of another type.
    #[error("content-type: expected {expected}, got {got}")]
    UnsupportedMediaType {
        /// What was expected.
        expected: String,
        /// What came.
        got: String,
    },
    /// There is no room.
    #[error("{what}; try again in {retry_after} s")]
    TooMany {
        /// Of what.
        what: String,
        /// Seconds after which there may be.
        retry_after: u32,
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
            Self::NotFound(_) | Self::Missing(_) => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::BadParameter { .. } => StatusCode::BAD_REQUEST,
            Self::BadBody { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Unauthorized | Self::SignInFailed => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::Misdirected(_) => StatusCode::MISDIRECTED_REQUEST,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Overloaded(_) | Self::NotReady(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::NotFound(_) | Self::Missing(_) => "not_found",
            Self::MethodNotAllowed(_) => "method_not_allowed",
            Self::BadParameter { .. } => "bad_parameter",
            Self::BadBody { .. } => "bad_body",
            Self::Unauthorized => "unauthorized",
            Self::SignInFailed => "sign_in_failed",
            Self::Forbidden(_) => "forbidden",
            Self::Misdirected(_) => "misdirected",
            Self::TooLarge { .. } => "too_large",
            Self::UnsupportedMediaType { .. } => "unsupported_media_type",
            Self::TooMany { .. } => "too_many",
            Self::TooSlow => "too_slow",
            Self::Overloaded(_) => "overloaded",
            Self::NotReady(_) => "not_ready",
        }
    }
}

impl ApiError {
    /// Seconds to wait before the call is tried again.
    fn retry_after(&self) -> Option<u32> {
        match self {
            Self::TooMany { retry_after, .. } => Some(*retry_after),
            // Of each call's own, so that not all come back at once.
            Self::Overloaded(_) => Some(rand::rng().random_range(2..=6)),
            _ => None,
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = Body { error: self.name(), message: self.to_string() };
        let mut response = (self.status(), Json(body)).into_response();
        if let Some(wait) = self.retry_after() {
            response.headers_mut().insert(header::RETRY_AFTER, wait.into());
        }
        response
    }
}
