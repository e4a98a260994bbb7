use axum::extract::State;
use axum::{Extension, Json};

use super::access;
use crate::auth::{Identity, Right};
use crate::hub::Name;
use crate::jump::Jumps;
use crate::state::AppState;

/// `GET /api/jump`: open alerts and sources of log lines, as far as they are open to who asks.
pub(crate) async fn jump(State(state): State<AppState>, Extension(identity): Extension<Identity>) -> Json<Jumps> {
    let is_open = |channel: Name| access::reach(&identity, &channel).is_ok();
    let board = is_open(Name::alerts()).then_some(&state.board);
    let logbook = is_open(Name::logs()).then_some(&state.logbook);
    Json(Jumps::new(board, logbook, identity.may(Right::Operate)))
}
