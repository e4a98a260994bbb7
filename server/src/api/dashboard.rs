use app::model::Snapshot;
use axum::Json;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;

use super::{Parameters, range, stream};
use crate::error::ApiError;
use crate::hub::Name;
use crate::state::AppState;

/// `GET /api/dashboard-stream`: `metrics`, `alert` and `log` events as they happen.
pub(crate) async fn stream(
    State(state): State<AppState>,
    Query(query): Query<Parameters>,
    headers: HeaderMap,
) -> Response {
    stream::open(state, vec![Name::dashboard()], &query, &headers)
}

/// `GET /api/snapshot?range=5m|15m|1h`: what the page is rendered from, with its cursor.
pub(crate) async fn snapshot(
    State(state): State<AppState>,
    Query(query): Query<Parameters>,
) -> Result<Json<Snapshot>, ApiError> {
    Ok(Json(state.board.snapshot(range(&query)?)))
}
