use app::model::Snapshot;
use app::range::Range;
use axum::Json;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};

use super::{Parameters, first};
use crate::error::ApiError;
use crate::hub::Name;
use crate::sse::{self, Opening, Restart, Stream};
use crate::state::AppState;

/// `GET /api/dashboard-stream`: `metrics`, `alert` and `log` events as they happen.
///
/// No cursor is refused, however odd: a browser that gets anything but 200 gives up for good.
pub(crate) async fn stream(
    State(state): State<AppState>,
    Query(query): Query<Parameters>,
    headers: HeaderMap,
) -> Response {
    let header = headers.get("last-event-id").map(|value| String::from_utf8_lossy(value.as_bytes()));
    let last_event_id = header.as_deref().or_else(|| first(&query, "lastEventId")).map(str::to_owned);
    let request = sse::Request {
        channels: vec![Name::dashboard()],
        last_event_id,
        client_id: first(&query, "clientId").and_then(|id| Name::new(id).ok()),
    };
    let board = state.board;
    let snapshot = move || {
        let snapshot = board.snapshot(Range::default());
        (snapshot.cursor.seq, snapshot)
    };
    let opening = Opening::new(&state.hub, &request, state.stream.heartbeat, &snapshot);
    let restart = Restart(Box::new(move || sse::snapshot_frame(None, &snapshot().1)));
    let stream = Stream::new(state.hub, opening, request.channels, state.stream, restart, state.shutdown.wave());
    sse::respond(stream).into_response()
}

/// `GET /api/snapshot?range=5m|15m|1h`: what the page is rendered from, with its cursor.
pub(crate) async fn snapshot(
    State(state): State<AppState>,
    Query(query): Query<Parameters>,
) -> Result<Json<Snapshot>, ApiError> {
    let range = match first(&query, "range") {
        None => Range::default(),
        Some(text) => text
            .parse()
            .map_err(|error| ApiError::BadParameter { field: "range", expected: format!("{error}, got {text:?}") })?,
    };
    Ok(Json(state.board.snapshot(range)))
}
