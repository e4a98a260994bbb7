use app::asked::Asked;
use app::filter::Filter;
use app::model::{ProcessQuery, Snapshot};
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::{Extension, Json};

use super::stream::Asker;
use super::{Parameters, access, first, range, short, stream};
use crate::alert_page::FRESH;
use crate::auth::{Identity, Right};
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

/// `GET /api/overview-stream`: what the overview follows: the same, and the page as `drawn` events.
pub(crate) async fn overview_stream(
    State(state): State<AppState>,
    Query(query): Query<Parameters>,
    asker: Asker,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    stream::open(state, vec![Name::dashboard(), Name::overview()], asker, &query, &headers)
}

/// `GET /api/snapshot?channel=dashboard|overview|alerts|connections|logs|room&range=5m|15m|1h`: what the page is rendered from, with its
/// cursor.
pub(crate) async fn snapshot(
    State(state): State<AppState>,
    Query(query): Query<Parameters>,
    Extension(identity): Extension<Identity>,
) -> Result<Json<Snapshot>, ApiError> {
    let range = range(&query)?;
    let reach = |channel| access::reach(&identity, &channel);
    match first(&query, "channel").unwrap_or("dashboard") {
        "dashboard" => reach(Name::dashboard()).map(|()| Json(state.board.snapshot(range))),
        "overview" => reach(Name::overview()).map(|()| Json(state.overview.snapshot(range, &ProcessQuery::default()))),
        "alerts" => {
            reach(Name::alerts())?;
            let asked = Asked::new(&query, identity.may(Right::Operate), !identity.is_local());
            Ok(Json(state.alert_page.snapshot(&asked, FRESH).await))
        }
        "room" => reach(Name::chat()).map(|()| Json(state.room.snapshot())),
        "connections" => {
            reach(Name::connections()).map(|()| Json(state.connections.snapshot(range, &Filter::default())))
        }
        "logs" => reach(Name::logs()).map(|()| Json(state.logs_page.snapshot(range))),
        other => {
            let expected = format!(
                "expected \"dashboard\", \"overview\", \"alerts\", \"connections\", \"logs\" or \"room\", got {:?}",
                short(other)
            );
            Err(ApiError::BadParameter { field: "channel", expected })
        }
    }
}
