use app::model::Snapshot;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::{Extension, Json};

use super::stream::Asker;
use super::{Parameters, access, first, range, short, stream};
use crate::auth::Identity;
use crate::error::ApiError;
use crate::hub::Name;
use crate::state::AppState;

/// `GET /api/dashboard-stream`: `metrics`, `alert` and `log` events as they happen.
pub(crate) async fn stream(
    State(state): State<AppState>,
    Query(query): Query<Parameters>,
    asker: Asker,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    stream::open(state, vec![Name::dashboard()], asker, &query, &headers)
}

/// `GET /api/snapshot?channel=dashboard|connections&range=5m|15m|1h`: what the page is rendered from, with its cursor.
pub(crate) async fn snapshot(
    State(state): State<AppState>,
    Query(query): Query<Parameters>,
    Extension(identity): Extension<Identity>,
) -> Result<Json<Snapshot>, ApiError> {
    let range = range(&query)?;
    let reach = |channel| access::reach(&identity, &channel);
    match first(&query, "channel").unwrap_or("dashboard") {
        "dashboard" => reach(Name::dashboard()).map(|()| Json(state.board.snapshot(range))),
        "connections" => reach(Name::connections()).map(|()| Json(state.connections.snapshot(range))),
        other => {
            let expected = format!("expected \"dashboard\" or \"connections\", got {:?}", short(other));
            Err(ApiError::BadParameter { field: "channel", expected })
        }
    }
}
