use app::components::overview;
use app::model::{Process, ProcessQuery};
use axum::Json;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;

use super::{Parameters, filter, first};
use crate::error::ApiError;
use crate::state::AppState;

/// Processes that are told at most.
const LISTED: usize = 1_000;

/// The processes that were asked for.
#[derive(Debug, Serialize)]
struct Found<'a> {
    /// How many there are.
    total: usize,
    /// How many of them are as was asked.
    found: usize,
    /// The first of these: 1,000 at most.
    processes: Vec<&'a Process>,
}

/// `GET /api/processes?sort=cpu|memory|name&q=`: those that the words of `q` let through, as of the last reading; with
/// `&drawn` the rows that a page shows of them.
pub(crate) async fn processes(
    State(state): State<AppState>,
    Query(query): Query<Parameters>,
) -> Result<Response, ApiError> {
    let sort = match first(&query, "sort") {
        None => Default::default(),
        Some(text) => text.parse().map_err(|error| ApiError::BadParameter {
            field: "sort",
            expected: format!("{error}, got {:?}", super::short(text)),
        })?,
    };
    let asked = ProcessQuery { sort, filter: filter(&query)?.to_owned() };
    let all = state.readings.processes();
    if first(&query, "drawn").is_some() {
        return Ok(Json(overview::processes(&all, &asked)).into_response());
    }
    let mut processes = asked.select(&all);
    let (total, found) = (all.len(), processes.len());
    processes.truncate(LISTED);
    Ok(Json(Found { total, found, processes }).into_response())
}
