use app::components::hub;
use app::filter::Filter;
use axum::Json;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};

use super::{Parameters, filter, first, range};
use crate::error::ApiError;
use crate::state::AppState;

/// `GET /api/stats?range=5m|15m|1h&q=`: how the hub and its followers fare, where only those are listed that the words of `q`
/// let through; with `&drawn` the rows that a page shows of them.
pub(crate) async fn stats(
    State(state): State<AppState>,
    Query(query): Query<Parameters>,
) -> Result<Response, ApiError> {
    let filter = Filter::new(filter(&query)?);
    if first(&query, "drawn").is_some() {
        return Ok(Json(hub::found(&state.hub.stats_of(None, &filter))).into_response());
    }
    Ok(Json(state.hub.stats_of(Some(range(&query)?), &filter)).into_response())
}
