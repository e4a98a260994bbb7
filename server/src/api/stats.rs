use app::model::Stats;
use axum::Json;
use axum::extract::{Query, State};

use super::{Parameters, range};
use crate::error::ApiError;
use crate::state::AppState;

/// `GET /api/stats?range=5m|15m|1h`: how the hub and its followers fare.
pub(crate) async fn stats(
    State(state): State<AppState>,
    Query(query): Query<Parameters>,
) -> Result<Json<Stats>, ApiError> {
    Ok(Json(state.hub.stats(Some(range(&query)?))))
}
