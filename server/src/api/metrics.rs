use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};

use crate::error::ApiError;
use crate::prometheus;
use crate::state::AppState;

/// `GET /metrics`: the newest readings, and how opsglass fares, for Prometheus.
pub(crate) async fn metrics(State(state): State<AppState>) -> Result<Response, ApiError> {
    let render = move || prometheus::render(state.readings.get().as_deref(), &state.hub.stats(None));
    // A task that is gone: the runtime ends.
    let ending = |_| ApiError::NotReady("the server is shutting down");
    let text = tokio::task::spawn_blocking(render).await.map_err(ending)?;
    Ok(([(CONTENT_TYPE, prometheus::CONTENT_TYPE), (CACHE_CONTROL, "no-store")], text).into_response())
}
