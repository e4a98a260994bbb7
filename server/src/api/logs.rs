//! `/api/logs`.

use std::str::FromStr;

use app::filter::Filter;
use app::model::LogLevel;
use axum::Json;
use axum::body::{Body, to_bytes};
use axum::extract::{Query as Parsed, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;

use super::{Parameters, first, is_of_type};
use crate::error::ApiError;
use crate::logbook::Unanswered;
use crate::logbook::query::{MOST, Query, Text};
use crate::logs::{Refused, Rejected};
use crate::state::AppState;

/// A task is given up only where the runtime ends.
const ENDING: ApiError = ApiError::Overloaded("opsglass is about to end");

/// `GET /api/logs?since=&until=&around=&level=&source=&q=&regex=&limit=`: lines that are kept.
pub(crate) async fn find(
    State(state): State<AppState>,
    Parsed(parameters): Parsed<Parameters>,
) -> Result<Response, ApiError> {
    let query = query(&parameters)?;
    let page = state.logbook.find(query).await.map_err(|unanswered| match unanswered {
        Unanswered::Busy => ApiError::Overloaded("too many look for log lines at this moment"),
        Unanswered::TooLong => bad("q", unanswered.to_string()),
    })?;
    // Thousands of lines take a while to be written.
    let written = tokio::task::spawn_blocking(move || Json(page).into_response()).await;
    written.map_err(|_| ENDING)
}

#[derive(Debug, Serialize)]
pub(crate) struct Accepted {
    accepted: usize,
}

/// `POST /api/logs`: lines that a program hands in; an object, an array of them, or one a line.
pub(crate) async fn take(
    State(state): State<AppState>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<Accepted>), ApiError> {
    is_of_type(&headers, &["application/json", "application/x-ndjson"])?;
    let intake = state.intake;
    let limit = intake.max_body;
    let body = to_bytes(body, limit).await.map_err(|_| ApiError::TooLarge { limit })?;
    // Thousands of lines take a while.
    let taken = tokio::task::spawn_blocking(move || intake.take(&body)).await;
    let taken = taken.map_err(|_| ENDING)?;
    let accepted = taken.map_err(|rejected| match rejected {
        Rejected::Syntax { .. } => bad("body", rejected.to_string()),
        Rejected::Refused(Refused::TooFast { .. }) => ApiError::TooMany { what: rejected.to_string(), retry_after: 1 },
        Rejected::Shape { .. } | Rejected::Refused(Refused::TooMany { .. }) => {
            ApiError::BadBody { field: "body".to_owned(), expected: rejected.to_string() }
        }
    })?;
    Ok((StatusCode::ACCEPTED, Json(Accepted { accepted })))
}

fn query(parameters: &[(String, String)]) -> Result<Query, ApiError> {
    let default = Query::default();
    Ok(Query {
        since: parsed(parameters, "since")?,
        until: parsed(parameters, "until")?,
        around: parsed(parameters, "around")?,
        level: first(parameters, "level").map_or(Ok(default.level), level)?,
        sources: all(parameters, "source").map(str::to_owned).collect(),
        text: text(parameters)?,
        limit: first(parameters, "limit").map_or(Ok(default.limit), limit)?,
    })
}

fn parsed<T>(parameters: &[(String, String)], name: &'static str) -> Result<Option<T>, ApiError>
where
    T: FromStr<Err: std::fmt::Display>,
{
    let Some(text) = first(parameters, name).filter(|text| !text.is_empty()) else { return Ok(None) };
    text.parse().map(Some).map_err(|error: T::Err| bad(name, format!("{error}, got {text:?}")))
}

fn level(text: &str) -> Result<LogLevel, ApiError> {
    let levels = [LogLevel::Trace, LogLevel::Debug, LogLevel::Info, LogLevel::Warn, LogLevel::Error];
    let known = levels.into_iter().find(|level| level.as_str() == text);
    known.ok_or_else(|| bad("level", format!("expected trace, debug, info, warn or error, got {text:?}")))
}

fn text(parameters: &[(String, String)]) -> Result<Text, ApiError> {
    let typed = first(parameters, "q").unwrap_or_default();
    match first(parameters, "regex").unwrap_or("false") {
        "true" | "1" => Text::pattern(typed).map_err(|error| bad("q", error.to_string())),
        "false" | "0" | "" => Ok(Text::Plain(Filter::new(typed))),
        other => Err(bad("regex", format!("expected true or false, got {other:?}"))),
    }
}

fn limit(text: &str) -> Result<usize, ApiError> {
    let within = text.parse().ok().filter(|limit| (1..=MOST).contains(limit));
    within.ok_or_else(|| bad("limit", format!("expected 1 to {MOST}, got {text:?}")))
}

fn all<'a>(parameters: &'a [(String, String)], name: &str) -> impl Iterator<Item = &'a str> {
    parameters.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
}

fn bad(field: &'static str, expected: String) -> ApiError {
    ApiError::BadParameter { field, expected }
}
