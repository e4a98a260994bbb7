use axum::extract::State;
use axum::http::HeaderMap;
use axum::{Extension, Json};
use serde::Serialize;

use super::form::named;
use super::shortened;
use crate::api::{access, cookie};
use crate::auth::Identity;
use crate::hub::Name;
use crate::state::AppState;

/// Where the browser keeps when the newest line came that its reader has seen: the room's script writes it.
const SEEN: &str = "opsglass-seen";
/// What is new is counted up to here.
const MOST_UNREAD: usize = 99;

/// What is answered.
#[derive(Debug, Serialize)]
pub(crate) struct New {
    /// How many messages are new, or `99+`.
    unread: String,
}

/// `GET /api/chat/unread`: how many messages came since this browser's reader was last in the room.
pub(crate) async fn unread(
    State(state): State<AppState>,
    Extension(identity): Extension<Identity>,
    headers: HeaderMap,
) -> Json<New> {
    Json(New { unread: new_to(&state, &identity, &headers).unwrap_or_else(|| "0".to_owned()) })
}

/// How many messages are new to who asks; `None` to who has never been in the room, or may not be there.
pub(in crate::api) fn new_to(state: &AppState, identity: &Identity, headers: &HeaderMap) -> Option<String> {
    access::reach(identity, &Name::chat()).ok()?;
    let seen = cookie::values(headers, SEEN).next()?.parse().ok()?;
    let name = if identity.is_local() { named(headers).unwrap_or_default() } else { shortened(&identity.label()) };
    match state.chat.unread(seen, &name, MOST_UNREAD + 1) {
        count if count > MOST_UNREAD => Some(format!("{MOST_UNREAD}+")),
        count => Some(count.to_string()),
    }
}
