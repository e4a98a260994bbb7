use axum::extract::State;
use axum::response::{IntoResponse as _, Response};

use crate::error::ApiError;
use crate::state::AppState;

/// `GET /healthz`: the process answers.
pub(crate) async fn live() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: there is something to show, and the server is not about to go.
pub(crate) async fn ready(State(state): State<AppState>) -> Response {
    if state.shutdown.is_closing() {
        return ApiError::NotReady("the server is shutting down").into_response();
    }
    if !state.board.is_ready() {
        return ApiError::NotReady("no sample has been taken yet").into_response();
    }
    "ok\n".into_response()
}
