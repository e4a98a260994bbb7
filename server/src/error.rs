//! The one type that becomes a response when a call can't be answered.
//!
//! A caller learns what was wrong with the call and nothing about the inside. Each is a JSON body `{error, message}`:
//! `error` for programs, `message` for people.

use axum::Json;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
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
            Self::NotReady(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "not_found",
            Self::MethodNotAllowed(_) => "method_not_allowed",
            Self::BadParameter { .. } => "bad_parameter",
            Self::NotReady(_) => "not_ready",
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = Body { error: self.name(), message: self.to_string() };
        (self.status(), Json(body)).into_response()
    }
}
