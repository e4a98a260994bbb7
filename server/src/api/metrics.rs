use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, VARY};
use axum::response::{IntoResponse as _, Response};

use crate::error::ApiError;
use crate::prometheus::{self, Format};
use crate::state::AppState;

/// `GET /metrics`: the newest readings, and how opsglass fares, for Prometheus; in OpenMetrics where that is asked for.
pub(crate) async fn metrics(State(state): State<AppState>, headers: HeaderMap) -> Result<Response, ApiError> {
    let format = Format::asked(headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok()));
    let render = move || prometheus::render(format, state.readings.get().as_deref(), &state.hub.stats(None));
    // A task that is gone: the runtime ends.
    let ending = |_| ApiError::NotReady("the server is shutting down");
    let text = tokio::task::spawn_blocking(render).await.map_err(ending)?;
    let headers = [(CONTENT_TYPE, format.content_type()), (CACHE_CONTROL, "no-store"), (VARY, "accept")];
    Ok((headers, text).into_response())
}
