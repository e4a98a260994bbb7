//! Handlers, one file a subject. They translate between HTTP and the rest, and decide nothing.

pub(crate) mod access;
mod accounts;
mod actor;
pub(crate) mod alerts;
pub(crate) mod assets;
pub(crate) mod chat;
mod cookie;
pub(crate) mod dashboard;
pub(crate) mod health;
pub(crate) mod icon;
pub(crate) mod jump;
pub(crate) mod login;
pub(crate) mod logs;
pub(crate) mod metrics;
pub(crate) mod missing;
pub(crate) mod oidc;
pub(crate) mod pages;
pub(crate) mod processes;
pub mod publish;
pub(crate) mod register;
mod sent;
pub(crate) mod session;
pub(crate) mod stats;
pub(crate) mod stream;

use std::error::Error as _;

use app::range::Range;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, header};
use http_body_util::LengthLimitError;
use serde::de::DeserializeOwned;

use crate::error::ApiError;
use crate::logs::line::short;

/// A query as it came. Nothing in it is refused by its form: a name that stands twice, or that nobody knows, is no reason
/// to send a browser away.
pub(crate) type Parameters = Vec<(String, String)>;

/// What `?range=` says, or the default.
fn range(query: &[(String, String)]) -> Result<Range, ApiError> {
    let Some(text) = first(query, "range") else { return Ok(Range::default()) };
    text.parse().map_err(|error| ApiError::BadParameter { field: "range", expected: format!("{error}, got {text:?}") })
}

/// The first value that `name` has in `query`.
fn first<'a>(query: &'a [(String, String)], name: &str) -> Option<&'a str> {
    query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// The largest filter in bytes: each of its words is looked for in each of what is listed.
const LONGEST_FILTER: usize = 256;

/// The filter that the words of `q` make.
fn filter(query: &[(String, String)]) -> Result<&str, ApiError> {
    let typed = first(query, "q").unwrap_or_default();
    if typed.len() > LONGEST_FILTER {
        let expected = format!("expected at most {LONGEST_FILTER} bytes, got {}", typed.len());
        return Err(ApiError::BadParameter { field: "q", expected });
    }
    Ok(typed)
}

/// The whole body, which may be so many bytes.
async fn whole(body: Body, limit: usize) -> Result<Bytes, ApiError> {
    to_bytes(body, limit).await.map_err(|error| {
        if matches!(error.source(), Some(source) if source.is::<LengthLimitError>()) {
            return ApiError::TooLarge { limit };
        }
        ApiError::BadParameter { field: "body", expected: "expected a whole body, got one that broke off".to_owned() }
    })
}

/// What a body of JSON says: of the wrong shape, and no JSON at all, are two errors.
fn json<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    serde_json::from_slice(body).map_err(|error| misread(&error))
}

fn misread(error: &serde_json::Error) -> ApiError {
    if error.is_data() {
        ApiError::BadBody { field: "body".to_owned(), expected: error.to_string() }
    } else {
        ApiError::BadParameter { field: "body", expected: format!("expected JSON: {error}") }
    }
}

/// The body must be of one of the types that `expected` names. A form of another site can't send these without the browser
/// asking first.
fn is_of_type(headers: &HeaderMap, expected: &'static [&'static str]) -> Result<(), ApiError> {
    let got = headers.get(header::CONTENT_TYPE).map(|value| String::from_utf8_lossy(value.as_bytes()));
    let essence = got.as_deref().and_then(|got| got.split(';').next()).unwrap_or_default().trim();
    if expected.iter().any(|expected| essence.eq_ignore_ascii_case(expected)) {
        return Ok(());
    }
    let got = got.map_or_else(|| "none".to_owned(), |got| format!("{:?}", short(&got)));
    Err(ApiError::UnsupportedMediaType { expected: expected.join(" or "), got })
}
