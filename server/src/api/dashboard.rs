use app::model::Snapshot;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::{Extension, Json};

use super::{Parameters, first, range, short, stream};
use crate::error::ApiError;
use crate::hub::Name;
use crate::net::ClientAddress;
use crate::sse::End;
use crate::state::AppState;

/// `GET /api/dashboard-stream`: `metrics`, `alert` and `log` events as they happen.
pub(crate) async fn stream(
    State(state): State<AppState>,
    Query(query): Query<Parameters>,
    Extension(client): Extension<ClientAddress>,
    Extension(end): Extension<End>,
    headers: HeaderMap,
) -> Response {
    stream::open(state, vec![Name::dashboard()], client, end, &query, &headers)
}

/// `GET /api/snapshot?channel=dashboard|connections|logs&range=5m|15m|1h`: what the page is rendered from, with its cursor.
pub(crate) async fn snapshot(
    State(state): State<AppState>,
    Query(query): Query<Parameters>,
) -> Result<Json<Snapshot>, ApiError> {
    let range = range(&query)?;
    match first(&query, "channel").unwrap_or("dashboard") {
        "dashboard" => Ok(Json(state.board.snapshot(range))),
        "connections" => Ok(Json(state.connections.snapshot(range))),
        "logs" => Ok(Json(state.logs_page.snapshot(range))),
        other => {
            let expected = format!("expected \"dashboard\", \"connections\" or \"logs\", got {:?}", short(other));
            Err(ApiError::BadParameter { field: "channel", expected })
        }
    }
}
